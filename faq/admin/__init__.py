"""The admin's pages about the FAQ, one file a thing."""

from faq.admin.category import CategoryAdmin
from faq.admin.entry import EntryAdmin

__all__ = ["CategoryAdmin", "EntryAdmin"]
