"""The three kinds of files, each read into rows of texts with a clear error where it is bad."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from itertools import islice
from typing import Any

import openpyxl
import tablib
from import_export.formats import base_formats

LARGEST_FILE = 10 * 1024 * 1024
# What a workbook may unpack to: its text stands in a zip.
LARGEST_WORKBOOK = 100 * 1024 * 1024
# Rows and columns of a file: a cell far down or to the right would fill memory with empty ones.
MOST_ROWS = 20_000
MOST_COLUMNS = 50
# A cell that begins so is a formula to a spreadsheet; the apostrophe makes a text of it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")


class Absent(str):
    """What stands where a record has no such key: that stays as it is."""


ABSENT = Absent()
# What every entry needs. A new one without it is refused by its row.
REQUIRED = ("title", "category", "answer")


class BadFile(ValueError):
    """The file cannot be read; the text says why and what to do."""


def escaped(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def unescaped(cell: Any) -> Any:
    """Return what `escaped` was given; any other cell as it is."""
    is_escaped = isinstance(cell, str) and cell[:1] == "'" and cell[1:].startswith(FORMULA)
    return cell[1:] if is_escaped else cell


def table(headers: list[Any], rows: list[list[Any]]) -> tablib.Dataset:
    """Return a dataset of `rows`, each filled up to the headers; empty rows at the end go."""
    while rows and not any(rows[-1]):
        rows.pop()
    names = ["" if name is None else str(name).strip().lower() for name in headers]
    for number, row in enumerate(rows, start=2):
        if len(row) > len(names) and any(row[len(names) :]):
            raise BadFile(f"Line {number} has {len(row)} cells, the first line only {len(names)}.")
    filled = [(row + [""] * len(names))[: len(names)] for row in rows]
    return tablib.Dataset(*filled, headers=names)


def _bounded(rows: Iterable[list[Any]]) -> list[list[Any]]:
    found = list(islice(rows, MOST_ROWS + 2))
    if len(found) > MOST_ROWS + 1:
        raise BadFile(f"The sheet has more than {MOST_ROWS} rows. Split it.")
    return found


def _without_empty_end(row: tuple[Any, ...]) -> list[Any]:
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


class Escaping:
    """For what spreadsheets open."""

    def export_data(self, dataset: tablib.Dataset, **options: Any) -> Any:
        rows = [[escaped(cell) for cell in row] for row in dataset]
        safe = tablib.Dataset(*rows, headers=dataset.headers)
        return super().export_data(safe, **options)  # type: ignore[misc]


class CSV(Escaping, base_formats.CSV):
    def create_dataset(self, in_stream: str, **options: Any) -> tablib.Dataset:
        # A spreadsheet that writes German or French separates by semicolons.
        first = in_stream.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        try:
            headers, *rows = csv.reader(io.StringIO(in_stream), delimiter=separator, strict=True)
        except csv.Error as error:
            raise BadFile(f"This is no CSV file: {error}.") from error
        except ValueError as error:
            raise BadFile("The file is empty.") from error
        return table(list(headers), [[unescaped(cell) for cell in row] for row in rows])


class JSON(base_formats.JSON):
    def create_dataset(self, in_stream: str, **options: Any) -> tablib.Dataset:
        try:
            records = json.loads(in_stream)
        except (ValueError, RecursionError) as error:
            raise BadFile(f"This is no JSON file: {error}.") from error
        if not isinstance(records, list) or not all(isinstance(one, dict) for one in records):
            raise BadFile("The file must be a list of objects, one an entry.")
        names = dict.fromkeys(name for record in records for name in record)
        if len(names) > MOST_COLUMNS:
            raise BadFile(f"The objects have {len(names)} different names.")
        headers = list(dict.fromkeys([*REQUIRED, *names]))
        return table(headers, [[one.get(name, ABSENT) for name in headers] for one in records])


class XLSX(Escaping, base_formats.XLSX):
    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        try:
            with zipfile.ZipFile(io.BytesIO(in_stream)) as archive:
                size = sum(part.file_size for part in archive.infolist())
            if size > LARGEST_WORKBOOK:
                raise BadFile("The workbook unpacks to more than 100 MB. Split it.")
            book = openpyxl.load_workbook(io.BytesIO(in_stream), read_only=True, data_only=True)
            sheet = book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True)
            headers, *rows = _bounded(_without_empty_end(row) for row in sheet)
        except BadFile:
            raise
        except ValueError as error:
            raise BadFile("The workbook's first sheet is empty.") from error
        except Exception as error:  # whatever a broken archive or its XML may raise
            raise BadFile("This is no XLSX workbook, or a damaged one.") from error
        return table(headers, [[unescaped(cell) for cell in row] for row in rows])


FORMATS = [CSV, XLSX, JSON]
