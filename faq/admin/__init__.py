"""The admin's pages about the FAQ, one file a thing."""

# First: what is registered for the history there is not registered by the admin's own rules.
import faq.history  # noqa: F401
from faq.admin.category import CategoryAdmin
from faq.admin.entry import EntryAdmin
from faq.admin.synonym import SynonymAdmin

__all__ = ["CategoryAdmin", "EntryAdmin", "SynonymAdmin"]
