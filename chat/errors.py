"""What can be wrong with a command: one class, with the code that goes over the wire."""


class Refused(Exception):
    """A command that is not carried out. `code` is for programs, `detail` for people."""

    status = 400

    def __init__(self, code: str, detail: str, **extra: object) -> None:
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
