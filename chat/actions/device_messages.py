"""What a device writes, and to whom: the conversation it belongs to, and its entry.

Finding the conversation reads the database: to be called in a thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chat import agents
from chat.access import Participant
from chat.actions import announcements, devices
from chat.actions.handoff import to_queue
from chat.actions.messages import clean_body
from chat.errors import NotAllowed, Refused
from chat.frames import display_name
from chat.log import Entry, Locked
from chat.models import AgentPresence, Conversation, Device, Member
from chat.models.conversation import Kind, Status
from chat.models.device import State, device_key, fold, is_name
from chat.models.message import AuthorKind

Effect = Callable[[Locked, int], None]
DEVICE = AuthorKind.DEVICE.value
DEVICES = "device:"  # so begin the ids of devices' conversations with the desk
DESK = "desk"  # the desk's seat in a conversation with a device


@dataclass(frozen=True)
class Recipient:
    """Whom a device means: the conversation with them, and whether they are there now."""

    name: str
    conversation_id: int
    is_here: bool
    effect: Effect
    seated: Effect  # that part of `effect` by which a first message gives its members seats


def recipient(sender: Participant, to: str) -> Recipient:
    """Whom `to` names: a device, an agent, or the help desk. Raises Refused for no name."""
    if not is_name(to):
        raise Refused("bad_frame", "to_id must be a name of 1 to 64 characters.")
    if fold(to) in devices.desk_names():
        return help_desk(sender)
    other = Device.objects.filter(folded=fold(to)).exclude(state=State.EXPECTED).first()
    user = None if other else devices.agent_called(to)
    if user is not None:
        return _agent(sender, user)
    return _device(sender, other or devices.known(to))


def _device(sender: Participant, other: Device) -> Recipient:
    if other.key == sender.key:
        raise Refused("bad_frame", "to_id is this device's own name.")
    pk = _conversation(
        "direct:{}:{}".format(*sorted((_pk(sender), other.pk))),
        kind=Kind.DIRECT,
        label=f"{sender.name} and {other.name}"[:64],
        status=Status.RESOLVED,  # waits for nobody of the desk
    )
    is_here = Device.here().filter(pk=other.pk).exists()
    seated = _seated(sender.key, other.key)
    return Recipient(other.name, pk, is_here, seated, seated)


def help_desk(sender: Participant) -> Recipient:
    """Whoever of the agents is free."""
    pk = _conversation(f"{DEVICES}{_pk(sender)}", label=sender.name)
    is_here = agents.online() > 0
    seated = _seated(sender.key)

    def effect(conversation: Locked, seq: int) -> None:
        seated(conversation, seq)
        wrote_to_desk(conversation, seq)
        if conversation.status != Status.OPEN:
            to_queue(conversation, seq)
        if not is_here:
            owe_notice(conversation, seq)

    return Recipient(devices.HELP_DESK, pk, is_here, effect, seated)


def _agent(sender: Participant, user: Any) -> Recipient:
    pk = _conversation(f"{DEVICES}{_pk(sender)}:{user.pk}", label=sender.name)
    recent = timezone.now() - agents.SEEN_WITHIN
    is_here = AgentPresence.objects.filter(user=user, seen_at__gt=recent).exists()
    seated = _seated(sender.key)

    def effect(conversation: Locked, seq: int) -> None:
        seated(conversation, seq)
        wrote_to_desk(conversation, seq)
        if conversation.status != Status.OPEN:
            conversation.status = Status.OPEN.value
            conversation.assignee_id = user.pk
        conversation.waiting_since = conversation.waiting_since or timezone.now()
        if not is_here:
            owe_notice(conversation, seq)

    return Recipient(display_name(user), pk, is_here, effect, seated)


def wrote_to_desk(conversation: Locked, seq: int) -> None:
    """Effect of what counts as a customer's message that the bot's worker has no part in."""
    conversation.last_customer_seq = conversation.bot_seq = seq
    conversation.customer_messages += 1
    if conversation.status == Status.OPEN and conversation.waiting_since is None:
        conversation.waiting_since = timezone.now()


def owe_notice(conversation: Locked, seq: int) -> None:
    """The desk's seat, up to which it has got what devices wrote: see chat.actions.delivery."""
    seat = Member(conversation_id=conversation.id, key=DESK, last_delivered_seq=seq - 1)
    Member.objects.bulk_create([seat], ignore_conflicts=True)


def _seated(*keys: str) -> Effect:
    """Effect of a conversation's first message: these members have a seat in it."""

    def effect(conversation: Locked, seq: int) -> None:
        if seq == 1:
            seats = [Member(conversation_id=conversation.id, key=key) for key in keys]
            Member.objects.bulk_create(seats, ignore_conflicts=True)
            conversation.joined = list(keys)

    return effect


def message(sender: Participant, to: Recipient, text: str, client_id: str = "") -> Entry:
    """What a device writes to somebody; `away` in it is who was not there to get it."""
    entry = from_device(sender, to.conversation_id, text, client_id, to.effect)
    entry.data = None if to.is_here else {"away": to.name}
    return entry


def broadcast(sender: Participant, text: str, client_id: str = "") -> Entry:
    """What a device says to every other that is connected. Raises NotAllowed."""
    if not Device.objects.filter(pk=_pk(sender), may_broadcast=True).exists():
        raise NotAllowed("This device may not write to everyone.")
    return announcements.to_connected_devices(sender, text, client_id)


def from_device(
    sender: Participant,
    conversation_id: int,
    text: str,
    client_id: str,
    effect: Effect | None = None,
) -> Entry:
    return Entry(
        conversation_id,
        DEVICE,
        sender.key,
        clean_body(text),
        client_id,
        author_name=sender.name,
        effect=effect,
    )


def of_device(pk: int | str) -> QuerySet[Conversation]:
    """A device's conversations with the desk and with its agents."""
    mine = Q(public_id=f"{DEVICES}{pk}") | Q(public_id__startswith=f"{DEVICES}{pk}:")
    return Conversation.objects.filter(mine, head_seq__gt=0)


class Seat(NamedTuple):
    """A device's seat in a conversation: its newest seq, and up to where the device has it."""

    conversation_id: int
    head: int
    delivered: int


def seats_of(key: str) -> list[Seat]:
    """The seats of a device in all its conversations, oldest first."""
    rows = Member.objects.filter(key=key).order_by("conversation_id")
    columns = ("conversation_id", "conversation__head_seq", "last_delivered_seq")
    return [Seat(*row) for row in rows.values_list(*columns)]


def _conversation(public_id: str, **fields: Any) -> int:
    """The id of the conversation with this public id, made where there is none. Labels have no
    colon, so that no visitor's conversation has such an id."""
    try:
        with transaction.atomic():
            found, _ = Conversation.objects.get_or_create(public_id=public_id, defaults=fields)
    except IntegrityError:
        found = Conversation.objects.get(public_id=public_id)
    return found.pk


def _pk(sender: Participant) -> int:
    return int(sender.key.removeprefix(device_key(0)[:-1]))
