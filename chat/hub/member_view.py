"""A member's view of one shared conversation: what is written in it, and who has read it."""

from collections import deque

from chat import member_frames
from chat.database import in_database
from chat.frames import Audience, Change, Frame, Posted, Signal, encode
from chat.hub.backlog import RESUMED, page
from chat.hub.socket import Socket
from chat.hub.view import Texts, View
from chat.member_frames import SENT, Facts
from chat.models import Conversation, Member

MEMBERS = Audience()
REMEMBERED = 50  # of the newest messages, whose readers are told anew when somebody reads


class MemberView(View):
    """Begins behind `seq`. What it needs to know of the conversation it reads when something
    first happens: most of a member's conversations are silent."""

    __slots__ = ("facts", "heard", "recent")

    def __init__(self, socket: Socket, conversation_id: int, seq: int, version: int) -> None:
        super().__init__(socket, conversation_id, MEMBERS, True)
        self.seq, self.version = seq, version
        self.facts: Facts | None = None
        self.heard: set[str] = set()  # who has read something while the facts were not there
        self.recent: deque[Posted] = deque(maxlen=REMEMBERED)

    def start(self) -> None:
        """Follows on from `seq` and `version`; at once where nothing has happened since."""
        self._open()

    def receive(self, change: Change, texts: Texts) -> None:
        self.newest = max(self.newest, change.version)
        if self.loading or change.version <= self.version:
            return
        if change.previous > self.version or self.facts is None or change.joined:
            self.heard.update(change.read or ())
            self.heal()
            return
        key = (*self.shape, self.seq)
        made = self.frames(change.messages, change.read or {})
        lines = texts.get(key)
        if lines is None:
            lines = texts[key] = [encode(frame) for frame in made]
        for text in lines:
            self.socket.put(text)
        self.seq = max(self.seq, change.head_seq)
        self.version = change.version

    def frames(self, messages: list[Posted], read: dict[str, int]) -> list[Frame]:
        """What to send of new messages and marks; they are known from then on."""
        assert self.facts is not None
        said = [p for p in messages if p.sender == SENT and p.seq > self.seq]
        self.recent.extend(said)
        frames = [member_frames.send(self.facts, said)] if said else []
        for key, through in read.items():
            before = self.facts.read.get(key, 0)
            if key in self.facts.emails and through > before:
                self.facts.read[key] = through
                about = [p for p in self.recent if before < p.seq <= through]
                frames.append(member_frames.read(self.facts, key, through, about))
        return frames

    def pass_on(self, signal: Signal) -> None:
        """Members are not shown who is typing."""

    async def _catch_up(self) -> None:
        try:
            version, head, facts, recent = await in_database(_state, self.conversation_id, self.seq)
            marks, facts.read = facts.read, self._known(facts, is_behind=self.seq < head)
            self.facts, self.recent = facts, deque(recent, maxlen=REMEMBERED)
            for frame in self.frames([], marks):
                self.socket.put(encode(frame))
            while self.seq < head:
                through = min(head, self.seq + RESUMED)
                found = await in_database(page, self.conversation_id, self.seq, through)
                for frame in self.frames(found, {}):
                    self.socket.put(encode(frame))
                self.seq = through
        except Exception:
            self.loading, self.newest = False, self.version
            raise
        self.version = max(self.version, version)
        self._open()

    def _known(self, facts: Facts, is_behind: bool) -> dict[str, int]:
        """The marks that the reader knows of; who else has read is told."""
        if self.facts is not None:
            return dict(self.facts.read)
        news = self.heard if self.heard or is_behind else set(facts.read)
        return {key: 0 if key in news else through for key, through in facts.read.items()}


def _state(conversation_id: int, seq: int) -> tuple[int, int, Facts, list[Posted]]:
    """(version, newest seq, facts, the messages just before `seq`)."""
    row = Conversation.objects.get(pk=conversation_id)
    recent = page(conversation_id, max(0, seq - REMEMBERED), seq)
    return row.version, row.head_seq, facts_of(row), [p for p in recent if p.sender == SENT]


def facts_of(row: Conversation) -> Facts:
    """Reads a conversation's members."""
    facts = Facts(row.public_id, row.subject, row.party)
    for member in Member.objects.filter(conversation=row.pk).exclude(email="").order_by("id"):
        facts.emails[member.key] = member.email
        facts.roles[member.email] = member.role
        facts.read[member.key] = member.last_read_seq
    return facts
