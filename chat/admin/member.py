"""Members of shared conversations: their roles, and tokens for who has no login."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from chat import member_tokens
from chat.access import is_address
from chat.models import Member, MemberAddress


class AddressForm(forms.ModelForm):
    class Meta:
        model = MemberAddress
        fields = ["email"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        if not is_address(email):
            raise forms.ValidationError("This is no e-mail address.")
        return email


@admin.register(MemberAddress)
class MemberAddressAdmin(admin.ModelAdmin):
    form = AddressForm
    list_display = ["email", "made_at", "valid_from"]
    search_fields = ["email"]
    actions = ["make_token", "end_tokens"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To act on the list; an address itself stays."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: MemberAddress, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._make(request, obj)

    @admin.action(description="Make a token for the selected addresses", permissions=["add"])
    def make_token(self, request: HttpRequest, chosen: QuerySet[MemberAddress]) -> None:
        for address in chosen:
            self._make(request, address)

    @admin.action(description="End all tokens of the selected addresses", permissions=["add"])
    def end_tokens(self, request: HttpRequest, chosen: QuerySet[MemberAddress]) -> None:
        for address in chosen:
            member_tokens.end(address.email)

    def _make(self, request: HttpRequest, address: MemberAddress) -> None:
        token, days = member_tokens.make(address.email), member_tokens.DAYS
        said = f"The token of {address.email}, valid for {days} days, shown this once: {token}"
        self.message_user(request, said, messages.WARNING)


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):
    """Who shares conversations; only what somebody is in one is to be changed."""

    list_display = ["email", "role", "conversation", "unread"]
    list_editable = ["role"]
    list_select_related = ["conversation"]
    list_filter = ["role"]
    search_fields = ["email", "conversation__subject", "=conversation__party"]
    fields = ["email", "role", "conversation", "last_read_seq", "unread"]
    readonly_fields = ["email", "conversation", "last_read_seq", "unread"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).exclude(email="")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
