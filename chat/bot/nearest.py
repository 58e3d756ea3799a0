"""The entries nearest to what a customer asked last, for the agent who writes the reply."""

from typing import Any

from chat import assistants
from chat.bot import pictures, rules, wishes
from chat.models import Conversation, Message
from chat.models.message import AuthorKind
from faq.models import Entry
from faq.search import Hit, search

MOST = 3
LOOKED_AT = 6  # of the customer's newest messages


def nearest(conversation_id: int) -> dict[str, Any]:
    """{"seq", "entries"}: of the newest message that asks something, and its best entries.

    Greetings, thanks and wishes for a person ask nothing; seq is 0 where that is all there is.
    Searches, and reads the database: to be called in a thread.
    """
    newest = Message.objects.filter(
        conversation_id=conversation_id, author_kind__in=(AuthorKind.CUSTOMER, AuthorKind.DEVICE)
    ).order_by("-seq")[:LOOKED_AT]
    asked = [message for message in newest if _asks(message)]
    if not asked:
        return {"seq": 0, "entries": []}
    question, *before = [rules.question(message.body) for message in asked]
    read = "\n".join(picture.text for picture in pictures.of(asked[:1]))
    # With a picture, what it says is asked together with the words.
    with_pictures = pictures.ways(question, read)[0] if read else question
    found = search(
        with_pictures,
        categories=assistants.categories(assistants.of(conversation_id)),
        limit=MOST,
        previous=[one for one in before[::-1] if one],
        lang=Conversation.objects.values_list("languages", flat=True).get(pk=conversation_id),
    )
    ids = [hit.entry_id for hit in found.hits]
    langs = dict(Entry.objects.filter(pk__in=ids).values_list("pk", "lang"))
    entries = [_entry(hit, langs.get(hit.entry_id, "")) for hit in found.hits]
    return {"seq": asked[0].seq, "entries": entries}


def _asks(message: Message) -> bool:
    if (message.data or {}).get("choice") == 0:
        return False
    if "attachments" in (message.data or {}):
        return True
    return not (rules.small_talk(message.body) or wishes.asks_for_person(message.body))


def _entry(hit: Hit, lang: str) -> dict[str, Any]:
    return {
        "entry": hit.entry_id,
        "title": hit.title,
        "answer": hit.answer,
        "link": hit.link,
        "lang": lang,
        "confidence": round(hit.confidence, 3),
    }
