from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chat import access


@require_safe
@login_required
def dashboard(request: HttpRequest, conversation: str = "") -> HttpResponse:
    """The agents' page: lists, and one conversation where the address names it."""
    if not access.is_agent(request.user):
        raise PermissionDenied("Agents only.")
    context = {"conversation": conversation, "image_megabytes": settings.IMAGE_MEGABYTES}
    return render(request, "agent/dashboard.html", context)
