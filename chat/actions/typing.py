"""Who is writing just now: shown to the other side, never stored, and never what they write."""

from chat import events
from chat.access import Participant
from chat.frames import AGENT, CUSTOMER, Signal


def customer_types(conversation_id: int, on: bool) -> None:
    """Agents who have the conversation open see it."""
    frame = {"type": "typing", "sender": "customer", "on": on}
    events.pass_on(Signal(conversation_id, frame, AGENT.name))


def agent_types(participant: Participant, conversation_id: int, on: bool) -> None:
    """The customer sees it, by the name under which the reply will come."""
    frame = {"type": "typing", "sender": "agent", "name": participant.name, "on": on}
    events.pass_on(Signal(conversation_id, frame, CUSTOMER.name))
