"""What can be done about a group of questions: the forms below it."""

from collections.abc import Sequence
from typing import Any

from django import forms

from chat.gaps.closing import is_wording
from chat.gaps.questions import Question
from faq.models import Category, Entry
from faq.search import Hit

PERIODS = {7: "7 days", 30: "30 days", 90: "90 days", 0: "ever"}
PERIOD = 30


def period(given: str | None) -> int:
    """The days of a page's address; the usual ones where it says nothing that is offered."""
    days = int(given) if given and given.isdecimal() and len(given) < 4 else PERIOD
    return days if days in PERIODS else PERIOD


class QuestionsForm(forms.Form):
    """Which of a group's questions are meant, by their newest turn's id."""

    questions = forms.MultipleChoiceField(
        widget=forms.MultipleHiddenInput,
        error_messages={"required": "Tick at least one question."},
    )

    def __init__(self, *args: Any, asked: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = {str(question.newest.id): question for question in asked}
        field: Any = self.fields["questions"]
        field.choices = [(key, question.text) for key, question in self.asked.items()]

    @property
    def chosen(self) -> list[Question]:
        """The ticked questions, in the group's order."""
        wanted = set(self.cleaned_data["questions"])
        return [question for key, question in self.asked.items() if key in wanted]


class ExistingForm(QuestionsForm):
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

    class Meta:
        model = Entry
        fields = ["title", "category", "answer", "link", "is_published"]
        widgets = {
            "title": forms.TextInput(attrs={"class": "vTextField"}),
            "answer": forms.Textarea(attrs={"class": "vLargeTextField", "rows": 8}),
        }


def new_entry(title: str, answer: str, near: Hit | None) -> EntryForm:
    """The form as it is first shown: the central question as title, perhaps a draft of an answer,
    and the category of the nearest entry."""
    asked = title if is_wording(title) else ""
    category = near and Category.objects.filter(slug=near.category).first()
    return EntryForm(initial={"title": _titled(asked), "answer": answer, "category": category})


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]
