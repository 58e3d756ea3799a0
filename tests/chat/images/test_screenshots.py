"""Twenty screenshots, three fonts, light and dark: what they lead to in the demo's FAQ."""

from itertools import cycle

import pytest
from django.db import transaction

import faq.search
from chat.bot import faq as bots_faq
from chat.bot import pictures
from chat.images import ocr
from chat.images.ocr import Scribe
from faq.search import embeddings
from faq.search.process import Knowledge
from tests.chat.images import screens
from tests.faq.questions import asking
from tests.services.skips import missing

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demo FAQ, loaded and learned once for this file and gone after it."""
    if not embeddings.available():
        missing("all-minilm-l6-v2", "run manage.py fetch_models")
    fresh = Knowledge()
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        patch.setattr(faq.search, "knowledge", fresh)
        asking.learn_demo()
        yield fresh
        fresh.settle()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """(screen, the text that was read) of each."""
    if not ocr.is_available():
        missing("rapidocr", "pip install -r requirements-ocr.txt")
    folder, scribe = tmp_path_factory.mktemp("screens"), Scribe()
    looks = cycle(
        (font, colours) for font in screens.fonts() for colours in (screens.LIGHT, screens.DARK)
    )
    found = []
    for number, screen in enumerate(screens.SCREENS):
        path = folder / f"{number}.png"
        screens.draw(screen, *next(looks)).save(path)
        found.append((screen, scribe.read(path)))
    scribe.rest()
    return found


def test_at_least_sixteen_of_twenty_lead_to_the_right_entry(demo, read):
    answered, offered, wrong = [], [], []
    for screen, text in read:
        result = bots_faq.find_surest(pictures.ways("", text))
        titles = [hit.title for hit in result.hits]
        if result.band == "answer" and titles[0] == screen.entry:
            answered.append(screen.entry)
        elif result.band == "suggest" and screen.entry in titles:
            offered.append(screen.entry)
        else:
            wrong.append((screen.entry, result.band, titles[:1], text))
    print(f"answered {len(answered)}, offered {len(offered)}: {offered}, else {wrong}")
    assert len(read) == 20
    assert len(answered) + len(offered) >= 16, wrong
    assert len(answered) >= 12, (offered, wrong)
    # To say something wrong with certainty is worse than to ask.
    assert len([one for one in wrong if one[1] == "answer"]) <= 2, wrong
