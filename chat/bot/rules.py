"""What a message is before anything is searched: small talk, a wish for a person, an emergency.

Judged on whole words and on the whole message: "this" holds no "hi", and "hello, how do I reset
my password" is a question.
"""

import re


def words(text: str) -> list[str]:
    """The lower-case words of a text, apostrophes and punctuation gone: "I'd" -> "i", "d"."""
    return re.findall(r"\w+", text.lower().replace("’", "'"))


HELLO = set(
    words("hello hi hey hiya howdy greetings yo morning afternoon evening helo hallo hullo")
)
HELP = set(words("help halp"))
THANKS = set(words("thanks thank thankyou thx tnx thanx ty cheers appreciated appreciate thnks"))
BYE = set(words("bye goodbye goodby byebye cya farewell goodnight"))
FILLER = set(
    words("""a ahead all am and are assistant bot brilliant can chat could day desk do
    everybody everyone everything excellent folks for friend good guys have i im is it
    just lovely lot lots me much my need night now of oh please pls quick
    really right sir so some sure team that thats the then there to today very want was weekend
    well with wonderful worked works would you your""")
)
FINE = set(words("ok okay okey alright great perfect cool fine nice awesome understood kk wow yay"))
KINDS = {"bye": BYE, "thanks": THANKS, "hello": HELLO, "help": HELP, "fine": FINE}
PHRASES = {
    "bye": r"see (?:you|ya)(?: (?:later|soon|around|tomorrow))?|have a (?:nice|good|great) \w+"
    r"|take care|that(?:s| is| was)? (?:all|it)(?: for (?:now|today))?|good ?night",
    "help": r"what can (?:you|i|we) (?:do|ask|help with|help me with)(?: you)?(?: here)?"
    r"|what do you (?:do|know)|how (?:does|do) (?:this|you) work|who are you|what are you"
    r"|(?:are|r) (?:you|u) (?:a |an )?(?:real |actual )?(?:bot|robot|human|person|machine|ai)"
    r"|am i (?:talking|speaking|chatting) (?:to|with) (?:an? |someone )?(?:real ?)?(?:bot|robot"
    r"|human|person|machine|ai)?(?: or (?:an? )?(?:bot|robot|human|person|machine|ai))?"
    r"|how can you help(?: me)?",
    "hello": r"good (?:morning|afternoon|evening|day)|how are you(?: (?:doing|today))*"
    r"|what(?:s| is) up|nice to meet you",
    "fine": r"got it|i see|(?:it|that) (?:works|worked|helps|helped)|makes sense|no problem",
}
SMALL_TALK_WORDS = HELLO | HELP | THANKS | BYE | FINE | FILLER

# ── A person ───────────────────────────────────────────────────────────────
SURE_PERSONS = words("human person representative agent operator advisor adviser employee")
SURE = r"(?:human(?: being| agent| operator| person)?|person|agent|representative|rep|operator)"
ANYONE = (
    rf"(?:{SURE}|people|advis[eo]r|(?:some|any)(?:body|one)|employee|(?:staff|team|desk) member"
    r"|technician|specialist|staff|man|woman|guy|supervisor|manager)"
)
WHICH = (
    r"(?:(?:an?|the|some|any|one of|your|real|live|actual|human|another|support|customer|service"
    r"|help desk|desk|it|living|different|proper) )*"
)
REACH = (
    r"(?:(?<!am i )(?:talk|speak|chatt?)(?:ing)?|(?:connect|transfer|switch|forward|redirect"
    r"|escalate) (?:me|this|it)|(?:put|pass|hand) me|write)(?: through| over)? (?:to|with)"
)
GET = (
    r"(?:(?:get|give|find|bring|send) me|(?:i |we )?(?:want|need)|(?:i|we) (?:would|d) like|id like"
    r"|(?:can|could|may) (?:i|we) (?:have|get)|get|call|contact|reach)(?: to)?"
)
SOMEBODY_ELSE = (  # "a person in my class", "human resources"
    r"(?! (?:in|on|from|of|who|whose|which|that i|outside|with|over|via|through|using) )"
    r"(?! (?:resources?|errors?|rights|string|id|name|account|software|version|settings|library"
    r"|manager|readable|capita|page)\b)"
)
TO_HELP = r"(?:help|talk|speak|assist|call|chat|answer|support|contact)"
ASKS_FOR_A_PERSON = [
    re.compile(pattern)
    for pattern in (
        rf"\b{REACH} {WHICH}{ANYONE}\b{SOMEBODY_ELSE}",
        rf"\b(?:connect|transfer|switch|escalate) (?:to|with) {WHICH}{SURE}\b{SOMEBODY_ELSE}",
        rf"\b{GET} {WHICH}(?:{SURE}|someone real|somebody real|staff member)\b{SOMEBODY_ELSE}"
        rf"(?! to (?!{TO_HELP}\b))",
        rf"\b(?:is|are) there {WHICH}{ANYONE} (?:there|here|available|around|online|to {TO_HELP}"
        r"|(?:(?:that|who) )?(?:i|we) can)\b",
        r"\b(?:any|some)(?:one|body) (?:out )?(?:there|here|home|available)\b",
        rf"\b(?:can|could|may|will|would|let|have) {WHICH}{SURE} (?:please )?{TO_HELP}\b",
        # "Can someone help me unblock my card?" is a question to whoever reads it.
        rf"\b(?:can|could|will|would|let|have) {WHICH}{ANYONE} (?:please )?(?:call|contact) me\b",
        rf"\b(?:can|could|will|would|let|need|want) {WHICH}{ANYONE} (?:please |to )?{TO_HELP}"
        r"(?: (?:me|us|out|please|pls|here|now|today|quickly|with this|this|to me))*$",
        r"\bnot (?:(?:to |with )?an? )?(?:bot|robot|machine|computer)$",
    )
]
LONGEST_WISH = 600  # characters
ONLY_A_PERSON = re.compile(
    r"(?:(?:please|pls|now|hello|hi|hey|ok|no|just|i|said|an?|the|to|with|want|need) )*"
    rf"(?:{WHICH}{SURE}|customer service|live (?:chat|support)|human support)"
    r"(?: (?:please|pls|now|asap|thanks|thank you|help|support|instead))*"
)

