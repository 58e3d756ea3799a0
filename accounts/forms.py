"""The forms of the login and the register page."""

from typing import Any

from allauth.account import forms
from allauth.core import context
from django import forms as fields
from django.http import HttpRequest, HttpResponse

from accounts.signals import TAKE_ALONG
from chat import access
from chat.signals import STAFF_SESSION

LOGIN = "Username or e-mail address"


class TakingAlong(fields.Form):
    """Asks whether what was written in this browser before goes along. Never by itself: the
    browser may be shared, and it may be somebody else's."""

    taken_along_by_default = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if access.has_written(context.request.session):
            self.fields[TAKE_ALONG] = fields.BooleanField(
                label="Keep what I wrote in this browser just now",
                required=False,
                initial=self.taken_along_by_default,
            )

    def note_what_to_take(self, request: HttpRequest) -> None:
        request.session[TAKE_ALONG] = bool(self.cleaned_data.get(TAKE_ALONG))


class LoginForm(TakingAlong, forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = LOGIN
        for field in (self.fields["login"], self.fields["password"]):
            field.widget.attrs.pop("placeholder", None)
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "autocapitalize": "none"}

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        self.note_what_to_take(request)
        response = super().login(request, redirect_url=redirect_url)
        if access.is_agent(request.user):
            request.session.set_expiry(STAFF_SESSION)
        return response


class SignupForm(TakingAlong, forms.SignupForm):
    taken_along_by_default = True
    field_order = ["name", "username", "email", "password1", "password2", TAKE_ALONG]

    name = fields.CharField(
        label="Your name",
        max_length=100,
        required=False,
        help_text="May be left out. The people who answer you see it.",
        widget=fields.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["email"].label = "E-mail address"

    def save(self, request: HttpRequest) -> Any:
        self.note_what_to_take(request)
        user = super().save(request)
        user.first_name = " ".join(self.cleaned_data["name"].split())
        user.save(update_fields=["first_name"])
        return user


class NameForm(fields.Form):
    name = SignupForm.declared_fields["name"]
