"""Members on their socket: with a token, or with the browser's login."""

from typing import Any
from urllib.parse import urlencode

from websockets.sync.client import connect

from tests.services.server import Desk, Server
from tests.services.ws import Frame, Socket

CAST = {
    "alice": "alice@example.edu",
    "bob": "bob@example.com",
    "sam": "sam@seller.example",
    "bank": "desk@bank.example",
}


def tokens(desk: Desk, *emails: str) -> dict[str, str]:
    """A token for each address, made as an admin would at a shell."""
    code = "from chat import member_tokens\n" + "".join(
        f"print(member_tokens.make({email!r}))\n" for email in emails
    )
    made = desk.manage("shell", "-v0", "-c", code).split()
    return dict(zip(emails, made[-len(emails) :], strict=True))


class Member(Socket):
    """A member's connection, as a program makes it: no cookies, no Origin."""

    def __init__(
        self, server: Server, email: str, token: str, *, in_header: bool = True, **options: Any
    ) -> None:
        self.email = email
        query = {"email_id": email} | ({} if in_header or not token else {"token": token})
        headers = {"Authorization": f"Bearer {token}"} if in_header and token else {}
        headers |= options.pop("additional_headers", {})
        address = f"{server.sockets}/conversation/ws?{urlencode(query)}"
        super().__init__(
            connect(address, proxy=None, max_queue=None, additional_headers=headers, **options)
        )

    def write(self, members: list[str], *texts: str, **fields: Any) -> None:
        """A SEND; `client_ids` are those of the texts."""
        ids = fields.pop("client_ids", [""] * len(texts))
        items = [
            {"text": text, "sender": self.email, "is_read": [self.email]}
            | ({"client_id": client_id} if client_id else {})
            for text, client_id in zip(texts, ids, strict=True)
        ]
        self.send({"type": "SEND", "members": members, "message": items, **fields})

    def sent(self) -> Frame:
        """The data of the next SEND."""
        return self.receive("SEND")["data"]

    def page(self, config_id: str, number: int = 1) -> Frame:
        self.send({"type": "RECEIVE", "config_id": config_id, "members": [], "page": number})
        return self.receive("RECEIVE")["data"]

    def chats(self) -> list[Frame]:
        self.send({"type": "CHAT_LIST", "email": self.email})
        return list(self.receive("CHAT_LIST")["data"])
