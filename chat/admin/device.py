"""Devices: their rights, and a way in for names that the desk gives out itself."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chat.actions import devices
from chat.models import Device
from chat.models.device import is_name


class DeviceForm(forms.ModelForm):
    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not is_name(name):
            raise forms.ValidationError("1 to 64 characters, all of them to be seen.")
        if devices.is_ours(name):
            raise forms.ValidationError("This is the name of the desk or of an agent.")
        if devices.exists(name):
            raise forms.ValidationError("There is a device of this name.")
        return name


@admin.register(Device)
class DeviceAdmin(admin.ModelAdmin):
    form = DeviceForm
    list_display = [
        "name",
        "state",
        "is_connected",
        "may_broadcast",
        "may_announce",
        "registered_at",
        "seen_at",
    ]
    list_filter = ["state", "may_broadcast", "may_announce"]
    search_fields = ["name"]
    fields = [
        "name",
        "may_broadcast",
        "may_announce",
        "state",
        "registered_at",
        "seen_at",
        "created_at",
    ]
    readonly_fields = ["state", "registered_at", "seen_at", "created_at"]
    actions = ["let_in", "new_key", "release", "revoke"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A name is what others write to: it stays."""
        return [*self.readonly_fields, *(["name"] if obj else [])]

    def save_model(self, request: HttpRequest, obj: Device, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            self._give_key(request, obj)

    @admin.display(boolean=True)
    def is_connected(self, obj: Device) -> bool:
        return Device.here().filter(pk=obj.pk).exists()

    @admin.action(description="Let the selected devices in", permissions=["change"])
    def let_in(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            devices.allow(device)

    @admin.action(description="Give the selected devices a new key", permissions=["change"])
    def new_key(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            devices.revoke(device)
            device.refresh_from_db()
            self._give_key(request, device)

    @admin.action(description="Release the selected names", permissions=["change"])
    def release(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            devices.release(device)

    @admin.action(description="Revoke the selected devices", permissions=["change"])
    def revoke(self, request: HttpRequest, chosen: QuerySet[Device]) -> None:
        for device in chosen:
            devices.revoke(device)

    def _give_key(self, request: HttpRequest, device: Device) -> None:
        key = devices.give_key(device)
        said = f"The key of {device.name} is {key}. Note it down: it is shown this once."
        self.message_user(request, said, messages.WARNING)
