"""What members do in the conversations they share: list, write, read, bring others in.

All of it reads and writes the database: to be called in a thread.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils.crypto import get_random_string, salted_hmac

from chat import member_frames
from chat.access import Participant, is_address, member_key, shared_conversation
from chat.actions.messages import clean_body, post_together
from chat.errors import NotFound, Refused
from chat.frames import Frame, Posted, timestamp
from chat.hub import facts_of
from chat.hub.backlog import page
from chat.log import Entry, Locked, Mark
from chat.member_frames import SENT
from chat.models import Conversation, Member, Message
from chat.models.conversation import Kind, Status
from chat.models.member import Role

PAGE = 50
MOST_MEMBERS = 100
MOST_LISTED = 1000
LONGEST_SUBJECT = 200
ID_LENGTH = 24
Effect = Callable[[Locked, int], None]


@dataclass
class Draft:
    """What a SEND frame asks for."""

    config_id: str
    members: list[str]
    subject: str
    party: int | None
    items: list[tuple[str, str]]  # (text, client id or "")
    roles: dict[str, str] = field(default_factory=dict)


class Seat(NamedTuple):
    """A member's seat in a conversation, as it is when the member comes."""

    conversation_id: int
    version: int
    head: int


# ── writing ──
def send(participant: Participant, draft: Draft) -> Frame | None:
    """Commits what a member writes, all of it or nothing.

    None where all of it is new, so that every member's view shows it; else the SEND frame with
    what was there before. Raises Refused.
    """
    others = _addresses(draft.members)
    row = _conversation(participant, draft)
    first = _join(participant, [participant.email, *others], draft.roles)
    entries = [
        _entry(participant, row.pk, text, client_id, first if place == 0 else None)
        for place, (text, client_id) in enumerate(draft.items)
    ]
    receipts = post_together(entries)
    there = [r.posted for r in receipts if r.was_there and r.posted is not None]
    return member_frames.send(facts_of(row), there) if there else None


def _addresses(given: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(address.strip().lower() for address in given))
    for address in found:
        if not is_address(address):
            raise Refused("bad_frame", f"{address[:80]!r} is no e-mail address.")
    if len(found) > MOST_MEMBERS:
        raise Refused("too_long", f"A conversation has at most {MOST_MEMBERS} members.")
    return found


def _conversation(participant: Participant, draft: Draft) -> Conversation:
    """The conversation that is meant, or a new one where none is."""
    if draft.config_id:
        return shared_conversation(participant, draft.config_id)
    public_id = _new_id(participant, draft.items[0][1])
    fields = {
        "kind": Kind.GROUP,
        "status": Status.RESOLVED,  # waits for nobody of the desk
        "label": (draft.subject or ", ".join(draft.members) or participant.email)[:64],
        "subject": draft.subject,
        "party": draft.party,
    }
    try:
        with transaction.atomic():
            return Conversation.objects.get_or_create(public_id=public_id, defaults=fields)[0]
    except IntegrityError:
        return Conversation.objects.get(public_id=public_id)


def _new_id(participant: Participant, client_id: str) -> str:
    """Opaque; of a retry, by its first item's client id, the same as before."""
    if not client_id:
        return get_random_string(ID_LENGTH, "0123456789abcdef")
    made_of = f"{participant.key} {client_id}"
    return salted_hmac("chat.conversation", made_of, algorithm="sha256").hexdigest()[:ID_LENGTH]


def _entry(
    participant: Participant,
    conversation_id: int,
    text: str,
    client_id: str,
    joining: Effect | None,
) -> Entry:
    def guard(conversation: Locked, entry: Entry) -> None:
        is_new = conversation.head_seq == 0 and joining is not None
        if not is_new and not _is_member(conversation.id, participant.key):
            raise NotFound

    def effect(conversation: Locked, seq: int) -> None:
        if joining is not None:
            joining(conversation, seq)
        others = Member.objects.filter(conversation=conversation.id).exclude(key=participant.key)
        others.exclude(email="").update(unread=F("unread") + 1)

    return Entry(
        conversation_id,
        SENT,
        participant.key,
        clean_body(text),
        client_id,
        author_id=participant.user_id,
        author_name=participant.name,
        guard=guard,
        effect=effect,
    )


def _is_member(conversation_id: int, key: str) -> bool:
    return Member.objects.filter(conversation=conversation_id, key=key).exists()


