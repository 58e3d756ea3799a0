"""A question -> what the bot would do with it, and why."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from faq import scopes
from faq.models import LONGEST_WORDING, Category
from faq.search import search
from faq.search.explaining import Explanation, explain

HITS_SHOWN = 10


CATEGORY = "category:"


def _scopes() -> list[Any]:
    """What to choose from: first as customers are answered, then as nobody may be."""
    everyone = scopes.offered()
    answering = [(one.key, one.name) for one in everyone if one.is_published]
    coming = [(one.key, one.name) for one in everyone if not one.is_published]
    single = [(f"{CATEGORY}{one.slug}", one.name) for one in Category.objects.all()]
    groups = [("Not published", coming), ("One category alone", single)]
    return [*answering, ("", "all categories"), *(group for group in groups if group[1])]


def _usual() -> str:
    return str(_scopes()[0][0])


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=LONGEST_WORDING * 4,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        error_messages={"required": "Type a question to see what the bot would say."},
    )
    scope = forms.ChoiceField(label="Answered by", required=False, choices=_scopes, initial=_usual)

    def explanation(self) -> Explanation | None:
        """The search's result with its reasons; None of a form that is not filled in."""
        if not self.is_valid():
            return None
        found = search(
            self.cleaned_data["question"],
            categories=_categories(self.cleaned_data["scope"]),
            limit=HITS_SHOWN,
            conversation=f"try:{uuid4()}",
        )
        return explain(found)


def _categories(key: str) -> list[str] | None:
    kind, _, name = key.partition(CATEGORY)
    if not kind and name:
        return [name]
    chosen = (scope for scope in scopes.offered() if scope.key == key)
    return next((scope.categories() for scope in chosen), None)
