"""Entries with their wordings, and a page to try what the bot would say."""

from __future__ import annotations

from typing import Any, cast

import reversion
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import ResolverMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from reversion.admin import VersionAdmin
from reversion.models import Version

from faq import languages, markdown
from faq.admin import chart
from faq.admin.changes import changes
from faq.admin.columns import LanguageFilter, StateFilter
from faq.admin.duplicates import pairs
from faq.admin.files import FilesMixin
from faq.admin.form import EntryForm
from faq.admin.phrasings import PhrasingInline, shared_wordings
from faq.admin.trying import TryForm
from faq.models import LONGEST_ANSWER, Entry
from faq.states import state_of
from faq.usage import weeks


@admin.register(Entry)
class EntryAdmin(FilesMixin, VersionAdmin):
    list_display = ["title", "category", "language", "state", "phrasing_count", "updated_at"]
    list_filter = [StateFilter, "category", LanguageFilter, "updated_at"]
    list_select_related = ["category"]
    search_fields = ["title", "answer", "link", "phrasings__text"]
    readonly_fields = ["usage", "created_at", "updated_at"]
    fieldsets = [
        (None, {"fields": ["title", "answer", "link", "seen"]}),
        (
            "When it is answered",
            {"fields": ["category", "lang", "is_published", ("valid_from", "valid_until")]},
        ),
        ("How it does", {"fields": ["usage", ("created_at", "updated_at")]}),
    ]
    inlines = [PhrasingInline]
    form = EntryForm
    actions = ["publish", "withdraw"]
    save_on_top = True
    change_list_template = "admin/faq/entry/change_list.html"
    object_history_template = "admin/faq/entry/history.html"
    history_latest_first = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Entry]:
        # Distinct: a search joins the wordings once more for each of its words.
        counted = Count("phrasings", distinct=True)
        return super().get_queryset(request).annotate(phrasing_count=counted)

    @admin.display(description="wordings", ordering="phrasing_count")
    def phrasing_count(self, entry: Any) -> int:
        return int(entry.phrasing_count)

    @admin.display(ordering="lang")
    def language(self, entry: Entry) -> str:
        return languages.name(entry.lang)

    @admin.display
    def state(self, entry: Entry) -> SafeString:
        state = state_of(entry, timezone.now())
        return format_html('<span class="state state-{}">{}</span>', state.value, state.label)

    @admin.display(description="use")
    def usage(self, entry: Entry) -> SafeString:
        return chart.rendered(weeks(entry.pk or 0, timezone.localdate()))

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
        chosen = Entry.objects.filter(pk__in=ids)
        # By the time, who has one of them open hears of it before saving over it.
        count = chosen.update(is_published=published, updated_at=timezone.now())
        verb = "Published" if published else "Withdrew"
        reversion.set_comment(f"{verb} from the list.")
        self.message_user(request, f"{verb} {count} {'entry' if count == 1 else 'entries'}.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for text, title in shared_wordings(form.instance):
            self.message_user(
                request,
                f"“{text}” is a wording of “{title}” too: the bot can only guess which is meant.",
                messages.WARNING,
            )

    def response_change(self, request: HttpRequest, obj: Entry) -> HttpResponse:
        if cast(ResolverMatch, request.resolver_match).url_name != "faq_entry_recover":
            return super().response_change(request, obj)
        address = reverse("admin:faq_entry_change", args=[obj.pk])
        back = format_html("The entry “<a href='{}'>{}</a>” was recovered.", address, obj)
        self.message_user(request, back, messages.SUCCESS)
        return self.response_post_save_change(request, obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        versions = list(
            Version.objects.get_for_object_reference(self.model, unquote(object_id))
            .select_related("revision__user")
            .order_by("pk")
        )
        steps = [
            {
                "revision": version.revision,
                "url": reverse("admin:faq_entry_revision", args=[version.object_id, version.pk]),
                "changes": changed,
            }
            for version, changed in zip(versions, changes(versions), strict=True)
        ]
        context = {"steps": steps[::-1], **(extra_context or {})}
        return super().history_view(request, object_id, context)

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        return [
            path("try/", guarded(self.try_it), name="faq_entry_try"),
            path("duplicates/", guarded(self.duplicates), name="faq_entry_duplicates"),
            path("preview/", guarded(require_POST(self.preview)), name="faq_entry_preview"),
            *super().get_urls(),
        ]

    def try_it(self, request: HttpRequest) -> HttpResponse:
        """A question -> what the bot would do, and why."""
        self._require_view(request)
        form = TryForm(request.GET if "question" in request.GET else None)
        context = {
            **self.admin_site.each_context(request),
            "title": "Try a question",
            "opts": self.opts,
            "form": form,
            "explanation": form.explanation(),
        }
        return TemplateResponse(request, "admin/faq/entry/try.html", context)

    def duplicates(self, request: HttpRequest) -> HttpResponse:
        """Entries whose wordings are taken for each other's."""
        self._require_view(request)
        context = {
            **self.admin_site.each_context(request),
            "title": "Duplicates",
            "opts": self.opts,
            "pairs": pairs(),
        }
        return TemplateResponse(request, "admin/faq/entry/duplicates.html", context)

    def preview(self, request: HttpRequest) -> HttpResponse:
        """An answer's Markdown -> {"blocks"}: the tree that the customer's page will show."""
        self._require_view(request)
        text = request.POST.get("answer", "")[:LONGEST_ANSWER].strip()
        return JsonResponse({"blocks": markdown.blocks(text)})

    def _require_view(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied
