"""Bringing entries in from files: `load(path)` for this project's own JSON."""

from faq.importers.json_file import Loaded, Unreadable, load

__all__ = ["Loaded", "Unreadable", "load"]
