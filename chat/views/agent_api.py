"""What agents do, over HTTP: contracts of docs/protocol.md, section REST."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from chat import access
from chat.access import Participant
from chat.actions import handoff
from chat.actions.messages import post_message_and_wait
from chat.errors import Refused
from chat.frames import display_name, timestamp
from chat.hub import summaries
from chat.log import Entry
from chat.models import Conversation
from chat.models.conversation import Status

View = Callable[..., HttpResponse]
MOST = 1000
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def refused(refusal: Refused) -> JsonResponse:
    answer = {"success": False, "message": refusal.detail, **refusal.extra}
    return JsonResponse(answer, status=refusal.status)


def for_agents(view: Callable[..., HttpResponse]) -> View:
    """Gives the view the agent as `participant`; 401 without a login, 403 for others."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"success": False, "message": "Please log in."}, status=401)
        try:
            participant = access.agent(request.session, request.user)
            return view(request, participant, *args, **kwargs)
        except Refused as refusal:
            return refused(refusal)

    return wrapped


@require_GET
@for_agents
def conversations(request: HttpRequest, participant: Participant) -> JsonResponse:
    """The newest conversations; `?status=bot|open|resolved` narrows them."""
    rows: QuerySet[Conversation] = summaries.listed().select_related("assignee")
    status = request.GET.get("status", "")
    if status and status not in Status.values:
        raise Refused("bad_frame", f"status is one of {', '.join(Status.values)}.")
    if status:
        rows = rows.filter(status=status)
    found = [_conversation(row) for row in rows.order_by("-active_at", "-id")[:MOST]]
    return JsonResponse({"conversations": found})


def _conversation(row: Conversation) -> dict[str, object]:
    return {
        "customer_id": row.public_id,
        "label": row.label,
        "status": row.status,
        "is_bot_active": row.is_bot_active,
        "agent": display_name(row.assignee) if row.assignee else None,
        "created_at": timestamp(row.created_at),
        "updated_at": timestamp(row.updated_at),
        "waiting_since": row.waiting_since and timestamp(row.waiting_since),
        # A conversation's seq has no gaps, so that its newest number is their count.
        "message_count": row.head_seq,
    }


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a POST, {} for none. Raises Refused for anything else.

    A form says nothing here: what it can carry is the CSRF token.
    """
    if request.content_type in FORMS:
        return {}
    try:
        found = json.loads(request.body) if request.body else {}
    except (ValueError, RecursionError):
        raise Refused("bad_json", "The body is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused("bad_frame", "The body must be a JSON object.")
    return found


Compose = Callable[[Participant, int, dict[str, Any]], Entry]


def deed(done: str) -> Callable[[Compose], View]:
    """A view that posts what the decorated function composes, and answers `done`."""

    def decorate(compose: Compose) -> View:
        @require_POST
        @for_agents
        @wraps(compose)
        def view(request: HttpRequest, participant: Participant, customer_id: str) -> JsonResponse:
            conversation = access.any_conversation(participant, customer_id)
            post_message_and_wait(compose(participant, conversation.pk, body(request)))
            return JsonResponse({"success": True, "message": done})

        return view

    return decorate


@deed("Agent took over the chat")
def take_over(participant: Participant, pk: int, asked: dict[str, Any]) -> Entry:
    return handoff.take_over(participant, pk, confirm=asked.get("confirm") is True)


@deed("The bot answers again")
def hand_back(participant: Participant, pk: int, asked: dict[str, Any]) -> Entry:
    return handoff.hand_back(participant, pk)


@deed("The conversation is resolved")
def resolve(participant: Participant, pk: int, asked: dict[str, Any]) -> Entry:
    return handoff.resolve(participant, pk)


@deed("The conversation is transferred")
def transfer(participant: Participant, pk: int, asked: dict[str, Any]) -> Entry:
    return handoff.transfer(participant, pk, str(asked.get("to", "")))
