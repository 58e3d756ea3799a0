"""Who is on a socket or request."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Participant:
    """Who is on a socket or request: a value that lives as long as that, not a row."""

    key: str
    name: str = ""
    visitor_key: str = ""
    user_id: int | None = None
    is_agent: bool = False
    session_key: str = ""
    auth_hash: str = ""
    address: str = ""
    email: str = ""
    issued_at: float = 0.0  # of the token that let a member in, seconds since 1970

    @property
    def log_id(self) -> str:
        """What stands for them in logs: no address, and nothing that opens something."""
        kind, _, name = self.key.partition(":")
        if name.isdecimal():
            return self.key
        return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:8]}"
