from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.urls import reverse_lazy

from faq import languages
from faq.models import Entry


def help_text(name: str) -> str:
    """Return what the model says about one of an entry's fields."""
    field = Entry._meta.get_field(name)
    return str(getattr(field, "help_text", ""))


class Moment(forms.DateTimeField):
    """A date with its time in one field, which the browser helps with."""

    def __init__(self, name: str) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        text = f"{help_text(name)} {settings.TIME_ZONE} time."
        super().__init__(required=False, widget=widget, help_text=text)


class EntryForm(forms.ModelForm):
    # A link typed without its scheme is one to a page of today.
    link = forms.URLField(
        required=False,
        assume_scheme="https",
        help_text=help_text("link"),
    )
    lang = forms.ChoiceField(label="Language", help_text=help_text("lang"), initial="en")

    valid_from = Moment("valid_from")
    valid_until = Moment("valid_until")

    class Meta:
        model = Entry
        fields = [
            "title", "answer", "link", "category", "lang", "is_published",
            "valid_from", "valid_until",
        ]  # fmt: skip
        # answer-preview.js asks there how the answer will look.
        widgets = {
            "answer": AdminTextareaWidget(
                attrs={"rows": 10, "data-preview": reverse_lazy("admin:faq_entry_preview")}
            )
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["lang"].choices = languages.choices(self.instance.lang)  # type: ignore[attr-defined]
