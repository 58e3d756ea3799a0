"""The assistants: who is offered, who answers in a conversation, and from which categories."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.conf import settings

from chat.frames import Frame
from chat.models import Assistant, Conversation
from chat.models.assistant import Task
from faq.models import Category
from faq.scopes import Scope

QUESTIONS = 4


def offered() -> list[Assistant]:
    """Those that a customer may choose, in their order."""
    return list(Assistant.objects.filter(is_active=True))


def default() -> Assistant:
    """Who answers where nobody was chosen; a desk without assistants has the one of its name."""
    chosen = Assistant.objects.filter(is_active=True).order_by("-is_default", "order", "id").first()
    return chosen or Assistant(name=settings.HELPDESK_NAME, slug="help-desk")


def of(conversation_id: int) -> Assistant:
    """Who answers in the conversation: one that is switched off is stood in for."""
    chosen = Conversation.objects.filter(pk=conversation_id).select_related("assistant").first()
    return present(chosen.assistant if chosen else None)


def with_id(assistant_id: int | None) -> Assistant:
    """The assistant with this id, or who stands in for it."""
    return present(Assistant.objects.filter(pk=assistant_id or 0).first())


def present(chosen: Assistant | None) -> Assistant:
    return chosen if chosen is not None and chosen.is_active else default()


def categories(assistant: Assistant) -> list[str] | None:
    """The slugs of the categories that it answers from; None for the whole FAQ."""
    own = list(assistant.categories.values_list("slug", flat=True)) if assistant.pk else []
    if own:
        return own
    others = Assistant.objects.filter(is_active=True).exclude(pk=assistant.pk)
    taken = set(others.exclude(categories=None).values_list("categories", flat=True))
    if not taken:
        return None
    return list(Category.objects.exclude(pk__in=taken).values_list("slug", flat=True))


def categories_of(assistant_id: int | None) -> list[str] | None:
    """As `categories`, of `with_id`."""
    return categories(with_id(assistant_id))


def scopes() -> Iterator[Scope]:
    """What each that searches the FAQ answers from, the default one first."""
    first = default()
    searching = Assistant.objects.filter(task=Task.FAQ)
    for one in sorted(searching, key=lambda one: one != first):
        key, own = f"assistant:{one.slug}", partial(categories, one)
        yield Scope(key, one.name, own, is_published=one.is_active)


def has_own_categories(assistant: Assistant) -> bool:
    """Whether it answers from its own categories, and not from what is no other's."""
    return bool(assistant.pk) and assistant.categories.exists()


def names(conversations: Sequence[Conversation]) -> dict[int, str]:
    """{conversation id: the name of who answers there}; "" each where there are no assistants."""
    standing_in = default()
    if not standing_in.pk:
        return dict.fromkeys((one.pk for one in conversations), "")
    rows = Assistant.objects.filter(is_active=True).in_bulk()
    return {one.pk: rows.get(one.assistant_id, standing_in).name for one in conversations}


def greeting(assistant: Assistant) -> str:
    said = assistant.greeting.strip()
    return said or f"Hello! This is the {assistant.name}. Ask in your own words."


def questions(assistant: Assistant) -> list[str]:
    """Its suggested questions: where none are set, the first entry of each of its categories."""
    if assistant.question_list:
        return assistant.question_list
    rows = Category.objects.order_by("id")
    own = categories(assistant)
    chosen = rows if own is None else rows.filter(slug__in=own)
    firsts = (one.entries.current().order_by("id").first() for one in chosen[:QUESTIONS])
    return [entry.title for entry in firsts if entry is not None]


def short_frame(assistant: Assistant) -> Frame:
    """What the choice and the headers show of it."""
    return {"slug": assistant.slug, "name": assistant.name, "about": assistant.about}


def frame(assistant: Assistant) -> Frame:
    """The ASSISTANT object of docs/protocol.md."""
    return {
        **short_frame(assistant),
        "greeting": greeting(assistant),
        "questions": questions(assistant),
        "notice": assistant.notice,
        "person_answers": assistant.is_shadow,
    }
