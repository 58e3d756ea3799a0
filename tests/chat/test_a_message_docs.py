"""docs/a-message.md names files that exist, and what is in them."""

import re

import pytest

from chat.hub.socket import WAITING_FRAMES
from chat.log.writer import GROUP
from tests.settings import ROOT

TEXT = (ROOT / "docs" / "a-message.md").read_text()
FILES = sorted(set(re.findall(r"`((?:chat|faq|helpdesk|static|templates|docs)/[\w./-]+)`", TEXT)))


@pytest.mark.parametrize("path", FILES)
def test_a_named_file_exists(path):
    assert (ROOT / path).is_file()


def test_the_path_is_told_whole():
    """Every part of the log and the hub that a message goes through is named."""
    passed = [*(ROOT / "chat/log").glob("*.py"), *(ROOT / "chat/hub").glob("*.py")]
    untold = {"__init__.py", "entries.py", "queue.py", "summaries.py"}
    for path in passed:
        if path.name not in untold:
            assert str(path.relative_to(ROOT)) in FILES


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([\w./-]+)\)", TEXT):
        assert (ROOT / "docs" / target).is_file()


def test_its_numbers_are_the_code_s():
    assert f"groups of\n   up to {GROUP}" in TEXT
    assert f"{WAITING_FRAMES:,} frames" in TEXT
