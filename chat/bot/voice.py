"""The bot's own sentences."""

from chat import assistants
from chat.bot.reply import Reply
from chat.models import Assistant
from chat.models.bot_turn import Outcome

# Word for word what the assistants' contract says.
FAILED = "Sorry, something went wrong. Please try again later."

# The evidence of in_vain.
IN_VAIN = "the answer did not help"


def small_talk(kind: str, assistant: Assistant) -> Reply:
    """The reply to small talk of a kind that rules.small_talk names."""
    bodies = {
        "hello": assistants.greeting(assistant),
        "help": _introduction(assistant),
        "thanks": "You are welcome! Write again whenever you need something.",
        "bye": "Goodbye! Write again whenever you need something.",
        "fine": "Good. Is there anything else I can help with?",
        "no": "All right. Write again whenever you need something.",
        "yes": "What would you like to know? Ask in your own words.",
        "unclear": "Sorry, that was not clear. Ask in other words, or talk to a person.",
    }
    data = {"offer_person": True} if kind in ("help", "unclear") else {}
    return Reply(Outcome.SMALL_TALK, bodies[kind], data, {"rule": kind})


def _introduction(assistant: Assistant) -> str:
    question = next(iter(assistants.questions(assistant)), "")
    example = f", for example “{question}”" if question else ""
    return (
        f"I am an automatic assistant: {assistant.name}. Ask in your own words{example}. "
        "A person can join at any time."
    )


def stopped() -> Reply:
    """What is said where the customer stopped the bot before it had shown a word."""
    return Reply(Outcome.SMALL_TALK, "I have stopped.", {}, {"rule": "stopped"})


def in_vain() -> Reply:
    """What is said to who says that an answer did not help; said again, it hands over."""
    body = (
        "I am sorry that this did not help. Tell me what happens, and what you have tried, or talk "
        "to a person."
    )
    data = {"template": True, "offer_person": True}
    return Reply(Outcome.TEMPLATE, body, data, {"template": IN_VAIN})


def honest_template(reason: str) -> Reply:
    """What is said instead of a guess; `reason` goes into the evidence."""
    body = (
        "I have no answer to that, and I would rather not guess. Try other words, or talk to a "
        "person."
    )
    data = {"template": True, "offer_person": True}
    return Reply(Outcome.TEMPLATE, body, data, {"template": reason})


def nothing_read() -> Reply:
    """What is said to a picture without words in which nothing could be read."""
    body = (
        "I got your picture, but I could not read any text in it. Tell me in words what the "
        "problem is, or talk to a person, who will see the picture."
    )
    data = {"template": True, "offer_person": True}
    return Reply(Outcome.TEMPLATE, body, data, {"template": "no text in the picture"})


def nothing_found() -> Reply:
    """What is said to a picture without words whose text leads to no entry."""
    body = (
        "I read your picture, but I have no answer to what it shows. Tell me in words what the "
        "problem is, or talk to a person, who will see the picture."
    )
    data = {"template": True, "offer_person": True}
    return Reply(Outcome.TEMPLATE, body, data, {"template": "no answer to the picture"})


def failed(error: Exception) -> Reply:
    """What is said when the model or the search fails."""
    evidence = {"error": type(error).__name__}
    return Reply(Outcome.FAILED, FAILED, {"offer_person": True}, evidence)
