"""Whether a message asks for a person to take part in this conversation.

Judged clause by clause, on whole words with their typos put right: people are spoken of in many
questions ("share a file with a person"), and a wish is often the last clause of a longer message.
"""

import re
from collections.abc import Callable, Sequence

from chat.bot import other_languages, rules, wish_head
from chat.bot.wish_head import Said
from chat.bot.words import words

LONGEST_WISH = 600  # characters; whoever writes more describes something, and patterns grow slow
CLAUSE = re.compile(r"[.!?;:,\n…]+|\s[-–—]\s|\b(?:but|because|so that)\b", re.IGNORECASE)

SPOKEN = {
    "2": "to",
    "w": "with",
    "ppl": "people",
    "some1": "someone",
    "sum1": "someone",
    "any1": "anyone",
    "tlk": "talk",
    "wanna": "want to",
    "gimme": "give me",
    "plz": "please",
    "pls": "please",
    "tlak": "talk",
    "isn": "is",
    "n": "and",
}
# Words whose typos are put right: "humna", "agnet", "conect me".
SURE_PERSONS = words("human person representative agent operator advisor adviser employee")
TYPED = [*SURE_PERSONS, *words("someone somebody connect transfer supervisor")]

# ── Whom ───────────────────────────────────────────────────────────────────
SURE = (
    r"(?:human(?: beings?| agents?| operators?| persons?)?|humans|persons?|agents?|representatives?"
    r"|reps?|operators?|members? of (?:the |your )?staff|staff members?|team members?|real people)"
)
ANYONE = (
    rf"(?:{SURE}|people|advis[eo]rs?|(?:some|any)(?:body|one)|employees?|colleagues?"
    r"|(?:staff|team|desk) member|technicians?|specialists?|experts?|staff|man|woman|guys?"
    r"|supervisors?|managers?|whoever)"
)
TEAM = (
    r"(?:support|customer (?:service|support|care)|(?:help|service) ?desk|(?:it )?(?:team"
    r"|department))"
)
FROM_TEAM = rf"(?: (?:from|of|at|on) (?:the |your )?{TEAM})?"
WHICH = (
    r"(?:(?:an?|the|some|any|one of|your|real|live|actual|human|another|support|customer|service"
    r"|help desk|service desk|desk|it|tech|technical|living|different|proper|responsible) )*"
)
NOT_MINE = (  # "a person in my class", "human resources", "a person's name"
    r"(?! (?:in my|on my|from my|of my|of mine|whose|which|outside|over|via|through|using|off|s) )"
    r"(?! (?:resources?|errors?|rights|string|id|name|account|software|version|settings|library"
    r"|readable|capita|anatomy|biology|geography|feelings?|page"
    r"|subjects?|status|computer|body|translators?|mailing|address)\b)"
)
ELSEWHERE = r"(?! (?:in|on|from|with|who (?:had|is|was|has)|else) )"  # "talk to people in Teams"
TO_DO = (
    r"(?:help|talk|speak|assist|call|chat|answer|support|contact|check|unlock|look|take|join|fix"
    r"|explain|handle|review|solve|reply|deal|sort|see)"
)

