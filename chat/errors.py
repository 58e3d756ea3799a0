"""What can be wrong with a command: one class, with the code that goes over the wire."""

from typing import Literal

# All there are; docs/protocol.md says of each when it comes and what to do then.
OnSockets = Literal[
    "bad_contact",
    "bad_frame",
    "bad_json",
    "empty",
    "internal",
    "no_such_image",
    "not_allowed",
    "not_found",
    "not_saved",
    "not_yours",
    "restarting",
    "session_over",
    "taken",
    "too_long",
    "too_many_messages",
    "too_many_sockets",
    "unknown_type",
]
OverHttp = Literal[
    "announced",
    "broken",
    "busy",
    "no_images",
    "no_room",
    "not_an_image",
    "not_authenticated",
    "too_large",
    "too_many_images",
    "too_many_pixels",
    "withdrawn",
]
Code = Literal[OnSockets, OverHttp]


class Refused(Exception):
    """A command that is not carried out. `code` is for programs, `detail` for people."""

    status = 400

    def __init__(self, code: Code, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.extra = extra

    def frame(self) -> dict[str, object]:
        return {"type": "error", "code": self.code, "detail": self.detail, **self.extra}


class NotFound(Refused):
    """There is none, or it is somebody else's: the two look the same from outside."""

    status = 404

    def __init__(self, detail: str = "Conversation not found") -> None:
        super().__init__("not_found", detail)


class NotAllowed(Refused):
    status = 403

    def __init__(self, detail: str = "You may not do this.") -> None:
        super().__init__("not_allowed", detail)


class NotAuthenticated(Refused):
    status = 401

    def __init__(self, detail: str = "Please log in.") -> None:
        super().__init__("not_authenticated", detail)


class SessionOver(Refused):
    """Whoever a page was made for is not who its browser belongs to now."""

    status = 403

    def __init__(self) -> None:
        super().__init__("session_over", "Somebody else uses this browser now. Load the page anew.")


class Conflict(Refused):
    """Somebody else was first, or it is in a state in which this cannot be done."""

    status = 409


class Unchanged(Exception):
    """The conversation is already as the entry would make it: success, and nothing is written."""
