"""What django-allauth asks of this desk: where people go, and what is said to them."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from chat import access

logger = logging.getLogger(__name__)
# Seen at once, and in the admin they would turn up much later.
UNSAID = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGNUP

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("dashboard" if access.is_agent(request.user) else "home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home")

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login" if access.is_agent(request.user) else "home")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail server that is away keeps nobody from registering; the letter can be had again."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            logger.warning("%s not sent: %s", template_prefix, type(error).__name__)
