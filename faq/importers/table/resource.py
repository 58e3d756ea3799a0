"""A row of the table and the entry that it is about, known by its title.

A file's row sets what its columns say, wordings included: one that is not in the cell goes.
Entries without a row stay. All of a file is imported, or nothing.

All rows are looked at first, which locks nobody out; only what they change is then stored, in
one short transaction.
"""

from __future__ import annotations

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from import_export import resources
from import_export.fields import Field
from import_export.results import Error, Result

from faq.importers.table import storing
from faq.importers.table.formats import REQUIRED, Absent
from faq.importers.table.widgets import CategoryName, Language, Moment, Text, Wordings, YesOrNo
from faq.models import Entry, Phrasing, wording_key

# So often a file is looked at anew because somebody has changed its entries meanwhile.
MOST_LOOKS = 3


class WordingsField(Field):
    """The texts of an entry's wordings; those of a row wait in `wanted` until it is saved."""

    def get_value(self, instance: Any) -> list[str]:
        if hasattr(instance, "wanted"):
            return instance.wanted
        return [phrasing.text for phrasing in instance.phrasings.all()] if instance.pk else []

    def save(self, instance: Any, row: Any, is_m2m: bool = False, **options: Any) -> None:
        instance.wanted = self.clean(row, **options)


class EntryResource(resources.ModelResource):
    title = Field("title", "title", Text())
    category = Field("category", "category", CategoryName())
    lang = Field("lang", "lang", Language(), default="en")
    answer = Field("answer", "answer", Text())
    link = Field("link", "link", Text())
    published = Field("is_published", "published", YesOrNo())
    valid_from = Field("valid_from", "valid_from", Moment())
    valid_until = Field("valid_until", "valid_until", Moment())
    phrasings = WordingsField("phrasings", "phrasings", Wordings())

    class Meta:
        model = Entry
        name = "Entries"
        import_id_fields = ["title"]
        fields = [
            "title", "category", "lang", "answer", "link", "published", "valid_from",
            "valid_until", "phrasings",
        ]  # fmt: skip
        import_order = export_order = fields
        clean_model_instances = True
        store_instance = True
        skip_html_diff = True

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.select_related("category").prefetch_related("phrasings")

    def filter_export(self, queryset: QuerySet[Entry], **options: Any) -> QuerySet[Entry]:
        return queryset.select_related("category").prefetch_related("phrasings")

    def import_data(
        self,
        dataset: tablib.Dataset,
        dry_run: bool = False,
        raise_errors: bool = False,
        file_name: str = "a file",
        user: Any = None,
        **options: Any,
    ) -> Result:
        """Return what each row means; unless one is wrong, or it is a dry run, it is done."""
        for _ in range(MOST_LOOKS):
            looked: Result = self.import_data_inner(dataset, True, raise_errors, False, False)
            if dry_run or looked.has_errors() or looked.has_validation_errors():
                return looked
            try:
                storing.store(looked.rows, f"Imported from {file_name}.", user)
            except storing.Changed as error:
                changed = error
            else:
                return looked
        looked.append_base_error(Error(changed))
        return looked

    def before_import(self, dataset: tablib.Dataset, **options: Any) -> None:
        self._titles: dict[str, int] = {}
        _check_columns(list(dataset.headers or []), self._meta.fields)

    def before_import_row(self, row: dict[str, Any], row_number: int = 0, **options: Any) -> None:
        for name in [name for name, cell in row.items() if isinstance(cell, Absent)]:
            del row[name]
        row["title"] = title = " ".join(str(row.get("title") or "").split())
        if not title:
            raise ValidationError({"title": "An entry needs a title."})
        if title in self._titles:
            first = self._titles[title]
            raise ValidationError({"title": f"Row {first} has this title already."})
        self._titles[title] = row_number

    def skip_row(
        self, instance: Any, original: Any, row: Any, import_validation_errors: Any = None
    ) -> bool:
        if import_validation_errors or instance._state.adding:
            return False
        instance.changed = [
            field.column_name
            for field in self.get_import_fields()
            if field.column_name in row and field.export(original) != field.export(instance)
        ]
        return not instance.changed

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        if problems := _problems(instance):
            errors["phrasings"] = problems
        super().validate_instance(instance, errors, validate_unique)

    def after_import_row(self, row: Any, row_result: Any, **options: Any) -> None:
        row_result.changed = getattr(row_result.instance, "changed", [])


def _check_columns(present: list[str], known: list[str]) -> None:
    missing = [name for name in REQUIRED if name not in present]
    unknown = [name or "(empty)" for name in present if name not in known]
    if missing or unknown:
        parts = [f"Missing: {', '.join(missing)}."] if missing else []
        parts += [f"Unknown: {', '.join(unknown)}."] if unknown else []
        raise ValueError(f"The columns are not right. {' '.join(parts)} Known: {', '.join(known)}.")


def _problems(entry: Any) -> list[str]:
    """What is wrong with the wordings that the row wants."""
    seen = {wording_key(entry.title): "The title says this already"}
    found = []
    for text in getattr(entry, "wanted", []):
        key = wording_key(text)
        try:
            Phrasing(text=text, key=key).full_clean(exclude=["entry"], validate_constraints=False)
        except ValidationError as error:
            found += [f"“{text[:60]}”: {message}" for message in error.messages]
        if key in seen:
            found.append(f"“{text[:60]}”: {seen[key]}.")
        seen.setdefault(key, "The row has this wording already")
    return found
