"""What can be done about a group of questions: the forms below it."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from chat.gaps.closing import is_wording
from faq import languages
from faq.models import Category, Entry
from faq.search import Hit

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 0: "ever"}
PERIOD = 30


def period(given: str | None) -> int:
    """The days of a page's address; the usual ones where it says nothing that is offered."""
    days = int(given) if given and given.isdecimal() and len(given) < 4 else PERIOD
    return days if days in PERIODS else PERIOD


class ExistingForm(forms.Form):
    """Adds them to an entry: one of the nearest, or any other, which counts where both are."""

    entry = forms.ModelChoiceField(Entry.objects.all(), required=False)
    other = forms.ModelChoiceField(
        Entry.objects.all(), required=False, label="Another entry", empty_label="—"
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        found["entry"] = found.get("other") or found.get("entry")
        if found["entry"] is None:
            self.add_error("entry", "Choose the entry that answers them.")
        return found


class EntryForm(forms.ModelForm):
    """A new entry for them."""

    link = forms.URLField(required=False, assume_scheme="https")
    lang = forms.ChoiceField(label="Language", initial="en")

    class Meta:
        model = Entry
        fields = ["title", "answer", "link", "category", "lang", "is_published"]
        # answer-preview.js asks there how the answer will look.
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField"}),
            "answer": forms.Textarea(
                attrs={"rows": 8, "data-preview": reverse_lazy("admin:faq_entry_preview")}
            ),
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["lang"].choices = languages.choices("en")  # type: ignore[attr-defined]


def new_entry(title: str, answer: str, near: Hit | None) -> EntryForm:
    """The form as it is first shown: the central question as title, perhaps a draft of an answer,
    and the category of the nearest entry."""
    asked = title if is_wording(title) else ""
    category = near and Category.objects.filter(slug=near.category).first()
    return EntryForm(initial={"title": _titled(asked), "answer": answer, "category": category})


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]