# ── How ────────────────────────────────────────────────────────────────────
TALK = (
    r"(?<!am i )(?:talk|speak|chatt?|write|deal|complain|explain (?:it|this"
    r"|that))(?:ing)?(?: \w+ly| about (?:this|it))?"
    r"(?: to| with)"
)
SEND = (
    r"(?:connect|transfer|switch|forward|redirect|escalate|hand|pass|put|give|refer)(?:ing)?"
    r" (?:me|this|it|us|(?:my|the|this) (?:question|case|request|ticket|problem|issue|chat"
    r"|conversation))(?: over| through| on)?(?: to| with)"
)
BE_SENT = (
    r"(?:be|get) (?:connected|transferred|switched|forwarded|redirected|put through|handed over"
    r"|contacted|called|helped)(?: to| with| by)"
)
GET = (
    r"(?:(?:get|give|find|bring|send) me|(?:i |we )?(?:really |just |still )?(?:want|need)"
    r"|(?:i|we) (?:would|d)(?: really)? (?:like|prefer)|id like"
    r"|(?:can|could|may) (?:i|we) (?:have|get)|get|reach|call in)(?: to)?"
)
MAY = (
    r"(?:can|could|may|will|would|let|have|mind|please)(?: you)?(?: please)?(?: get| getting| ask)?"
)
STEP_IN = (
    r"(?:take (?:over|a look)|have a look|look (?:at|into)|join (?:us|in|(?:this|the)"
    r" (?:chat|conversation))|step in|call me|contact me"
    r"|get in touch|answer me|reply to me|speak to me|talk to me)"
)
# A mention is nearly always a wish, unless it is told of the past or asked what this is.
A_HUMAN = (
    r"(?:humans?|(?:real|live|actual) (?:persons?|people|agents?|representatives?|employees?"
    r"|operators?|somebody|someone)|(?:someone|somebody|anyone|anybody) real)"
)
PERSON = (
    rf"(?:{SURE}|(?:some|any)(?:body|one)|people|advis[eo]rs?|employees?|colleagues?|technicians?"
    r"|supervisors?|managers?|staff)"
)
TOLD = re.compile(
    rf"\bi (?:am|m) (?:the|an?) (?:\w+ )?(?:{ANYONE}|administrator)\b|"
    r"\b(?:are|r) (?:you|u|they|these|there human)\b(?! able)|\bam i\b(?! able| allowed)"
    r"|^(?:do|does) (?:an? |any |the )?(?:real |actual )?(?:humans?|persons?|people)\b"
    r"|\byou (?:are|were|re) (?:\w+ ){0,3}?(?:bots?|robots?|machines?|humans?|persons?|real)\b"
    r"|^(?:you|u) (?:an? )?(?:human|bot|robot)$|\balmost human\b"
    r"|\bi (?:am|m) (?:not )?(?:an? )?(?:human|robot)\b"
    r"|^(?:is|are|was|were) (?:it|my|that|the|these|this)\b.*\bby (?:an? )?(?:humans?|persons?)\b"
    r"|(?<!if i )(?<!be )(?<!^i )\b(?:already(?!$)|yesterday|approve|answered|i made|told"
    r"|spoke|talked|called|wrote|helped|said)\b|\bhow (?:does|do people|do humans|many)\b"
    rf"|\bhuman readable\b|\bjoin my\b|\b{PERSON} (?:in|on|from|of) my\b"
    r"|(?<!knows )\b(?:which|what)\b(?! of your?\b| i (?:wrote|said)\b)"
    rf"(?!.*\b(?:get|reach|to|with) {WHICH}{SURE}$)"
)
CONTACT = (
    r"(?:talk|speak|chat|a word|get through|hold of|in touch|in contact|reach|explain"
    r"|complain|discuss)(?:ing)?"
)
NEAR = r"(?: (?!my\b|in\b|over\b)\w+){0,5}?"
ASKS = [
    re.compile(pattern)
    for pattern in (
        rf"\b{TALK} {WHICH}{ANYONE}\b{NOT_MINE}{ELSEWHERE}",
        rf"\b{TALK} {WHICH}{TEAM}\b{NOT_MINE}",
        rf"\b(?:{SEND}|{BE_SENT}) {WHICH}(?:{ANYONE}|{TEAM})\b{NOT_MINE}",
        rf"\b(?:connect|transfer|switch|escalate) (?:to|with) {WHICH}{SURE}\b{NOT_MINE}",
        rf"\b{GET} {WHICH}(?:{SURE}|(?:some|any)(?:one|body) (?:real|human)|real people)\b"
        rf"{NOT_MINE}{ELSEWHERE}(?! to (?!{TO_DO}\b))",
        rf"\b(?:is|are) (?:there )?{WHICH}{ANYONE} (?:out )?(?:there|here|available|around|online"
        rf"|free|to {TO_DO}|(?:(?:that|who) )?(?:i|we) (?:can|could|may|might))\b",
        r"\b(?:any|some)(?:one|body) (?:out )?(?:there|here|home|available)\b",
        r"\b(?:any|some)(?:one|body) (?:real|human)\b",
        rf"\bhave (?:anyone|anybody|someone|somebody|{SURE}) (?:i|we) (?:can|could)\b",
        rf"\b(?:can|could|may|will|would|let|have|should) {WHICH}{SURE} (?:please |be able"
        rf" to )?{TO_DO}\b",
        rf"\b{MAY} {WHICH}{ANYONE}{FROM_TEAM} (?:please |to )*{STEP_IN}\b",
        # "Can someone help me unblock my card?" is a question to whoever reads it.
        rf"\b(?:{MAY}|need|want) {WHICH}{ANYONE} (?:please |to )?{TO_DO}"
        r"(?: (?:me|us|out|please|pls|here|now|today|quickly|with this|this|to me))*$",
        rf"\b(?:some|any)(?:one|body) (?:to )?{TO_DO}\b.*\b(?:personally|in person|live)\b",
        r"\b(?:get|call in|call|ask|send|bring) (?:one|some) of your \w+\b",
        r"\bwhom? (?:can|could|may|do|should) (?:i|we) (?:talk|speak|chat|turn)\b",
        rf"\b{A_HUMAN}\b{NOT_MINE}",
        rf"\b{CONTACT}{NEAR} (?:to|with|of) {WHICH}{PERSON}\b{NOT_MINE}{ELSEWHERE}",
        rf"\b{PERSON}{NEAR} {CONTACT}(?: to| with)?(?: me| us| here| now| about this)*$",
        rf"\b{PERSON}{NEAR} (?:get back to|reach out to|call|contact|answer|reply to|write"
        rf" to) (?:me|us)\b",
        rf"\b(?:there|have) {WHICH}{PERSON} (?:who|that) (?:can|could|might) {TO_DO}(?:"
        rf" \w+){{0,3}}$",
        rf"\b(?:get|give|find|bring|send) (?:me|us) {WHICH}(?:supervisor|manager|boss|colleague)\b",
        r"\b(?:want|like|need|please|may i|can i)(?: to)? be (?:transferred|connected|put"
        r" through)\b",
        rf"\b(?:me|this|skip|go|straight|instead)\b.* to {WHICH}{SURE}$",
        r"\b(?:want|need|like) to (?:talk|speak|chat)$",
        r"^(?:\w+ ){0,4}(?:connect|transfer) me(?: please| now)?$",
        rf"\b(?:want|need|like) {WHICH}{PERSON}(?: of yours)? to {TO_DO}(?: \w+){{0,2}}$",
        rf"\b(?:ask|request|look|wait)(?:ing)? (?:for|to have) {WHICH}{SURE}\b{NOT_MINE}",
        rf"\bgive me {WHICH}{PERSON}{FROM_TEAM}$",
        rf"\blet {WHICH}{SURE} know\b",
        rf"\b{SURE} would be (?:better|best|good|nice|great|fine|helpful)\b",
        rf"\bwith {WHICH}(?:humans?|human being|real person|person)$",
        rf"\bput {WHICH}{SURE} (?:on|through)\b",
        rf"\b{SURE} (?:can|could|would) (?:please )?{STEP_IN}\b",
        r"\b(?:no more|without|don t want|do not want|instead of|rather than)\b"
        r"(?: \w+){0,4}? (?:bots?|robots?|machines?|computer)$",
        r"\bnot (?:to |with )?(?:an? )?(?:bots?|robots?|machines?|computer)$",
    )
]
ONLY_A_PERSON = re.compile(
    r"(?:(?:please|pls|now|hello|hi|hey|ok|no|just|i|said|an?|the|to|with|want|need|talk|speak) )*"
    rf"(?:{WHICH}{SURE}|customer service|live (?:chat|support)|human support)"
    r"(?: (?:please|pls|now|asap|thanks|thank you|help|support|instead|right now))*"
    r"|(?:please )?(?:get|call|send|find|fetch) (?:some|any)(?:one|body)(?: please| now| here)*"
    r"|(?:(?:a|the|your) )?(?:supervisor|manager|technician|staff|callback) (?:please|now)"
    r"|no (?:more )?(?:bots?|robots?|machines?)"
    r"|(?:some|any)(?:one|body) (?:who|that) (?:can|could|knows)\b.*"
)
# "Do I have to talk to someone to close my account?" asks for something else.
MUST_I = re.compile(
    r"(?<!how )(?<!where )\b(?:do|must|should|why) (?:i|we)(?: (?:need|have|got))?(?: to)? \w+"
)
# "I do not need an agent any more", "please don't transfer me"; not: "why don't you connect me".
NOT_WANTED = re.compile(
    r"\bno (?:need|longer)\b"
    r"|(?<!why )\b(?:do not|don t|dont|did not|didn t|never|wo n t|won t)(?: really| even)?"
    r" (?:want|need|have|like|wish|transfer|connect|send|give|call|forward|hand|pass|put"
    r"|escalate)\b"
)
# Without one of these it must sound all the more like a wish.
ABOUT_PERSONS = re.compile(
    rf"\b(?:{PERSON}|{ANYONE}|{TEAM}|bots?|robots?|machines?|lady|gentleman|administrators?"
    r"|superiors?|professionals?|tutors?|co ?workers?|engineers?|second level|talk|speak|chat"
    r"|discuss|escalate|deal with|(?:call|phone|ring|contact) me|in (?:touch|contact|connection))\b"
)
MACHINE = re.compile(r"\b(?:bots?|robots?|machines?|ai|computers?|programs?|software)\b")


