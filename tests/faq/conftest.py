"""A small FAQ, and a search that knows nothing of the test before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

import faq.search
from faq.models import Category, Entry, Phrasing
from faq.search import embeddings, universal
from faq.search.process import Knowledge
from tests.services.skips import missing

Write = Callable[..., Entry]


@pytest.fixture(autouse=True)
def knowledge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Knowledge]:
    """This process's copy of the FAQ, empty; at the end nothing goes on learning."""
    fresh = Knowledge()
    monkeypatch.setattr(faq.search, "knowledge", fresh)
    yield fresh
    fresh.settle()


@pytest.fixture
def model() -> embeddings.Model:
    """The embedding model; without the search's models the test is skipped, which CI refuses."""
    if not (embeddings.available() and universal.available()):
        missing("the search's models", "run manage.py fetch_models")
    return embeddings.model()


@pytest.fixture
def no_model(settings, tmp_path: Path) -> None:
    """A desk whose models have not been fetched yet."""
    settings.EMBEDDING_MODEL_DIR = settings.UNIVERSAL_MODEL_DIR = tmp_path / "nothing-here"


@pytest.fixture
def network(db: None) -> Category:
    return Category.objects.create(name="Network", slug="network")


@pytest.fixture
def accounts(db: None) -> Category:
    return Category.objects.create(name="Accounts", slug="accounts")


@pytest.fixture
def write(network: Category) -> Write:
    """Writes an entry with its wordings, as an admin would."""

    def write(title: str, *wordings: str, category: Category = network, **fields: str) -> Entry:
        fields.setdefault("answer", f"All about: {title}")
        entry = Entry.objects.create(title=title, category=category, **fields)
        for text in wordings:
            Phrasing.objects.create(entry=entry, text=text)
        return entry

    return write


@pytest.fixture
def desk(write: Write, accounts: Category) -> dict[str, Entry]:
    """Four entries in two categories."""
    return {
        "wifi": write("Connect to Wi-Fi", "how do i get on wifi", "wireless network on my laptop"),
        "vpn": write("Set up the VPN", "work from home on the campus network", "vpn client"),
        "reset": write(
            "Reset a password", "i forgot my password", "lost password", category=accounts
        ),
        "change": write(
            "Change a password", "my password expires soon", "new password", category=accounts
        ),
    }


DEMO = Path(settings.BASE_DIR) / "faq" / "demo" / "helpdesk.json"
