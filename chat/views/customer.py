"""The customer's page, and their own conversation as JSON."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from chat import access
from chat.errors import Refused
from chat.frames import timestamp
from chat.models import Conversation
from chat.models.message import Visibility


@require_safe
@ensure_csrf_cookie
def home(request: HttpRequest) -> HttpResponse:
    """The visitor's own conversation, without an address of its own."""
    return _page(request, access.home_label(request.session))


@require_safe
@ensure_csrf_cookie
def chat(request: HttpRequest, label: str) -> HttpResponse:
    """The visitor's conversation of that label; the address says nothing about others'."""
    return _page(request, label)


def _page(request: HttpRequest, label: str) -> HttpResponse:
    context = {
        "label": label,
        "whose": access.visitor_token(request.session),
        "image_megabytes": settings.IMAGE_MEGABYTES if settings.IMAGES_A_DAY else 0,
    }
    access.renew(request.session)
    return render(request, "chat.html", context)


@require_safe
def conversation(request: HttpRequest, customer_id: str) -> JsonResponse:
    """A conversation's messages: the visitor's of that label, or for agents that of that id."""
    try:
        found = _readable(request, customer_id)
    except Refused as refusal:
        return JsonResponse({"success": False, "message": refusal.detail}, status=refusal.status)
    rows = found.messages.filter(visibility=Visibility.ALL).order_by("seq")
    messages = [
        {
            "seq": row.seq,
            "sender": row.author_kind,
            "name": row.author_name,
            "content": row.body,
            "timestamp": timestamp(row.created_at),
            **_attachments(row.data or {}),
        }
        for row in rows.iterator()
    ]
    return JsonResponse({"customer_id": customer_id, "messages": messages})


def _attachments(data: dict[str, Any]) -> dict[str, Any]:
    return {"attachments": data["attachments"]} if "attachments" in data else {}


def _readable(request: HttpRequest, customer_id: str) -> Conversation:
    """A visitor's own comes first: an agent may chat as a customer too."""
    try:
        return access.conversation_here(request.session, customer_id)
    except Refused:
        if not access.is_agent(request.user):
            raise
    participant = access.agent(request.session, request.user)
    return access.any_conversation(participant, customer_id)
