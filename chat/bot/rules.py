"""What a message is before anything is searched: small talk, or an emergency; a wish
for a person is in wishes.py.

Judged on whole words and on the whole message: "this" holds no "hi", and "hello, how do I reset
my password" is a question.
"""

import re

from chat.bot import other_languages
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
# These only where they are all that is said: "no" and "what" begin many questions.
AROUND = "oh|ok|okay|well|hm+|sorry|please|pls|just|thanks|thank you|then|now|sir|really|sure"
ALONE = {
    "no": r"no(?: no)*|nope|nah|cancel(?: (?:that|this|it))?|stop(?: (?:that|this|it))?"
    r"|never ?mind|forget (?:it|about it|that)|leave it|not (?:now|really)|nothing(?: else)?"
    r"|no i (?:do not|dont|am good|am fine|m good|m fine)",
    "yes": r"(?:yes|yeah|yep|yup|ya|i do)(?: (?:yes|i do|of course))?|of course",
    "unclear": r"(?:(?:say|come) )?(?:what|again|huh|pardon|hu|wha+t)|what do you mean(?: by that)?"
    r"|what does (?:that|this|it) mean|(?:i )?(?:do not|dont|cannot|cant|did not|didnt)"
    r" (?:understand|get|follow)(?: (?:that|this|it|you|the answer|your answer|a word))?"
    r"|(?:that|this|it)(?: is|s)? (?:not clear|unclear|confusing)",
}
ALONE_RE = {
    kind: re.compile(rf"(?:(?:{AROUND}) ?)*(?:{said}) ?(?:(?:{AROUND}) ?)*")
    for kind, said in ALONE.items()
}
# What is said of an answer or of the bot: that it did not help, rudely or not, and nothing else.
VAIN = (
    r"(?:(?:sorry|but|no|nope|well|hm+|ok|okay|yes|thanks|unfortunately|and|i|ive|we|have|had|tried"
    r"|did|done|already|all|of|it|its|that|thats|this|these|the answer|your answer|still|just|is"
    r"|was|does|really|also|s|same|you(?: (?:people|guys))?|youre|are|bot|chatbot|what an?|a|an"
    r"|such|so|very|completely|totally|absolutely|fucking|damn) )*"
    r"(?:"
    r"(?:not|isnt|wasnt|doesnt|didnt|wont|hasnt|never|no)(?: (?:really|even|quite|at all|do|did))*"
    r" (?:work(?:ing|s|ed)?|help(?:ing|s|ed|ful)?|(?:what|the question) i (?:asked|meant|wanted"
    r"|need|am asking)|(?:the )?(?:right|correct)(?: (?:answer|one))?|useful|true|use"
    r"|answer(?:s|ed|ing)?(?: my question)?|solve(?:s|d)?(?: (?:it|my problem|the problem))?)"
    r"|wrong(?: answer)?|incorrect|useless|nonsense|rubbish|same problem|broken"
    r"|stupid|dumb|idiots?|sucks?|garbage|crap|shit|bullshit|joke|ridiculous|terrible|horrible"
    r"|awful|pathetic|worthless|pointless|waste of time|fuck (?:you|off|this)"
    r")(?: (?:for|to|me|us|here|either|at all|still|any ?more|though|unfortunately|for|yet|again"
    r"|my question|now|bot|answer))*"
)
# Twice at most: "this is a joke, you people are useless". Any number would take forever to refuse.
IN_VAIN = re.compile(rf"{VAIN}(?: {VAIN})?")
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
    """Which kind of small talk the whole message is: of KINDS ("hello", "help", "thanks", "bye",
    "fine") or of ALONE ("no", "yes", "unclear"); else None."""
    plain = _plain(text)
    for kind, alone in ALONE_RE.items():
        if alone.fullmatch(plain):
            return kind
    for kind, pattern in PHRASES.items():
        rest, found = re.subn(rf"\b(?:{pattern})\b", " ", plain)
        if found and set(rest.split()) <= SMALL_TALK_WORDS:
            return _strongest(rest.split()) or kind
    if set(plain.split()) <= SMALL_TALK_WORDS:
        return _strongest(plain.split())
    return other_languages.small_talk(text)


def is_in_vain(text: str) -> bool:
    """Whether the whole message says that an answer did not help ("it still does not work")."""
    return IN_VAIN.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return " ".join(words(text.replace("'", "").replace("’", "")))


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
