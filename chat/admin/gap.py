"""The gaps: what the FAQ did not answer, by meaning, and what to do about it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property

from chat import assistants
from chat.admin.gap_forms import PERIODS, EntryForm, ExistingForm, new_entry, period
from chat.gaps import answered, closing, drafts, groups
from chat.gaps.groups import Group
from chat.gaps.questions import Question, distinct, read, turn_ids
from chat.models import Gap
from faq.search import search

GROUPS_A_PAGE = 20
NEAREST = 5
CLOSED_SHOWN = 10


@admin.register(Gap)
class GapAdmin(admin.ModelAdmin):
    """Open groups are found, not stored: the list is a page of its own, and so is each group."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.group_view)
        return [path("open/<int:turn>/", view, name="chat_gap_open"), *super().get_urls()]

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        everywhere = self.admin_site.each_context(request)
        context = {**everywhere, "opts": self.opts, "title": title, **context}
        context["may_change"] = self.has_change_permission(request)
        return TemplateResponse(request, f"admin/chat/gap/{template}.html", context)

    # ── all of them ──
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = period(request.GET.get("days"))
        found = Paginator(groups.find(days), GROUPS_A_PAGE).get_page(request.GET.get("p"))
        closed = Gap.objects.select_related("entry", "closed_by")[:CLOSED_SHOWN]
        return self.page(
            request, "list", "Gaps", groups=found, days=days, periods=PERIODS, closed=closed
        )

    # ── an open one ──
    def group_view(self, request: HttpRequest, turn: int) -> HttpResponse:
        """A group of questions, what the bot would say by now, and the three things to do.

        What is sent is done with the questions that were shown: others may have joined them.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = period(request.GET.get("days"))
        is_sent = request.method == "POST"
        shown = request.POST.getlist("shown")
        group = groups.as_shown(shown) if is_sent else groups.containing(turn, days)
        if group is None:
            messages.info(request, "These questions are closed, or older than the period.")
            return HttpResponseRedirect(reverse("admin:chat_gap_changelist"))
        forms = Deeds(self, request, group)
        if is_sent and (gap := forms.do()):
            return HttpResponseRedirect(reverse("admin:chat_gap_change", args=[gap.pk]))
        return self.page(
            request, "group", group.title, group=group, days=days, forms=forms,
            now=answered.again(group.questions), more=max(0, len(group.questions) - answered.MOST),
        )  # fmt: skip

    # ── a closed one ──
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What an admin did about it, and which of its questions are answered now."""
        gap = self.get_object(request, object_id)
        if not self.has_view_permission(request, gap):
            raise PermissionDenied
        if gap is None:
            raise Http404
        if request.method == "POST":
            return self.reopen(request, gap)
        now = answered.again(distinct(read(gap.turns.all())))
        count = sum(one.is_answered for one in now)
        return self.page(request, "closed", gap.title, gap=gap, now=now, answered=count)

    def reopen(self, request: HttpRequest, gap: Gap) -> HttpResponse:
        if not self.has_change_permission(request, gap):
            raise PermissionDenied
        closing.reopen(gap)
        messages.success(request, f"“{gap.title}” is open again.")
        return HttpResponseRedirect(reverse("admin:chat_gap_changelist"))


class Deeds:
    """The forms at one group, filled or sent."""

    def __init__(self, page: GapAdmin, request: HttpRequest, group: Group) -> None:
        self.page, self.request, self.group = page, request, group
        self.drafts = drafts.drafts(group.title, group.turns)
        asked = group.questions[0].newest
        own = assistants.categories_of(asked.assistant_id)
        self.nearest = search(group.title, categories=own, limit=NEAREST, lang=asked.languages).hits
        self.deed = request.POST.get("deed", "")
        self.problem = ""
        self.existing = ExistingForm(request.POST if self.deed == "existing" else None)
        self.entry = EntryForm(request.POST) if self.deed == "entry" else self.first_shown()

    def first_shown(self) -> EntryForm:
        """With the draft that the address names."""
        wanted = self.request.GET.get("draft", "")
        chosen = next((one for one in self.drafts if str(one.id) == wanted), None)
        near = self.nearest[0] if self.nearest else None
        return new_entry(self.group.title, chosen.text if chosen else "", near)

    @cached_property
    def ticked(self) -> list[Question]:
        """The questions that are ticked: all, before anything was sent."""
        if not self.deed:
            return self.group.questions
        sent = {turn for key in self.request.POST.getlist("questions") for turn in turn_ids(key)}
        return [
            question
            for question in self.group.questions
            if any(turn.id in sent for turn in question.turns)
        ]

    @property
    def may_make(self) -> bool:
        return self.request.user.has_perm("faq.add_entry")

    @property
    def may_add(self) -> bool:
        return self.request.user.has_perm("faq.change_entry")

    def do(self) -> Gap | None:
        """Does what was sent; None where the page says what is wrong. Raises PermissionDenied."""
        if not self.page.has_change_permission(self.request):
            raise PermissionDenied
        deed = {"entry": self.make, "existing": self.add, "dismiss": self.dismiss}.get(self.deed)
        if deed and not self.ticked:
            self.problem = "Tick at least one question."
        if not deed or not self.ticked:
            return None
        try:
            return deed()
        except closing.ClosedMeanwhile:
            self.problem = "Somebody else closed these questions at this moment."
            return None

    def make(self) -> Gap | None:
        if not self.may_make:
            raise PermissionDenied
        if not self.entry.is_valid():
            return None
        entry = self.entry.save(commit=False)
        gap = closing.make_entry(entry, self.ticked, self.request.user)
        self.page.log_addition(self.request, entry, "Made from a gap.")
        messages.success(self.request, f"The entry “{entry.title}” was made.")
        return gap

    def add(self) -> Gap | None:
        if not self.may_add:
            raise PermissionDenied
        if not self.existing.is_valid():
            return None
        entry = self.existing.cleaned_data["entry"]
        gap = closing.add_to_entry(entry, self.ticked, self.request.user)
        self.page.log_change(self.request, entry, "Wordings added from a gap.")
        messages.success(self.request, f"“{entry.title}” has these wordings now.")
        return gap

    def dismiss(self) -> Gap:
        messages.success(self.request, "Dismissed: what means the same stays away.")
        return closing.dismiss(self.ticked, self.request.user)
