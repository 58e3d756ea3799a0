"""What a week has left at the demo's desk, for the admin's pages. Run where the desk's settings
are: `manage.py shell -c "from tests.pages import week; week.write()"`.
"""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from chat.bot import faq
from chat.models import BotTurn, Conversation, Gap, Message
from faq import history
from faq.models import Category, Entry, Phrasing, Synonym
from faq.search import search

NOW = timezone.now()
USED = "Connect to Wi-Fi"
REPLY = (
    "There are bike racks at every entrance. Lock the frame, not only the wheel. "
    "The ones at gate {} have a roof."
)
# Questions with no answer, unsure ones, a thumb down.
ASKED = {
    "where can I park my bike": "none",
    "is there a place for bikes on campus": "none",
    "bike parking near the library": "suggest",
    "can i leave my bicycle at the dorm": "none",
    "how do I cancel my gym membership": "none",
    "quit the gym": "none",
    "the projector in room 2.114 smells funny and makes a loud grinding noise whenever anybody "
    "switches it on in the morning": "answer",
}
OUTCOMES = {"none": "template", "suggest": "suggest", "answer": "answer"}


def write() -> None:
    for number, (question, band) in enumerate(ASKED.items()):
        talk = conversation(f"gap-{number}", question, *([REPLY.format(number + 1)][: number < 2]))
        turn(talk, question, band, feedback="down" if band == "answer" else "")
    closed = conversation("closed", "what is on the menu")
    lunch = turn(closed, "what is on the menu", "none")
    dan = User.objects.get(username="admin")
    lunch.gap = Gap.objects.create(title=lunch.question, is_dismissed=True, closed_by=dan)
    lunch.save()
    use(Entry.objects.get(title=USED))
    sure()
    change(Entry.objects.get(title=USED), dan)
    rivals()
    Synonym.objects.create(said="wlan", meant="wifi")


def conversation(label: str, question: str, *replies: str) -> Conversation:
    talk = Conversation.objects.create(public_id=label, label=label, head_seq=2 + len(replies))
    said = [("customer", "", question), ("bot", "Help desk", "I have no answer to that.")]
    said += [("agent", "Carol Reyes", reply) for reply in replies]
    for seq, (kind, name, body) in enumerate(said, 1):
        Message.objects.create(
            conversation=talk, seq=seq, author_kind=kind, author_key=f"{kind}:{label}",
            author_name=name, client_id=f"{label}-{seq}", body=body,
        )  # fmt: skip
    return talk


def turn(talk: Conversation, question: str, band: str, **fields: object) -> BotTurn:
    made = {
        "question_seq": 1, "token": "x", "leased_until": NOW, "started_at": NOW,
        "finished_at": NOW, "question": question, "band": band, "outcome": OUTCOMES[band],
        "evidence": {"search": {"question": question}}, "engine": "embedded", "milliseconds": 21.5,
    }  # fmt: skip
    return BotTurn.objects.create(conversation=talk, **made | fields)


def use(entry: Entry) -> None:
    """Two months of answers, with thumbs; and some time somebody picked it from three."""
    talk = conversation("used", "how do i get on wifi")
    feedback = ("up", "", "down")  # the last only so long ago that it is no gap of this month
    for number in range(40):
        before = NOW - timedelta(days=number * number / 24)
        turn(
            talk, "how do i get on wifi", "answer", question_seq=10 + number, entry=entry,
            confidence=0.81, started_at=before, finished_at=before,
            feedback=feedback[number % 3] if number > 30 else ("up", "")[number % 2],
            next_step="went_on",
            evidence={"choice": {}} if number % 4 == 0 else {"search": {}},
        )  # fmt: skip


def sure() -> None:
    """A turn with all that the search said."""
    found = search("wifi please, how?")
    talk = conversation("sure", found.question)
    turn(
        talk, found.question, "answer", evidence=faq.evidence(found), reply_seq=2,
        confidence=found.hits[0].confidence, entry_id=found.hits[0].entry_id,
    )  # fmt: skip


def change(entry: Entry, who: User) -> None:
    """Somebody mended its answer and gave it a wording."""
    with history.recorded("Changed answer.", who):
        entry.answer = entry.answer.replace("Choose", "Look for", 1)
        entry.save()
        Phrasing.objects.create(entry=entry, text="the wireless asks me for a password")


def rivals() -> None:
    """Two entries that take each other's questions; one of them a draft's neighbour in time."""
    category = Category.objects.first()
    for title, wordings in (
        ("Borrow a camera", ("rent a camera", "lend me a camera for a day", "camera hire")),
        ("Cameras for hire", ("hire a camera", "rent cameras for a day", "borrow cameras")),
    ):
        entry = Entry.objects.create(title=title, category=category, answer="Ask at desk 3.")
        for text in wordings:
            Phrasing.objects.create(entry=entry, text=text)
    soon = NOW + timedelta(days=30)
    Entry.objects.create(
        title="Summer opening hours", category=category, answer="From 9 to 15.", valid_from=soon
    )
