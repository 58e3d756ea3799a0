"""A browser in which a customer logs in is that customer's from now on."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from chat import access
from chat.actions.taking_along import take_along

TAKE_ALONG = "take_along"  # in the session, from the form to here


@receiver(user_logged_in)
def visitor_has_an_account(request: HttpRequest, user: Any, **details: Any) -> None:
    """The visitor that the browser was is over: taken along where that was asked, else left."""
    wanted = request.session.pop(TAKE_ALONG, False)
    if access.is_agent(user):
        return
    visitor_key, home_label = access.forget_visitor(request.session, keeps_opened=wanted)
    if wanted and visitor_key:
        take_along(visitor_key, home_label, user)
