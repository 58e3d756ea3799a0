"""A question -> what the bot would do with it, and why."""

from __future__ import annotations

from uuid import uuid4

from django import forms

from faq.models import LONGEST_WORDING, Category
from faq.search import search
from faq.search.explaining import Explanation, explain

HITS_SHOWN = 10


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=LONGEST_WORDING * 4,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        error_messages={"required": "Type a question to see what the bot would say."},
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), required=False, empty_label="all categories"
    )

    def explanation(self) -> Explanation | None:
        """The search's result with its reasons; None of a form that is not filled in."""
        if not self.is_valid():
            return None
        category = self.cleaned_data["category"]
        found = search(
            self.cleaned_data["question"],
            categories=[category.slug] if category else None,
            limit=HITS_SHOWN,
            conversation=f"try:{uuid4()}",
        )
        return explain(found)
