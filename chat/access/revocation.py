"""Who may no longer be here."""

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from chat import agents, member_tokens
from chat.access.members import owned_addresses
from chat.access.participant import Participant


def revoked(participants: list[Participant]) -> set[Participant]:
    """Those who may no longer be here: logged out, deactivated, new password, out of the group."""
    return _revoked_users(participants) | _revoked_tokens(participants)


def _revoked_tokens(participants: list[Participant]) -> set[Participant]:
    bearers = [p for p in participants if p.issued_at]
    if not bearers:
        return set()
    valid_from = member_tokens.valid_from({p.email for p in bearers})
    return {p for p in bearers if p.issued_at < valid_from.get(p.email, 0.0)}


def _revoked_users(participants: list[Participant]) -> set[Participant]:
    people = [p for p in participants if p.user_id is not None]
    sessions = set(
        Session.objects.filter(
            session_key__in={p.session_key for p in people}, expire_date__gt=timezone.now()
        ).values_list("session_key", flat=True)
    )
    answering = agents.everybody().filter(pk__in={p.user_id for p in people if p.is_agent})
    active = get_user_model().objects.filter(is_active=True)
    customers = active.filter(pk__in={p.user_id for p in people if not p.is_agent})
    agents_by_id: dict[Any, Any] = {user.pk: user for user in answering}
    customers_by_id: dict[Any, Any] = {user.pk: user for user in customers}

    members = [p for p in people if p.email and p.user_id in customers_by_id]
    owned = owned_addresses((customers_by_id[p.user_id], p.email) for p in members)

    def is_over(participant: Participant) -> bool:
        users = agents_by_id if participant.is_agent else customers_by_id
        user = users.get(participant.user_id)
        if user is None or participant.session_key not in sessions:
            return True
        if participant.email and (user.pk, participant.email) not in owned:
            return True
        return not constant_time_compare(participant.auth_hash, user.get_session_auth_hash())

    return {participant for participant in people if is_over(participant)}