# ── An emergency ───────────────────────────────────────────────────────────
EMERGENCY = re.compile(
    r"\b(?:suicide|suicidal|kill (?:my|him|her|them)sel(?:f|ves)|end my life|want to die"
    r"|hurt(?:ing)? myself|harm(?:ing)? myself|self harm|heart attack|having a stroke"
    r"|(?:can ?t|cannot|can not) breathe|not breathing|chest pains?|overdosed?|unconscious"
    r"|call an ambulance|need an ambulance|bleeding (?:badly|heavily|a lot|out)"
    r"|call (?:911|999|112|the police)|active shooter|bomb threat|being attacked"
    r"|(?:there is|there s|theres|it s|its|is|caught|catching) (?:a |on )fire\b"
    r"|smoke (?:is )?(?:coming|pouring|rising)|smell(?:s|ing)? (?:of )?(?:smoke|burning|gas)"
    r"|electrocuted|life threatening|(?:this is|it s|its|have) an? (?:\w+ )?emergency"
    r"|medical emergency|emergency (?:now|please|help))\b"
    r"|^(?:help )?emergency(?: help)?$"
)
EMERGENCY_SERVICE = re.compile(
    r"\bemergency (?:alerts?|notifications?|contacts?|numbers?|phones?|loans?|funds?|leave|exits?"
    r"|messages?|texts?|call ?box(?:es)?|procedures?|plans?|kits?|brakes?|access|change)\b"
    r"|\bsuicide prevention\b"
)


def small_talk(text: str) -> str | None:
    """Which of KINDS the whole message is ("hello", "help", "thanks", "bye", "fine"); else None."""
    plain = " ".join(words(text.replace("'", "").replace("’", "")))
    for kind, pattern in PHRASES.items():
        rest, found = re.subn(rf"\b(?:{pattern})\b", " ", plain)
        if found and set(rest.split()) <= SMALL_TALK_WORDS:
            return _strongest(rest.split()) or kind
    if set(plain.split()) <= SMALL_TALK_WORDS:
        return _strongest(plain.split())
    return None


def _strongest(said: list[str]) -> str | None:
    return next((kind for kind, names in KINDS.items() if names & set(said)), None)


def question(text: str) -> str:
    """The message without a greeting before it and thanks behind it, which would blur a search."""
    opening = "|".join(sorted(HELLO - {"morning", "afternoon", "evening"}))
    stripped = re.sub(
        rf"^\s*(?:(?:{opening}|good (?:morning|afternoon|evening|day))\b"
        r"(?:\s+(?:there|all|everyone|team|bot))?[\s,.!:;–-]*)+",
        "",
        text,
        flags=re.IGNORECASE,
    )
    stripped = re.sub(
        r"\b(?:many thanks|thanks|thank you|thx|cheers|please help)"
        r"(?: (?:in advance|a lot|so much|very much))?[.!]*$",
        "",
        stripped.rstrip(),
        flags=re.IGNORECASE,
    )
    return stripped.rstrip(" \n\t,;–-") or text.strip()


def asks_for_person(text: str) -> bool:
    """Whether the message asks for a person to take part in this conversation."""
    # Whoever writes more than this describes something; the patterns grow slow on it.
    plain = " ".join(_corrected(word) for word in words(text[:LONGEST_WISH]))
    if ONLY_A_PERSON.fullmatch(plain):
        return True
    # "Do I have to talk to someone to close my account?" asks for something else.
    plain = re.sub(
        r"\b(?:do|must|should|why) (?:i|we)(?: (?:need|have|got))?(?: to)? \w+", " ", plain
    )
    return any(pattern.search(plain) for pattern in ASKS_FOR_A_PERSON)


def is_emergency(text: str) -> bool:
    """Whether somebody may be in danger: such words lead to a person at once."""
    plain = EMERGENCY_SERVICE.sub(" ", " ".join(words(text)))
    return EMERGENCY.search(plain) is not None


def _corrected(word: str) -> str:
    """A word for a person with its typo put right: "humna", "agnet", "represenative"."""
    if len(word) < 5 or word in SURE_PERSONS:
        return word
    return next((person for person in SURE_PERSONS if _one_typo_apart(word, person)), word)


def _one_typo_apart(word: str, other: str) -> bool:
    """One letter more, less or another, or two of them swapped; a plural is no typo."""
    if word.rstrip("s") == other:
        return False
    if len(word) == len(other):
        differ = [i for i in range(len(word)) if word[i] != other[i]]
        swapped = len(differ) == 2 and sorted(word) == sorted(other)
        return swapped or len(differ) == 1
    longer, shorter = sorted((word, other), key=len, reverse=True)
    return len(longer) - len(shorter) == 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    )
