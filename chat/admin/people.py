"""Users and groups: who they are, and what they may do here."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest

from chat.agents import GROUP

# Registered by the import above.
admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_staff"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Who it is", {"fields": [("first_name", "last_name"), "email"]}),
        ("What they may do", {"fields": ["is_active", "groups", "is_staff", "is_superuser"]}),
        ("Single permissions", {"classes": ["collapse"], "fields": ["user_permissions"]}),
        ("Since when", {"fields": [("last_login", "date_joined")]}),
    ]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        if db_field.name != "groups":
            return super().formfield_for_manytomany(db_field, request, **options)
        help_text = f"Who is in “{GROUP}” answers customers on the dashboard."
        return db_field.formfield(
            widget=forms.CheckboxSelectMultiple, required=False, help_text=help_text
        )
