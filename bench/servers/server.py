"""What the load generator must know of a server, and what every server under load can do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Seat:
    """One member's place in one conversation, and how to sit down there."""

    conversation: int
    who: str  # "customer" or "agent"
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    opening: tuple[bytes, ...] = ()  # commands that ask for the first `history` frame
    head: bytes = b'{"type":"message"'  # every message of this seat begins with it

    @property
    def key(self) -> str:
        """`c17` or `a17`: begins the client ids of all messages that are written here."""
        return f"{self.who[0]}{self.conversation}"


class Server(Protocol):
    """A running server with its conversations ready."""

    name: str
    port: int
    # Whether its messages carry a gapless number in each conversation.
    is_numbered: bool
    pids: list[int]

    async def prepare(self, conversations: int) -> None:
        """Makes the seats."""

    @property
    def seats(self) -> list[Seat]: ...

    def stored(self) -> Mapping[str, int] | None:
        """Rows in its database by seat key; None when it stores nothing."""

    def stop(self) -> None: ...
