"""What a message is before anything is searched: small talk, or an emergency; a wish
for a person is in wishes.py.

Judged on whole words and on the whole message: "this" holds no "hi", and "hello, how do I reset
my password" is a question.
"""

import re

from chat.bot.words import words

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

# ── An emergency ───────────────────────────────────────────────────────────
SOMEBODY = (
    r"(?:he|she|baby|child|son|daughter|mother|mum|mom|father|dad|friend|flatmate|roommate"
    r"|neighbour|wife|husband|partner|somebody|someone|person)"
)
EMERGENCY = re.compile(
    r"\b(?:suicide|suicidal|kill (?:my|him|her|them)sel(?:f|ves)|end my life|want to die"
    r"|hurt(?:ing)? myself|harm(?:ing)? myself|self harm|heart attack|having a stroke"
    r"|(?:can ?t|cannot|can not) breathe|not breathing|chest pains?|overdosed?|unconscious"
    r"|call an ambulance|need an ambulance|bleeding (?:badly|heavily|a lot|out)"
    r"|call (?:911|999|112|the police)|active shooter|bomb threat|being attacked"
    r"|(?:there is|there s|theres|it s|its|is|caught|catching) (?:a |on )fire\b"
    r"|smoke (?:is )?(?:coming|pouring|rising)|smell(?:s|ing)? (?:of )?(?:smoke|burning|gas)"
    r"|electrocuted|life threatening|(?:this is|it s|its|have) an? (?:\w+ )?emergency"
    r"|medical emergency|emergency (?:now|please|help)"
    r"|(?:took|taken|swallowed) too many (?:pills|tablets|painkillers)|(?:was|been|am) poisoned"
    r"|(?:having|had|has) (?:a|another) seizure|(?:is|am|are|m|s) choking|anaphylactic shock"
    r"|(?:severe|strong|bad) allergic reaction|(?:trouble|difficulty|problems?) breathing"
    rf"|{SOMEBODY} (?:just )?(?:is not responding|does not respond|has?d? ?fainted|fainted"
    r"|(?:is not|does not|won t|will not) (?:waking|wake) up|collapsed)"
    r"|(?:do not|don ?t) want to (?:live(?: any ?more| like this)?$|live any ?more))\b"
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


def is_emergency(text: str) -> bool:
    """Whether somebody may be in danger: such words lead to a person at once."""
    plain = EMERGENCY_SERVICE.sub(" ", " ".join(words(text)))
    return EMERGENCY.search(plain) is not None
