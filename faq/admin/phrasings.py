"""The wordings of an entry, below it."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from faq.models import LONGEST_WORDING, Entry, Phrasing, wording_key


class PhrasingFormSet(forms.BaseInlineFormSet):
    """Refuses what would be the same wording twice, with the title counting as one."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].widget.attrs["aria-label"] = "Delete this wording"

    def clean(self) -> None:
        super().clean()
        seen = {wording_key(self.instance.title or ""): "The title says this already."}
        for form in self.forms:
            # Wrong by itself, or on its way out: it stands in nobody's way.
            if form.errors or form in self.deleted_forms or not form.cleaned_data.get("text"):
                continue
            key = wording_key(form.cleaned_data["text"])
            if key in seen:
                form.add_error("text", seen[key])
            seen.setdefault(key, "This entry has this wording already.")
        if any(form.errors for form in self.forms):
            raise ValidationError("Correct the wordings marked below.")


class PhrasingForm(forms.ModelForm):
    text = forms.CharField(
        max_length=LONGEST_WORDING,
        widget=forms.TextInput(attrs={"aria-label": "Wording"}),
        error_messages={
            "required": "A wording needs at least one word. To remove it, tick Delete instead."
        },
    )

    class Meta:
        model = Phrasing
        fields = ["text"]


class PhrasingInline(admin.TabularInline):
    model = Phrasing
    form = PhrasingForm
    formset = PhrasingFormSet
    extra = 2
    verbose_name = "wording"
    verbose_name_plural = "wordings: how people ask for it, in their own words"


def shared_wordings(entry: Entry) -> list[tuple[str, str]]:
    """Return the wordings of `entry` that others have too, with the others' titles."""
    keys = entry.phrasings.values_list("key", flat=True)
    others = Phrasing.objects.filter(key__in=keys).exclude(entry=entry)
    return list(others.order_by("text").values_list("text", "entry__title"))
