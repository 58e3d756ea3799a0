"""What stands in a cell, and what it means; a ValueError says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from import_export import widgets

from faq import languages
from faq.models import Category, Entry

YES = ("yes", "true", "1", "x")
NO = ("no", "false", "0", "")


class Text(widgets.Widget):
    """A text without outer white space, its lines ended by a line feed."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        text = "" if value is None else str(value)
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return self.clean(value)


class CategoryName(widgets.Widget):
    """A category by its slug or its name, however they are capitalised; written as its slug."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> Category:
        wanted = " ".join(str(value or "").split())
        there = list(Category.objects.order_by("slug"))
        found = [one for one in there if one.slug == wanted]
        found = found or [
            one for one in there if wanted.lower() in (one.slug.lower(), one.name.lower())
        ]
        if len(found) == 1:
            return found[0]
        known = ", ".join(f"{one.slug} ({one.name})" for one in found or there) or "none yet"
        if found:
            raise ValueError(f"Several categories are called “{wanted}”: {known}. Write its slug.")
        raise ValueError(f"There is no category “{wanted}”. There are: {known}.")

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.slug if value else ""


class Language(widgets.Widget):
    """A language by its code or its English name, however they are capitalised; written as its
    code. One that an entry is in already is taken whatever it is: what was exported comes back."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> str:
        wanted = " ".join(str(value or "").split()).lower().replace("_", "-")
        if not wanted:
            return ""
        codes = {text.lower(): code for code, text in languages.NAMES.items()}
        code = codes.get(wanted, wanted)
        if not languages.is_known(code) and not Entry.objects.filter(lang=code).exists():
            raise ValueError(f"There is no language “{value}”. Write its code, as en, de or es.")
        return code

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value or ""


class YesOrNo(widgets.Widget):
    def clean(self, value: Any, row: Any = None, **options: Any) -> bool:
        word = str("" if value is None else value).strip().lower()
        if word not in YES + NO:
            raise ValueError(f"“{value}” is neither yes nor no.")
        return word in YES

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "yes" if value else "no"


class Moment(widgets.Widget):
    """A time as 2026-03-01T09:00+01:00; without the zone it is one on the admin's clock."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> datetime | None:
        if not isinstance(value, datetime):
            text = str(value or "").strip()
            if not text:
                return None
            value = _parsed(text)
        return timezone.make_aware(value) if timezone.is_naive(value) else value

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return value.isoformat() if value else ""


class Wordings(widgets.Widget):
    """One a line, or with " | " between them; in JSON also a list."""

    def clean(self, value: Any, row: Any = None, **options: Any) -> list[str]:
        if isinstance(value, list):
            pieces: Iterable[Any] = value
        else:
            pieces = re.split(r"[\r\n]+|\s\|\s", "" if value is None else str(value))
        return [text for piece in pieces if (text := " ".join(str(piece).split()))]

    def render(self, value: Any, obj: Any = None, **options: Any) -> str:
        return "\n".join(value or [])


def _parsed(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise ValueError(f"“{text}” is no time. Write it as 2026-03-01T09:00.")
    return moment
