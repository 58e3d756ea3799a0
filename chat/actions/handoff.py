"""Who has a conversation: the bot, the queue, an agent, nobody any more.

Each is an entry of the log, judged under the conversation's lock; the same one twice (by its
client id, or because it is already so) is done once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from chat import agents, attendance
from chat.access import Participant
from chat.actions.desk_only import of_the_desk
from chat.errors import Conflict, NotFound, Unchanged
from chat.frames import display_name
from chat.log import Entry, Locked, derived_client_id
from chat.log.entries import Guard
from chat.models import BotTurn, Message
from chat.models.bot_turn import Feedback, NextStep
from chat.models.conversation import Status
from chat.models.message import AuthorKind

# Answers that did not help, after which a person is asked.
THUMBS_DOWN = 2
UNHELPFUL = "My answers did not help you, so I am asking a person to join you."
# Messages with these events say that the conversation went from one to another.
HANDED = ("waiting", "took_over", "transferred", "handed_back", "resolved")

Effect = Callable[[Locked, int], None]


def take_over(
    participant: Participant, conversation_id: int, *, confirm: bool = False, client_id: str = ""
) -> Entry:
    """The agent has it from now on, and the bot is silent. From a colleague only confirmed."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if _has_it(conversation, participant):
            raise Unchanged
        colleague = conversation.assignee if conversation.status == Status.OPEN else None
        if colleague is not None and not confirm:
            raise _taken(conversation)
        # Said anew each time: a group that fails is judged again, and the colleague may be gone.
        name = display_name(colleague) if colleague else ""
        entry.body = f"{participant.name} took over from {name}." if name else body
        entry.data = {"event": "took_over", "agent": participant.name}
        if name:
            entry.data["from"] = name

    body = f"{participant.name} joined the conversation."
    effect = _assign(participant.user_id)
    return _entry(participant, conversation_id, "took_over", body, client_id, guard, effect)


def hand_back(participant: Participant, conversation_id: int, *, client_id: str = "") -> Entry:
    """The bot has it again, and answers what the customer writes from now on."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status == Status.BOT:
            raise Unchanged
        _refuse_colleagues(conversation, participant)

    body = f"{participant.name} left. The bot answers again."
    effect = _end(Status.BOT)
    return _entry(participant, conversation_id, "handed_back", body, client_id, guard, effect)


def resolve(participant: Participant, conversation_id: int, *, client_id: str = "") -> Entry:
    """Done. The customer's next message opens it again, with the bot."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status == Status.RESOLVED:
            raise Unchanged
        _refuse_colleagues(conversation, participant)

    body = f"{participant.name} closed this conversation. Write again whenever you need us."
    effect = _end(Status.RESOLVED)
    return _entry(participant, conversation_id, "resolved", body, client_id, guard, effect)


def transfer(
    participant: Participant, conversation_id: int, to: str, *, client_id: str = ""
) -> Entry:
    """A colleague has it from now on. `to` is a user name; raises NotFound for no such agent.

    Reads the database: to be called in a thread.
    """
    named = agents.everybody().filter(**{get_user_model().USERNAME_FIELD: to})
    colleague: Any = named.first() if to.isprintable() else None
    if colleague is None:
        raise NotFound(f"There is no agent {to!r}.")

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status == Status.OPEN and conversation.assignee_id == colleague.pk:
            raise Unchanged
        _refuse_colleagues(conversation, participant)

    body = f"{participant.name} handed the conversation to {display_name(colleague)}."
    entry = _entry(
        participant, conversation_id, "transferred", body, client_id, guard, _assign(colleague.pk)
    )
    entry.data = {**(entry.data or {}), "to": display_name(colleague)}
    return entry


