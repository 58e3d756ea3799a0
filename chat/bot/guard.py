"""What of a generated reply may go out.

Nothing that a customer could act on and that is not in the sources: a small model invents links,
numbers, opening hours and its own deeds (measured: it was right on none of seven questions).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chat.bot.words import words

SHORTEST, LONGEST = 24, 600  # characters
LEAST_OVERLAP = 0.6  # share of a sentence's words that the sources or the question have
LEAST_SOURCED = 0.5  # share that the sources have: what only the customer said is no answer
LEAST_FROM_SOURCES = 2  # words that the sources say and the question does not
LEAST_COSINE = 0.3  # of the embeddings of question and reply
LEAST_SHARED_WORDS = 1  # the same, where there are no embeddings

Similarity = Callable[[str, str], float | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`text` may go out; where it is None, `reason` says why nothing may."""

    text: str | None
    reason: str = ""


def judge(
    reply: str, sources: Sequence[str], question: str, similarity: Similarity | None = None
) -> Judgement:
    """What of `reply` may go out as the answer to `question`.

    `sources` are the texts that it may repeat; `similarity` is the cosine of two texts, or None
    where it cannot be had.
    """
    text = whole_sentences(reply)
    if found := invented(reply, sources):
        return Judgement(None, found)
    if not SHORTEST <= len(text) <= LONGEST:
        return Judgement(None, "length")
    if found := unsupported(text, sources, question):
        return Judgement(None, found)
    if not relevant(text, question, similarity):
        return Judgement(None, "not relevant")
    return Judgement(text)


# ── Form ───────────────────────────────────────────────────────────────────
SENTENCE_END = re.compile(r"(?<![.\s]\w)(?<!\be\.g)(?<!\bi\.e)(?<!\betc)[.!?][\"”')]?(?=\s|$)")


def whole_sentences(reply: str) -> str:
    """The reply on one line up to its last full sentence, at most LONGEST characters."""
    line = " ".join(reply.split())
    ends = [match.end() for match in SENTENCE_END.finditer(line) if match.end() <= LONGEST]
    return line[: ends[-1]] if ends else ""


# ── Facts ──────────────────────────────────────────────────────────────────
LINK = re.compile(
    r"(?:https?:|www\.|\w[\w.+-]*@)[^\s)\]>\"']*|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?\b",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
NUMBER_WORDS = set(
    words("""two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty
    fifty sixty hundred thousand million dozen half twice once percent monday tuesday wednesday
    thursday friday saturday sunday noon midnight""")
)
# What one can only know from the sources: places, ways to reach somebody, money, times.
CLAIM_WORDS = set(
    words("""building room floor street avenue road campus library office address located phone
    telephone call dial hotline extension email mail mailbox website site portal app store fee cost
    price free charge dollars hours hour minutes minute days day week weeks business open closed
    deadline policy warranty refund password""")
)
MARKUP = re.compile(r"<\s*/?\s*[a-z!|]|&\w+;|\]\(|```|<\||\|>|\$\{|\{\{", re.IGNORECASE)
ECHO = re.compile(
    r"\b(?:system|user|assistant|customer|help desk|question|answer|notes?) ?:"
    r"|\b(?:language model|an ai|artificial intelligence|smollm|hugging ?face|instructions?"
    r"|the (?:notes|prompt|context|text)|my (?:creators?|training|knowledge))\b",
    re.IGNORECASE,
)
# The bot does nothing but write, and knows nothing of what others will do.
DEEDS = re.compile(
    r"\b(?:I|we)(?:['’](?:ve|ll|d|m going)| have| will| would be able| can (?:also )?(?:send|reset"
    r"|check|fix|open|create|book|change|call|access|log|escalate)| am going| am sending| sent"
    r"| checked| fixed| reset| created| opened)\b|\b(?:our|my) (?:team|colleague|staff|manager)\b",
    re.IGNORECASE,
)
NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\"“'(])\b(?:[A-Z][\w-]*)(?:\s+[A-Z][\w-]*)*")
ANY_CASE_NAME = re.compile(r"\b(?:[A-Z]{2,}\w*|[a-z]+[A-Z]\w*|[A-Z][a-z]+[A-Z]\w*)\b")
NOT_NAMES = {"I", "OK", "I'm", "A"}
# With these a sentence may begin though nobody said them before; any other word may be a name.
OPENINGS = set(
    words("""add ask change check choose click close connect contact copy double during either enter
    find first follow hello hi however install keep log look next note now ok okay once open paste
    press remember remove restart run save select send set sign simply sorry start sure switch
    thanks thank turn type unfortunately update wait welcome whenever within without""")
)


