"""Announcements over HTTP: contracts of docs/protocol.md, section REST."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from chat import access, announcements
from chat.access import Participant
from chat.actions.announcements import withdraw as withdraw_announcement
from chat.commands.announcements import Announce, Edit, read
from chat.errors import NotFound, Refused
from chat.models import Announcement
from chat.views.agent_api import body, refused

View = Callable[..., HttpResponse]


def for_announcers(view: View) -> View:
    """Gives the view who announces: the bearer of an API token, or a person with the right, who
    then needs the CSRF token too."""

    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, access.announcer(request), *args, **kwargs)
        except Refused as refusal:
            return refused(refusal)

    by_session = csrf_protect(answered)

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # No cookie is looked at for who brings a token, so that no page can borrow one.
        way = answered if "Authorization" in request.headers else by_session
        return way(request, *args, **kwargs)

    return wrapped


@require_http_methods(["GET", "POST"])
@for_announcers
def announcements_view(request: HttpRequest, participant: Participant) -> JsonResponse:
    """The newest announcements with their counts, or a new one."""
    if request.method == "GET":
        return JsonResponse({"announcements": announcements.listed()})
    row = read(body(request), Announce).run(participant)
    return _answer(row, 201)


@require_http_methods(["GET", "PATCH"])
@for_announcers
def announcement(request: HttpRequest, participant: Participant, public_id: str) -> JsonResponse:
    """One announcement; PATCH changes what is given."""
    if request.method == "PATCH":
        read(body(request), Edit).run(public_id)
    try:
        return JsonResponse({"success": True, "announcement": announcements.managed(public_id)})
    except Announcement.DoesNotExist:
        raise NotFound("There is no such announcement.") from None


@require_POST
@for_announcers
def withdraw(request: HttpRequest, participant: Participant, public_id: str) -> JsonResponse:
    """Takes it off every screen."""
    return _answer(withdraw_announcement(public_id))


def _answer(row: Announcement, status: int = 200) -> JsonResponse:
    found = announcements.managed(row.public_id)
    return JsonResponse({"success": True, "announcement": found}, status=status)