def ask_for_person(participant: Participant, conversation_id: int, *, client_id: str = "") -> Entry:
    """The customer wants a person: into the queue, told what happens now."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status == Status.OPEN:
            raise Unchanged
        entry.body = attendance.now().waiting_text

    def effect(conversation: Locked, seq: int) -> None:
        to_queue(conversation, seq)
        last = BotTurn.waiting_for_next_step(conversation.id).values_list("pk", flat=True)[:1]
        BotTurn.objects.filter(pk__in=list(last)).update(next_step=NextStep.PERSON)

    return _entry(participant, conversation_id, "waiting", "", client_id, guard, effect)


def after_thumbs_down(participant: Participant, conversation_id: int, seq: int) -> Entry:
    """Into the queue where the answer `seq` is the second that did not help, else nothing.

    Those before the bot last had the conversation from somebody do not count.
    """

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status != Status.BOT:
            raise Unchanged
        if _thumbs_down(conversation.id) < THUMBS_DOWN:
            raise Unchanged
        entry.body = f"{UNHELPFUL} {attendance.now().waiting_text}"

    client_id = f"thumbs-down-{seq}"
    return _entry(participant, conversation_id, "waiting", "", client_id, guard, to_queue)


def _thumbs_down(conversation_id: int) -> int:
    messages = Message.objects.filter(conversation=conversation_id)
    handed = messages.filter(data__event__in=HANDED).order_by("-seq")
    since = handed.values_list("seq", flat=True).first() or 0
    rated = BotTurn.answers().filter(conversation=conversation_id, feedback=Feedback.DOWN)
    return rated.filter(reply_seq__gt=since).count()


def back_to_bot(participant: Participant, conversation_id: int, *, client_id: str = "") -> Entry:
    """The customer does not want to wait any more; refused once an agent has it."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.status != Status.OPEN:
            raise Unchanged
        if conversation.assignee_id is not None:
            raise _taken(conversation)

    body = "You left the queue. The bot answers again."
    effect = _end(Status.BOT)
    return _entry(participant, conversation_id, "handed_back", body, client_id, guard, effect)


def put_back(user: Any, conversation_id: int) -> Entry:
    """Whoever has it is no user any more: into the queue, and the customer is told."""

    def guard(conversation: Locked, entry: Entry) -> None:
        if conversation.assignee_id != user.pk:
            raise Unchanged

    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        "system",
        f"{display_name(user)} left. {attendance.now().waiting_text}",
        data={"event": "waiting"},
        guard=guard,
        effect=to_queue,
    )


def to_queue(conversation: Locked, seq: int) -> None:
    """Effect of a handoff, by the customer or the bot."""
    conversation.status = Status.OPEN.value
    conversation.assignee_id = None
    conversation.waiting_since = conversation.waiting_since or timezone.now()
    conversation.bot_seq = conversation.last_customer_seq


def _assign(user_id: int | None) -> Effect:
    def effect(conversation: Locked, seq: int) -> None:
        if conversation.is_waiting and conversation.waiting_since:
            conversation.waited_seconds = _seconds_since(conversation.waiting_since)
        conversation.status = Status.OPEN.value
        conversation.assignee_id = user_id

    return effect


def _end(status: Status) -> Effect:
    def effect(conversation: Locked, seq: int) -> None:
        conversation.status = status.value
        conversation.assignee_id = None
        conversation.waiting_since = None
        conversation.bot_seq = conversation.last_customer_seq

    return effect


def _seconds_since(moment: datetime) -> int:
    return max(0, int((timezone.now() - moment).total_seconds()))


def _has_it(conversation: Locked, participant: Participant) -> bool:
    is_open = conversation.status == Status.OPEN
    return is_open and conversation.assignee_id == participant.user_id


def _refuse_colleagues(conversation: Locked, participant: Participant) -> None:
    is_someones = conversation.status == Status.OPEN and conversation.assignee_id is not None
    if is_someones and conversation.assignee_id != participant.user_id:
        raise _taken(conversation)


def _taken(conversation: Locked) -> Conflict:
    name = display_name(conversation.assignee)
    return Conflict("taken", f"{name} has this conversation.", agent=name)


def _entry(
    participant: Participant,
    conversation_id: int,
    event: str,
    body: str,
    client_id: str,
    guard: Guard,
    effect: Effect,
) -> Entry:
    return Entry(
        conversation_id,
        AuthorKind.SYSTEM.value,
        participant.key,
        body,
        # A retry of this event, not of a message that happens to have the same id.
        derived_client_id(f"{event}-", client_id) if client_id else "",
        author_id=participant.user_id,
        data={"event": event, "agent": participant.name}
        if participant.is_agent
        else {"event": event},
        guard=of_the_desk(guard),
        effect=effect,
    )