def invented(reply: str, sources: Sequence[str]) -> str:
    """What in the reply nobody said before, as a word for the record; "" where there is nothing."""
    if MARKUP.search(reply):
        return "markup"
    if ECHO.search(reply):
        return "prompt echo"
    if DEEDS.search(reply):
        return "promises"
    # What the customer said is no source: it may be wrong, or meant to be said by the desk.
    said = " ".join(sources)
    checks: tuple[tuple[str, Iterable[str]], ...] = (
        ("link", LINK.findall(reply)),
        ("number", NUMBER.findall(reply)),
        ("name", _names(reply)),
    )
    for kind, found in checks:
        if any(not _contains(said.lower(), item.lower()) for item in found):
            return kind
    if _first_words(reply) - EMPTY_WORDS - OPENINGS - set(words(said)):
        return "name"
    claims = set(words(reply)) & (NUMBER_WORDS | CLAIM_WORDS)
    return "claim" if {_stem(w) for w in claims} - _stems(said) else ""


def _names(reply: str) -> list[str]:
    found = [*NAME.findall(reply), *ANY_CASE_NAME.findall(reply)]
    return [name for part in found for name in part.split() if name not in NOT_NAMES]


def _first_words(reply: str) -> set[str]:
    """The words with which the reply's sentences begin."""
    return {words(sentence)[0] for sentence in sentences(reply) if words(sentence)}


def _contains(text: str, item: str) -> bool:
    """Whether the item stands in the text as a whole: 12 is in neither 4123 nor 12.5."""
    whole = rf"(?<![\w.@/-]){re.escape(item.strip('.,:;'))}(?![\w@]|[.-]\w)"
    return re.search(whole, text) is not None


def is_lost(so_far: str, sources: Sequence[str], question: str) -> bool:
    """Whether a reply that begins like this cannot go out any more, so that writing may end.

    `so_far` ends with a whole word. Cheap enough to ask at every word.
    """
    if invented(so_far, sources):
        return True
    return _strays(whole_sentences(so_far), sources, question)


# ── Meaning ────────────────────────────────────────────────────────────────
EMPTY_WORDS = set(
    words("""a about after again all also am an and any are as at be because been before but by can
    could did do does doing done for from get had has have he her here him his how i if in into is
    it its just let like make may me might more most my need no not of on once one only or other
    our out over please re s she should so some such sure t than that the their them then there
    these they this those to too try up us use using very was way we well were what when where
    which while who why will with would yes you your yourself ll ve d m""")
)


def unsupported(text: str, sources: Sequence[str], question: str) -> str:
    """Why the sources do not carry the text: "overlap", "nothing new" or "repeats"; else ""."""
    known, asked = _stems(" ".join(sources)), _stems(question)
    if _strays(text, sources, question):
        return "overlap"
    if len((_stems(text) & known) - asked) < LEAST_FROM_SOURCES:
        return "nothing new"
    if any(_turns_around(sentence, sources) for sentence in sentences(text)):
        return "contradicts"
    return "repeats" if len(set(sentences(text))) < len(sentences(text)) else ""


def _strays(text: str, sources: Sequence[str], question: str) -> bool:
    """Whether one of the text's sentences has little in common with sources and question."""
    sourced = _stems(" ".join(sources))
    known = sourced | _stems(question)
    said = [_stems(sentence) for sentence in sentences(text)]
    return any(
        one
        and (
            len(one & known) < LEAST_OVERLAP * len(one)
            or len(one & sourced) < LEAST_SOURCED * len(one)
        )
        for one in said
    )


# What makes of a sentence its contrary, or says for whom it holds.
TURNS = set(words("not no never cannot nobody nothing neither nor without only unless except t"))


def _turns_around(sentence: str, sources: Sequence[str]) -> bool:
    """Whether a sentence denies or restricts otherwise than the source's sentence nearest to it."""
    mine = _stems(sentence)
    theirs = [part for source in sources for part in sentences(source)]
    if not theirs:
        return False
    nearest = max(theirs, key=lambda part: len(_stems(part) & mine))
    return TURNS & set(words(sentence)) != TURNS & set(words(nearest))


def relevant(text: str, question: str, similarity: Similarity | None) -> bool:
    """Whether the text is about what was asked."""
    cosine = similarity(question, text) if similarity else None
    if cosine is not None:
        return cosine >= LEAST_COSINE
    return len(_stems(text) & _stems(question)) >= LEAST_SHARED_WORDS


def sentences(text: str) -> list[str]:
    """The text's sentences, lower-cased, without what ends them."""
    return [part.strip(" .!?\"”')").lower() for part in re.split(r"(?<=[.!?])\s+", text) if part]


@lru_cache(maxsize=256)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in words(text) if word not in EMPTY_WORDS)


def _stem(word: str) -> str:
    """A rough stem: what is compared is one language model's words with its own prompt."""
    for ending in ("ing", "ies", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
