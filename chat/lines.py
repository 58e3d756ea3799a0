"""What a device reads: a message of one of its conversations as a line of plain text.

contracts of docs/protocol.md, the devices' socket.
"""

from chat.frames import Posted

PICTURE = "(a picture)"  # what an agent sends may have no text
DELIVERED = "delivered"  # the event of a notice


def delivered(text: str, name: str) -> str:
    """What the sender is told once NAME has got what waited for it."""
    return f"Message: {text} delivered to {name}"


def line(posted: Posted, reader: str) -> str | None:
    """The line for the device with the author_key `reader`; None for what is not for it."""
    data = posted.data or {}
    if posted.sender == "system":
        return posted.content if data.get("for") == reader else None
    if posted.is_note or posted.author_key == reader:
        return None
    if posted.sender == "bot":
        link = (data.get("source") or {}).get("link", "")
        return f"{posted.content} {link}".rstrip()
    return f"Message from {posted.name}: {posted.content or PICTURE}"
