"""Categories and entries with their wordings, and a page to try what the bot would say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from faq.models import LONGEST_WORDING, Category, Entry, Phrasing, wording_key
from faq.search import search
from faq.search.explaining import Explanation, explain

HITS_SHOWN = 10
LINK_HELP = "Where to read more. Shown below the answer."


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["name", "slug", "entry_count"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        return super().get_queryset(request).annotate(entry_count=Count("entries"))

    @admin.display(description="entries", ordering="entry_count")
    def entry_count(self, category: Any) -> int:
        return int(category.entry_count)


class PhrasingFormSet(forms.BaseInlineFormSet):
    """Refuses what would be the same wording twice, with the title counting as one."""

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
        widget=forms.TextInput(attrs={"size": 80}),
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


class EntryForm(forms.ModelForm):
    # A link typed without its scheme is one to a page of today.
    link = forms.URLField(required=False, assume_scheme="https", help_text=LINK_HELP)

    class Meta:
        model = Entry
        fields = ["title", "category", "answer", "link", "is_published"]


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    list_display = ["title", "category", "is_published", "phrasing_count", "updated_at"]
    list_filter = ["category", "is_published", "updated_at"]
    list_select_related = ["category"]
    search_fields = ["title", "answer", "link", "phrasings__text"]
    readonly_fields = ["created_at", "updated_at"]
    inlines = [PhrasingInline]
    form = EntryForm
    actions = ["publish", "withdraw"]
    save_on_top = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        return super().get_queryset(request).annotate(phrasing_count=Count("phrasings"))

    @admin.display(description="wordings", ordering="phrasing_count")
    def phrasing_count(self, entry: Any) -> int:
        return int(entry.phrasing_count)

    @admin.action(description="Publish the selected entries", permissions=["change"])
    def publish(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._set_published(request, entries, published=True)

    @admin.action(description="Withdraw the selected entries", permissions=["change"])
    def withdraw(self, request: HttpRequest, entries: QuerySet[Entry]) -> None:
        self._set_published(request, entries, published=False)

    def _set_published(
        self, request: HttpRequest, entries: QuerySet[Entry], *, published: bool
    ) -> None:
        ids = list(entries.values_list("pk", flat=True))
        count = Entry.objects.filter(pk__in=ids).update(is_published=published)
        verb = "Published" if published else "Withdrew"
        self.message_user(request, f"{verb} {count} {'entry' if count == 1 else 'entries'}.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for text, title in shared_wordings(form.instance):
            self.message_user(
                request,
                f"“{text}” is a wording of “{title}” too: the bot can only guess which is meant.",
                messages.WARNING,
            )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.try_it)
        return [path("try/", view, name="faq_entry_try"), *super().get_urls()]

    def try_it(self, request: HttpRequest) -> HttpResponse:
        """A question -> what the bot would do, and why."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = TryForm(request.GET if "question" in request.GET else None)
        explanation: Explanation | None = None
        if form.is_valid():
            category = form.cleaned_data["category"]
            slug = category.slug if category else None
            found = search(form.cleaned_data["question"], category=slug, limit=HITS_SHOWN)
            explanation = explain(found)
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a question",
            "opts": self.opts,
            "form": form,
            "explanation": explanation,
        }
        return TemplateResponse(request, "admin/faq/entry/try.html", context)


class TryForm(forms.Form):
    question = forms.CharField(
        max_length=LONGEST_WORDING * 4,
        widget=forms.TextInput(attrs={"size": 80, "autofocus": True}),
        error_messages={"required": "Type a question to see what the bot would say."},
    )
    category = forms.ModelChoiceField(
        Category.objects.all(), required=False, empty_label="all categories"
    )


def shared_wordings(entry: Entry) -> list[tuple[str, str]]:
    """Return the wordings of `entry` that others have too, with the others' titles."""
    keys = entry.phrasings.values_list("key", flat=True)
    others = Phrasing.objects.filter(key__in=keys).exclude(entry=entry)
    return list(others.order_by("text").values_list("text", "entry__title"))
