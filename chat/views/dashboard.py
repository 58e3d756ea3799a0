from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import access, assistants
from chat.models.announcement import Audience


@require_safe
@login_required
def dashboard(request: HttpRequest, conversation: str = "") -> HttpResponse:
    """The agents' page: lists, and one conversation where the address names it."""
    if not access.is_agent(request.user):
        raise PermissionDenied("Agents only.")
    context = {"conversation": conversation, "image_megabytes": settings.IMAGE_MEGABYTES}
    return render(request, "agent/dashboard.html", context)


@require_safe
@login_required
def announcements(request: HttpRequest) -> HttpResponse:
    """Where those with the right announce, and see how far it got."""
    if not (access.is_agent(request.user) and access.may_announce(request.user)):
        raise PermissionDenied("Agents with the right to announce only.")
    return render(
        request,
        "agent/announcements.html",
        {"audiences": Audience.choices, "assistants": assistants.offered()},
    )
