"""The agents' page of the devices: who is there, who asks to be let in, whose key was lost."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from chat import access
from chat.actions import devices as actions
from chat.models import Device, Member
from chat.models.conversation import Kind
from chat.models.device import State

MOST = 500  # devices on the page; more are found by name
MOST_TALKS = 5
DEEDS = {"release": actions.release, "revoke": actions.revoke, "allow": actions.allow}
ORDER = {State.ASKING: 0, "here": 1}


@require_safe
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """All devices, those that ask first, then those that are connected; `?q=` narrows them."""
    if not access.is_agent(request.user):
        raise PermissionDenied("Agents only.")
    asked = request.GET.get("q", "").strip()[:64]
    found = (
        Device.objects.filter(name__icontains=asked)
        if asked.isprintable()
        else Device.objects.none()
    )
    here = set(Device.here().values_list("pk", flat=True))
    rows = [_row(device, device.pk in here) for device in found[:MOST]]
    rows.sort(key=lambda row: ORDER.get(row["order"], 2))
    sees_all = request.user.has_perm("chat.view_conversation")
    if sees_all:
        _add_talks(rows)
    context = {"rows": rows, "q": asked, "online": len(here), "sees_all": sees_all}
    return render(request, "agent/devices.html", context)


@require_POST
@login_required
def deed(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Does what an agent has decided about one device."""
    if not access.is_agent(request.user):
        raise PermissionDenied("Agents only.")
    if deed not in DEEDS:
        raise Http404
    DEEDS[deed](get_object_or_404(Device, pk=pk))
    return HttpResponseRedirect(reverse("devices"))


def _row(device: Device, is_here: bool) -> dict[str, Any]:
    has_key = device.state == State.REGISTERED
    return {
        "device": device,
        "is_here": is_here,
        "order": "here" if is_here else device.state,
        "talks": [],
        "may_allow": device.state == State.ASKING,
        "may_release": has_key or device.state in (State.DISCONNECTED, State.REVOKED),
        "may_revoke": device.state not in (State.REVOKED, State.EXPECTED),
    }


def _add_talks(rows: list[dict[str, Any]]) -> None:
    """The newest conversations of each with other devices."""
    by_key = {row["device"].key: row for row in rows}
    seats = (
        Member.objects.filter(key__in=by_key, conversation__kind=Kind.DIRECT)
        .select_related("conversation")
        .order_by("-conversation__active_at")
    )
    for seat in seats:
        talks = by_key[seat.key]["talks"]
        if len(talks) < MOST_TALKS:
            talks.append(seat.conversation)
