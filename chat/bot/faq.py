"""What the FAQ has to say: its answer word for word, a choice of entries, or nothing."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from chat import assistants
from chat.bot import quoting
from chat.bot.quoting import Quote
from chat.bot.reply import Reply
from chat.models.bot_turn import Outcome
from faq import markdown
from faq.models import Entry
from faq.search import Hit, Result, knowledge, search

MOST_SUGGESTIONS = 3
LONGEST_LEARNING = 8.0  # seconds; a fresh installation embeds some hundred wordings first
BANDS = {"answer": 2, "suggest": 1, "none": 0}
DID_YOU_MEAN = "Did you mean one of these?"
MAY_HELP = "I am not sure that I have the answer. This may be a part of it, from “{title}”:"


def find(
    questions: list[str],
    categories: Collection[str] | None = None,
    previous: Sequence[str] = (),
    conversation: str = "",
    lang: str = "",
) -> Result:
    """The best search result of several ways to put the question; the first of equals.

    `categories` are the slugs of those to answer from, None for all. `previous` are the questions
    answered before it, oldest first, `conversation` is whose it is, `lang` what the customer
    reads, as the search takes it.

    Nothing sure in a process that has yet to learn the FAQ is looked for again once it has.
    """

    def best_of(conversation: str) -> Result:
        results = [
            search(
                question,
                categories=categories,
                limit=MOST_SUGGESTIONS,
                previous=previous,
                conversation=conversation,
                lang=lang,
            )
            for question in questions
        ]
        return max(results, key=lambda result: BANDS[result.band])

    best = best_of(conversation)
    if best.band != "answer" and best.is_judged_here and learned_meanwhile(categories):
        return best_of("")
    return best


def find_surest(
    questions: list[str], categories: Collection[str] | None = None, lang: str = ""
) -> Result:
    """The result of the surest of several ways to put the question, the first of equals."""
    results = [
        search(question, categories=categories, limit=MOST_SUGGESTIONS, lang=lang)
        for question in questions
    ]
    best = max(results, key=_sureness)
    if best.band != "answer" and best.is_judged_here and learned_meanwhile(categories):
        return find_surest(questions, categories, lang)
    return best


def _sureness(result: Result) -> tuple[int, float]:
    return BANDS[result.band], result.hits[0].confidence if result.hits else 0.0


def warm_up() -> None:
    """Has this process read and learn the FAQ before anybody asks, each assistant's part."""
    for assistant in assistants.offered() or [assistants.default()]:
        search("hello", categories=assistants.categories(assistant))


def learned_meanwhile(categories: Collection[str] | None = None) -> bool:
    """Waits, where this process is at its first learning; True once that has ended well."""
    part = None if categories is None else frozenset(categories)
    end, has_waited = monotonic() + LONGEST_LEARNING, False
    while knowledge.snapshot(part)[1] is None:
        has_waited = True
        if knowledge.settle(0.05) or monotonic() > end:
            break
    return has_waited and knowledge.snapshot(part)[1] is not None


def from_result(result: Result) -> Reply | None:
    """The reply for a sure or a middling result; None for neither."""
    if result.band == "answer":
        best = result.hits[0]
        source = _source(best.entry_id, best.title, best.link, best.category)
        # A Dialogflow intent's answer is plain text, asterisks and all.
        data = _shown(best.answer, source) if best.entry_id else {"source": source}
        return Reply(Outcome.ANSWER, best.answer, data, evidence(result))
    if result.band == "suggest":
        near = [hit for hit in result.hits if is_near(hit, result)][:MOST_SUGGESTIONS]
        suggestions = [{"entry": hit.entry_id, "title": hit.title} for hit in near]
        reply = Reply(Outcome.SUGGEST, DID_YOU_MEAN, {"suggestions": suggestions}, evidence(result))
        return with_quote(reply, quoting.quote(result.question, near))
    return None


def with_quote(reply: Reply, found: Quote | None) -> Reply:
    """ "Did you mean" below what one of the entries says itself, where that is near enough."""
    if found is None:
        return reply
    hit = found.hit
    body = f"{MAY_HELP.format(title=hit.title)}\n\n{found.text}\n\n{reply.body}"
    source = {"entry": hit.entry_id, "title": hit.title, "link": hit.link}
    data = {**reply.data, **_markdown(body), "quote": source}
    quoted = {"entry": hit.entry_id, "nearness": round(found.nearness, 3)}
    return replace(reply, body=body, data=data).because(quote=quoted)


def from_choice(entry_id: int) -> Reply | None:
    """The entry that the customer picked; None where it is not published or valid any more."""
    entry = Entry.objects.current().filter(pk=entry_id).select_related("category").first()
    if entry is None:
        return None
    source = _source(entry.pk, entry.title, entry.link, entry.category.slug)
    return Reply(Outcome.ANSWER, entry.answer, _shown(entry.answer, source), {"choice": entry.pk})


def is_near(hit: Hit, result: Result) -> bool:
    """Whether an entry is worth a button beside the best one."""
    return hit is result.hits[0] or hit.confidence >= result.suggest_threshold


def evidence(result: Result) -> dict[str, Any]:
    """The search as agents see it at the message; answers stand in the FAQ already."""
    found = result.evidence()
    hits = [{k: v for k, v in hit.items() if k != "answer"} for hit in found.get("hits", [])]
    return {"search": {**found, "hits": hits}}


def _shown(answer: str, source: dict[str, Any]) -> dict[str, Any]:
    """What goes with an answer: its source, and its Markdown as a tree where it has any."""
    return {"source": source, **_markdown(answer)}


def _markdown(text: str) -> dict[str, Any]:
    nodes = markdown.blocks(text)
    return {} if markdown.is_plain(text, nodes) else {"format": "markdown", "blocks": nodes}


def _source(entry: int, title: str, link: str, category: str) -> dict[str, Any]:
    return {"entry": entry, "title": title, "link": link, "category": category}
