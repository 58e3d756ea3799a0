from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib.admin.widgets import AdminTextareaWidget
from django.http import QueryDict
from django.urls import reverse_lazy

from faq import languages
from faq.models import Entry, lock_revision


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
    # When the entry that this page shows was last changed.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

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
        self.initial["seen"] = self.instance.updated_at.isoformat() if self.instance.pk else ""

    def clean(self) -> dict[str, Any]:
        """Refuses once what would undo the change that somebody else made meanwhile."""
        cleaned = super().clean() or self.cleaned_data
        seen = cleaned.get("seen")
        if seen and seen != (now := self._last_changed()):
            # Shown again, the page has seen it, so that a second Save is meant.
            shown = cast(QueryDict, self.data).copy()
            shown[self.add_prefix("seen")] = now
            self.data = shown
            raise forms.ValidationError(
                "This entry was changed after you opened this page: History says by whom, and what."
                " Save again to put what stands here in its place.",
                code="changed_meanwhile",
            )
        return cleaned

    def _last_changed(self) -> str:
        """Return when the entry was changed last; who saves it at the same moment waits until
        this one is stored, and is told so."""
        lock_revision()
        changed = Entry.objects.filter(pk=self.instance.pk).values_list("updated_at", flat=True)
        return "".join(moment.isoformat() for moment in changed)
