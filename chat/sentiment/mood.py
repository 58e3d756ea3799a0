"""How a customer sounds in a conversation, from what they wrote last."""

from chat.frames import Frame
from chat.models import Message
from chat.models.message import AuthorKind
from chat.sentiment.judging import together

LOOKED_AT = 5  # messages


def of_conversation(conversation_id: int) -> Frame:
    """{"seq", "count", "label", "score", "why"}: up to which message, from how many.

    Reads the database and computes: to be called in the search's thread. Where the customer has
    written nothing, label and why are empty and the score is 0.
    """
    newest = (
        Message.objects.filter(conversation=conversation_id, author_kind=AuthorKind.CUSTOMER)
        .exclude(body="")
        .order_by("-seq")
        .values_list("seq", "body", "data")[:LOOKED_AT]
    )
    # What was picked from "did you mean" are the FAQ's words, not the customer's.
    said = [(seq, body) for seq, body, data in newest if "choice" not in (data or {})]
    found = together([body for _, body in reversed(said)])
    shown = found.frame() if found else {"label": "", "score": 0.0, "why": ""}
    return {"seq": said[0][0] if said else 0, "count": len(said), **shown}
