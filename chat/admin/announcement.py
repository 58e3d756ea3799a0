"""Announcements: made, edited and withdrawn by the same actions as everywhere."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chat import announcements
from chat.access import Participant
from chat.actions.announcements import announce, edit, withdraw
from chat.errors import Refused
from chat.frames import display_name
from chat.models import Announcement
from chat.models.announcement import Audience

FIELDS = ("text", "form", "audience", "assistant", "starts_at", "expires_at")
FIXED = ("audience", "assistant", "starts_at")  # once it has gone out


class AnnouncementForm(forms.ModelForm):
    class Meta:
        model = Announcement
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        starts_at = cleaned.get("starts_at") or self.instance.starts_at
        expires_at = cleaned.get("expires_at")
        if expires_at and starts_at and expires_at <= starts_at:
            self.add_error("expires_at", "It expires after it begins.")
        if cleaned.get("assistant") and cleaned.get("audience") != Audience.CUSTOMERS:
            self.add_error("assistant", "Only customers have an assistant.")
        return cleaned


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
        gone_out = obj is not None and obj.published_revision
        return ["state", "how_far", *(FIXED if gone_out else ())]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # withdrawn, so that it leaves the screens it stands on

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is not None and obj.withdrawn_at is not None:
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            given.pop("audience", None)
            given.pop("assistant", None)
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