def _join(participant: Participant, addresses: list[str], roles: dict[str, str]) -> Effect:
    """Effect by which those who are no members yet become some; they have all that was said."""

    def effect(conversation: Locked, seq: int) -> None:
        there = Member.objects.filter(conversation=conversation.id).exclude(email="")
        known = set(there.values_list("email", flat=True))
        new = [address for address in dict.fromkeys(addresses) if address not in known]
        if len(known) + len(new) > MOST_MEMBERS:
            raise Refused("too_long", f"A conversation has at most {MOST_MEMBERS} members.")
        if not new:
            return
        said = Message.objects.filter(conversation=conversation.id, author_kind=SENT).count()
        Member.objects.bulk_create(
            Member(
                conversation_id=conversation.id,
                key=member_key(address),
                email=address,
                role=roles.get(address, Role.OTHER),
                unread=0 if address == participant.email else said,
                last_delivered_seq=seq - 1,
            )
            for address in new
        )
        conversation.joined = [member_key(address) for address in new]

    return effect


# ── reading ──
def read_page(participant: Participant, config_id: str, number: int) -> tuple[Frame, Mark | None]:
    """The RECEIVE frame of one page, 1 being the newest, and the mark that it has been read.

    A page is a span of seqs, which have no gap: any costs what the first does.
    """
    row = shared_conversation(participant, config_id)
    pages = max(1, -(-row.head_seq // PAGE))
    if number > pages:
        raise NotFound("There is no such page.")
    through = row.head_seq - (number - 1) * PAGE
    found = page(row.pk, max(0, through - PAGE), through)
    facts = facts_of(row)
    seat = Member.objects.get(conversation=row.pk, key=participant.key)
    unread, mark = seat.unread, None
    if through > seat.last_read_seq:
        unread -= _others_between(row.pk, participant.key, seat.last_read_seq, through)
        facts.read[participant.key] = through
        mark = _mark(participant, row.pk, through)
    data = {
        "config_id": row.public_id,
        "subject": row.subject,
        "party": row.party,
        "members": facts.members,
        "roles": facts.roles,
        "message": facts.items(found),
        "page": number,
        "pages": pages,
        "unread_msgs": max(0, unread),
    }
    return {"type": "RECEIVE", "data": data}, mark


def _mark(participant: Participant, conversation_id: int, through: int) -> Mark:
    def effect(before: int) -> None:
        read = _others_between(conversation_id, participant.key, before, through)
        seat = Member.objects.filter(conversation=conversation_id, key=participant.key)
        seat.update(unread=F("unread") - read)

    return Mark(
        conversation_id, participant.key, through, participant.user_id,
        who=participant.key, effect=effect,
    )  # fmt: skip


def _others_between(conversation_id: int, key: str, after: int, through: int) -> int:
    said = Message.objects.filter(
        conversation=conversation_id, seq__gt=after, seq__lte=through, author_kind=SENT
    )
    return said.exclude(author_key=key).count()


def chat_list(participant: Participant) -> Frame:
    """The CHAT_LIST frame: the member's conversations, newest first."""
    newest = Message.objects.filter(conversation=OuterRef("conversation"), author_kind=SENT)
    found = (
        Member.objects.filter(key=participant.key, conversation__kind=Kind.GROUP)
        .select_related("conversation")
        .annotate(last=Subquery(newest.order_by("-seq").values("id")[:1]))
    )
    seats = list(found.exclude(email="").order_by("-last", "-conversation")[:MOST_LISTED])
    rows = Message.objects.in_bulk([seat.last for seat in seats if seat.last])
    members = _members_of([seat.conversation_id for seat in seats])
    return {
        "type": "CHAT_LIST",
        "data": [_listed(seat, rows.get(seat.last), members) for seat in seats],
    }


def _listed(seat: Any, last: Message | None, members: dict[int, list[Member]]) -> Frame:
    row = seat.conversation
    facts = member_frames.Facts(row.public_id, row.subject, row.party)
    for member in members[row.pk]:
        facts.emails[member.key] = member.email
        facts.roles[member.email] = member.role
        facts.read[member.key] = member.last_read_seq
    return {
        **facts.about(),
        "roles": facts.roles,
        "last_message": facts.item(Posted.from_row(last)) if last else None,
        "unread_msgs": seat.unread,
        "updated_at": timestamp(last.created_at if last else row.created_at),
    }


def _members_of(conversations: list[int]) -> dict[int, list[Member]]:
    found: dict[int, list[Member]] = {pk: [] for pk in conversations}
    rows = Member.objects.filter(conversation__in=conversations).exclude(email="").order_by("id")
    for member in rows:
        found[member.conversation_id].append(member)
    return found


def seats_of(key: str) -> list[Seat]:
    """The seats of a member, as they are now."""
    rows = Member.objects.filter(key=key, conversation__kind=Kind.GROUP).order_by("conversation")
    columns = ("conversation_id", "conversation__version", "conversation__head_seq")
    return [Seat(*row) for row in rows.values_list(*columns)]


def joined_at(conversation_id: int, key: str) -> int:
    """The seq behind which a member came into a conversation."""
    seat = Member.objects.filter(conversation=conversation_id, key=key).first()
    return seat.last_delivered_seq if seat else 0
