"""Announcements: made, edited and withdrawn by the same actions as everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from chat import announcements
from chat.access import Participant
from chat.actions.announcements import announce, check_times, edit, withdraw
from chat.actions.messages import clean_body
from chat.errors import Refused
from chat.frames import display_name
from chat.models import Announcement
from chat.models.announcement import Audience

FIELDS = ("text", "form", "audience", "assistant", "starts_at", "expires_at")
FIXED = ("audience", "assistant")  # once it is made


class AnnouncementForm(forms.ModelForm):
    class Meta:
        model = Announcement
        fields = FIELDS

    def clean_text(self) -> str:
        with _as_form_error():
            return clean_body(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("assistant") and cleaned.get("audience") != Audience.CUSTOMERS:
            self.add_error("assistant", "Only customers have an assistant.")
        starts_at = cleaned.get("starts_at") or self.instance.starts_at
        if self.has_changed() and "expires_at" in cleaned:
            with _as_form_error("expires_at"):
                check_times(starts_at, cleaned["expires_at"])
        return cleaned


@contextmanager
def _as_form_error(field: str = "") -> Iterator[None]:
    """What the action would refuse stands at its field, before anything is saved."""
    try:
        yield
    except Refused as refusal:
        raise ValidationError({field: refusal.detail} if field else refusal.detail) from None


@admin.register(Announcement)
class AnnouncementAdmin(admin.ModelAdmin):
    form = AnnouncementForm
    list_display = ["short", "form", "audience", "state", "starts_at", "expires_at", "author_name"]
    list_filter = ["audience", "form", "starts_at"]
    search_fields = ["text", "author_name"]
    fields = [*FIELDS, "state", "how_far"]
    actions = ["withdraw"]

    @admin.display(description="text", ordering="text")
    def short(self, row: Announcement) -> str:
        return str(row)

    @admin.display(description="How far it got")
    def how_far(self, row: Announcement) -> str:
        if not row.pk:
            return "–"
        counts = announcements.managed(row.public_id)["counts"]
        return (
            f"{counts['reached']} reached, {counts['seen']} seen, {counts['dismissed']} dismissed, "
            f"{counts['devices']} devices"
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        has_gone_out = obj is not None and obj.published_revision
        fixed = FIXED if obj is not None else ()
        return ["state", "how_far", *fixed, *(["starts_at"] if has_gone_out else [])]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # withdrawn, so that it leaves the screens it stands on

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.withdrawn_at is not None:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            if given:
                edit(obj.public_id, given)
            return
        user: Any = request.user
        author = Participant(f"user:{user.pk}", name=display_name(user), user_id=user.pk)
        given = {name: form.cleaned_data[name] for name in FIELDS}
        given["assistant"] = given["assistant"].slug if given["assistant"] else None
        obj.pk = announce(author, **given).pk

    @admin.action(description="Withdraw: take off every screen", permissions=["change"])
    def withdraw(self, request: HttpRequest, rows: QuerySet[Announcement]) -> None:
        for row in rows:
            try:
                withdraw(row.public_id)
            except Refused as refusal:
                self.message_user(request, refusal.detail, messages.ERROR)
        self.message_user(request, "Withdrawn.")
