"""The Sentiment Analysis assistant's reply: label, score and why."""

from chat import sentiment
from chat.bot.reply import Reply
from chat.models.bot_turn import Outcome


def reply(text: str) -> Reply:
    """How the text sounds. Computes: not for the event loop."""
    found = sentiment.judge(text)
    body = f"{found.label.capitalize()}, {found.score:+.2f} (from -1 to +1). {found.why}"
    return Reply(
        Outcome.ANSWER,
        body,
        {"sentiment": found.frame()},
        {"sentiment": {**found.frame(), "chances": [round(one, 3) for one in found.chances]}},
    )
