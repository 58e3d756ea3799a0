"""How entries are told apart in their list."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from faq import languages
from faq.models import Entry
from faq.states import State, condition


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(state.value), str(state.label)) for state in State]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        if self.value() not in State.values:
            return queryset
        return queryset.filter(condition(str(self.value()), timezone.now()))


class LanguageFilter(admin.SimpleListFilter):
    title = "language"
    parameter_name = "lang"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        codes = Entry.objects.order_by("lang").values_list("lang", flat=True).distinct()
        return [(code, languages.name(code)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(lang=self.value()) if self.value() else queryset