def asks_for_person(
    text: str, sounds_like_one: Callable[[Sequence[Said]], bool] = wish_head.sounds_like_a_wish
) -> bool:
    """Whether the message asks for a person to take part in this conversation.

    By the patterns, or because one of its clauses sounds like it and no pattern says that it is
    none.
    """
    said = [clause for clause in CLAUSE.split(text[:LONGEST_WISH]) if clause.split()]
    plain = [plain_words(clause) for clause in said]
    if any(_is_wish(clause) for clause in plain) or other_languages.asks_for_person(text):
        return True
    if rules.small_talk(text) or other_languages.is_question(text):
        return False
    return sounds_like_one(_open(text[:LONGEST_WISH], said, plain))


def _open(text: str, said: list[str], plain: list[str]) -> list[Said]:
    """The clauses that may be wishes, and the whole where none of them says that it is none."""
    both = list(zip(said, plain, strict=True))
    if any(_is_none(one) for _, one in both):
        both = [(clause, one) for clause, one in both if not _is_none(one)]
    elif len(both) > 1:
        both.append((text, " ".join(plain)))
    return [Said(clause.strip(), one, bool(ABOUT_PERSONS.search(one))) for clause, one in both]


def _is_none(clause: str) -> bool:
    """Whether it says that nobody is wanted, or tells of somebody."""
    is_unwanted = NOT_WANTED.search(clause) and not MACHINE.search(clause)
    return bool(is_unwanted or TOLD.search(clause))


def _is_wish(clause: str) -> bool:
    if _is_none(clause):
        return False
    clause = MUST_I.sub(" ", clause)
    return bool(ONLY_A_PERSON.fullmatch(clause)) or any(p.search(clause) for p in ASKS)


def plain_words(clause: str) -> str:
    """Its words in small letters, what is short for others and typos put right."""
    said = (SPOKEN.get(word) or _corrected(word) for word in words(clause))
    # Whom to ask elsewhere is a question like others.
    return " ".join(said).replace("contact person", "contactperson")


def _corrected(word: str) -> str:
    if len(word) < 4 or word in TYPED:
        return word
    return next((right for right in TYPED if _one_typo_apart(word, right)), word)


def _one_typo_apart(word: str, other: str) -> bool:
    """One letter more, less or another, or two of them swapped; a plural is no typo."""
    if word.rstrip("s") == other:
        return False
    if len(word) == len(other):
        differ = [i for i in range(len(word)) if word[i] != other[i]]
        if len(word) < 5:
            return False
        swapped = len(differ) == 2 and sorted(word) == sorted(other)
        return swapped or len(differ) == 1
    longer, shorter = sorted((word, other), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    )
