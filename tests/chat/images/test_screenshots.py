"""Screenshots in three fonts, light and dark: what they lead to in the demo's FAQ.

The first six, one of each look, always; all twenty by `./setup.sh test-long`.
"""

from itertools import cycle

import pytest

from chat.bot import faq as bots_faq
from chat.bot import pictures
from chat.images import ocr
from chat.images.ocr import Scribe
from tests.chat.images import screens
from tests.services.skips import missing

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.timeout(300)]


def read(screenshots, folder):
    """(screen, the text that was read) of each."""
    if not ocr.is_available():
        missing("rapidocr", "pip install -r requirements-ocr.txt")
    scribe = Scribe()
    looks = cycle(
        (font, colours) for font in screens.fonts() for colours in (screens.LIGHT, screens.DARK)
    )
    found = []
    for number, screen in enumerate(screenshots):
        path = folder / f"{number}.png"
        screens.draw(screen, *next(looks)).save(path)
        found.append((screen, scribe.read(path)))
    scribe.rest()
    return found


@pytest.mark.parametrize("number", [6, pytest.param(20, marks=pytest.mark.long)])
def test_at_least_four_of_five_lead_to_the_right_entry(learned_demo, tmp_path, number):
    answered, offered, wrong = [], [], []
    screenshots = screens.SCREENS[:number]
    for screen, text in read(screenshots, tmp_path):
        result = bots_faq.find_surest(pictures.ways("", text))
        titles = [hit.title for hit in result.hits]
        if result.band == "answer" and titles[0] == screen.entry:
            answered.append(screen.entry)
        elif result.band == "suggest" and screen.entry in titles:
            offered.append(screen.entry)
        else:
            wrong.append((screen.entry, result.band, titles[:1], text))
    print(f"answered {len(answered)}, offered {len(offered)}: {offered}, else {wrong}")
    assert len(screenshots) == number
    assert len(answered) + len(offered) >= 0.8 * number, wrong
    assert len(answered) >= 0.6 * number, (offered, wrong)
    # To say something wrong with certainty is worse than to ask.
    assert len([one for one in wrong if one[1] == "answer"]) <= 0.1 * number, wrong
