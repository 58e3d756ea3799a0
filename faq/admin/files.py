"""Entries out to a file and in from one, with a look at what it would change before."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from import_export import forms
from import_export.admin import ImportExportMixin
from import_export.tmp_storages import BaseStorage

from faq.importers.table import FORMATS, LARGEST_FILE, BadFile, EntryResource

ROWS_SHOWN = 200
KEPT = 24 * 3600  # seconds that a file waits for its confirmation


class Waiting(BaseStorage):
    """A file that waits for its confirmation in a folder of its own, under a name of ours."""

    @property
    def path(self) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", self.name or ""):
            raise FileNotFoundError(self.name)
        return Path(settings.DATA_DIR) / "imports" / self.name

    def save(self, data: bytes) -> None:
        self.name = uuid4().hex
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in self.path.parent.iterdir():
            if old.stat().st_mtime < time.time() - KEPT:
                old.unlink(missing_ok=True)
        self.path.write_bytes(data)

    def read(self) -> bytes | str:
        data = self.path.read_bytes()
        return data if "b" in self.read_mode else data.decode(self.encoding)

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)


class ImportForm(forms.ImportForm):
    def clean_import_file(self) -> UploadedFile:
        file = self.cleaned_data["import_file"]
        if file.size > LARGEST_FILE:
            raise ValidationError("The file is larger than 10 MB. Split it.")
        return file


class FilesMixin(ImportExportMixin):
    resource_classes = [EntryResource]
    formats = FORMATS
    import_form_class = ImportForm
    export_form_class = forms.ExportForm
    import_template_name = "admin/faq/entry/import.html"
    export_template_name = "admin/faq/entry/export.html"
    tmp_storage_class = Waiting

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_context_data(self, **options: Any) -> dict[str, Any]:
        # The page tells them also where the file could not be read, unlike the library's own list.
        columns = [field.column_name for field in EntryResource().get_user_visible_fields()]
        more = {"rows_shown": ROWS_SHOWN, "columns": columns}
        return {**more, **super().get_import_context_data(**options)}

    def add_data_read_fail_error_to_form(self, form: Form, e: Exception) -> None:
        if isinstance(e, UnicodeDecodeError):
            e = BadFile("The file is not in UTF-8, or of another format than chosen.")
        if not isinstance(e, BadFile):
            raise e
        form.add_error("import_file", str(e))

    def process_import(self, request: HttpRequest, **options: Any) -> HttpResponse:
        try:
            return super().process_import(request, **options)
        except FileNotFoundError:
            messages.error(request, "This file was imported already, or waited too long.")
            return redirect("admin:faq_entry_import")

    def process_result(self, result: Any, request: HttpRequest) -> HttpResponse:
        if result.has_errors() or result.has_validation_errors():
            messages.error(
                request, "Nothing was imported: the FAQ has changed since. Try the file again."
            )
            return redirect("admin:faq_entry_import")
        return super().process_result(result, request)
