"""Several languages in one FAQ: the customer's own comes first, and nothing is hidden."""

import pytest

from faq.search import language, search
from faq.search.language import base, likely

TWO = ("de", "en")


@pytest.fixture
def detector():
    language.prepare(TWO)


@pytest.mark.parametrize("code", ["de", "de-AT", "DE_ch", " de "])
def test_a_region_does_not_matter(code):
    assert base(code) == "de"


def test_a_faq_of_one_language_loads_nothing():
    language._detector.cache_clear()
    language.prepare(["en", "en-GB", ""])
    assert language._detector.cache_info().currsize == 0
    assert likely("wie setze ich mein passwort zurück", ["en", "en-GB", ""]) == {}


def test_before_it_is_loaded_nobody_waits_and_all_are_as_likely():
    language._detector.cache_clear()
    assert likely("wie setze ich mein passwort zurück", TWO) == {"de": 0.5, "en": 0.5}
    assert language._detector.cache_info().currsize == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("wie setze ich mein passwort zurück", "de"),
        ("Wo finde ich den Stundenplan?", "de"),
        ("how do i reset my password", "en"),
        ("WHERE IS THE LIBRARY", "en"),
    ],
)
def test_a_sentence_shows_its_language(detector, text, expected):
    assert likely(text, TWO)[expected] > 0.8


def test_the_browser_decides_where_the_words_do_not(detector):
    for own in TWO:
        chances = likely("12345", TWO, own)
        assert max(chances, key=chances.__getitem__) == own


@pytest.mark.parametrize("own", ["de-AT,de,en", "pl,de,en", " tlh , de-CH"])
def test_of_several_the_first_that_the_faq_has_counts(detector, own):
    assert likely("12345", TWO, own) == likely("12345", TWO, "de") != likely("12345", TWO, "en")


def test_the_browser_does_not_outvote_a_whole_sentence(detector):
    assert likely("wie setze ich mein passwort zurück", TWO, "en-US")["de"] > 0.7


def test_a_language_that_no_detector_knows_is_as_likely_as_the_others(detector):
    assert likely("wie geht das", ("de", "tlh")) == {"de": 0.5, "tlh": 0.5}


def test_an_entry_without_a_language_is_for_everybody(detector):
    assert likely("wie setze ich mein passwort zurück", ("", "de", "en"))[""] == 1


class TestSearch:
    @pytest.fixture
    def both(self, write):
        write("VPN", "vpn client", "connect from home", lang="en", answer="Install it.")
        write("VPN (Deutsch)", "vpn client", "von zu hause", lang="de", answer="Installieren.")

    def test_of_equals_the_one_in_the_customers_language_is_first(self, no_model, both, detector):
        assert search("vpn client", lang="de").hits[0].answer == "Installieren."
        assert search("vpn client", lang="en").hits[0].answer == "Install it."
        assert search("wie installiere ich den vpn client").hits[0].answer == "Installieren."
        assert search("how do i install the vpn client").hits[0].answer == "Install it."

    def test_how_sure_it_is_does_not_depend_on_the_language(self, no_model, both, detector):
        german, english = search("vpn client", lang="de").hits
        assert german.confidence == english.confidence

    def test_an_answer_there_is_in_one_language_alone_is_found_in_all(self, no_model, both, write):
        write("Reset a password", "forgot password", lang="en")
        assert search("forgot password", lang="de").hits[0].title == "Reset a password"
