"""The members' page, and tokens for programs that let members in."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from chat import access, member_tokens
from chat.errors import Refused
from chat.views.agent_api import body, refused

MAY_MAKE = "chat.add_memberaddress"


@require_safe
@login_required
def conversations(request: HttpRequest, conversation: str = "") -> HttpResponse:
    """The shared conversations of whoever is logged in, by the account's e-mail address."""
    email = getattr(request.user, "email", "").lower()
    if not access.is_address(email):
        raise PermissionDenied("Your account has no e-mail address. Add one to it first.")
    if not access.owns_address(request.user, email):
        raise PermissionDenied(
            "Your e-mail address is yet to be confirmed, by a letter's link or by an administrator."
        )
    return render(request, "conversations.html", {"email": email, "conversation": conversation})


@require_POST
def token(request: HttpRequest) -> JsonResponse:
    """Makes a token: {"email", "days"} in, {"success", "email", "token", "days"} out."""
    if not request.user.is_authenticated:
        return JsonResponse({"success": False, "message": "Please log in."}, status=401)
    if not request.user.has_perm(MAY_MAKE):
        return JsonResponse({"success": False, "message": "You may not do this."}, status=403)
    try:
        email, days = _asked(body(request))
    except Refused as refusal:
        return refused(refusal)
    made = member_tokens.make(email, days)
    return JsonResponse({"success": True, "email": email, "token": made, "days": days})


def _asked(asked: dict[str, Any]) -> tuple[str, int]:
    email, days = str(asked.get("email", "")).strip().lower(), asked.get("days", member_tokens.DAYS)
    if not access.is_address(email):
        raise Refused("bad_frame", "email must be an e-mail address.")
    if type(days) is not int or not 1 <= days <= member_tokens.MOST_DAYS:
        raise Refused("bad_frame", f"days must be from 1 to {member_tokens.MOST_DAYS}.")
    return email, days
