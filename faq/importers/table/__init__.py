"""Entries as a table, one a row, in CSV, JSON and XLSX: `EntryResource` and `FORMATS`."""

from faq.importers.table.formats import CSV, FORMATS, JSON, LARGEST_FILE, XLSX, BadFile
from faq.importers.table.resource import EntryResource

__all__ = ["CSV", "FORMATS", "JSON", "LARGEST_FILE", "XLSX", "BadFile", "EntryResource"]
