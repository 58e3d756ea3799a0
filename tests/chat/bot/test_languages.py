"""The bot answers in the language that the customer's browser asks for, where the FAQ has it."""

import pytest

from chat.bot.nearest import nearest
from chat.gaps import answered, questions
from chat.models import BotTurn, Conversation
from faq.models import Category, Entry, Phrasing
from faq.search import knowledge, language

pytestmark = pytest.mark.django_db(transaction=True)

INSTALL = {"en": "Install it.", "de": "Installieren.", "es": "Instalar."}


@pytest.fixture(autouse=True)
def entries(settings, tmp_path):
    """The same entry in three languages, found by the same words."""
    settings.EMBEDDING_MODEL_DIR = tmp_path / "none"
    language.prepare(list(INSTALL))
    category = Category.objects.create(name="Help", slug="help")
    for lang, answer in INSTALL.items():
        title = f"VPN ({lang})"
        entry = Entry.objects.create(category=category, title=title, answer=answer, lang=lang)
        Phrasing.objects.create(entry=entry, text="vpn client")
    yield
    knowledge.settle()


@pytest.fixture
def reads(talk):
    """The customer's browser asks for these languages: reads("de-at,de,en")."""

    def asks_for(languages):
        Conversation.objects.filter(pk=talk.conversation.pk).update(languages=languages)

    return asks_for


@pytest.mark.parametrize(
    ("languages", "expected"), [("de-at,de,en", "de"), ("es", "es"), ("pl,en-gb,de", "en")]
)
def test_the_answer_is_in_the_browser_s_language(talk, reads, languages, expected):
    reads(languages)
    assert talk.ask("vpn client").body == INSTALL[expected]


def test_who_writes_in_another_language_is_answered_in_that(talk, reads):
    reads("en")
    reply = talk.ask("wie kann ich bitte den vpn client installieren, was muss ich dafür tun")
    found = [hit["title"] for hit in reply.evidence["search"]["hits"]]
    assert found[0] == "VPN (de)"


def test_the_agent_is_shown_the_customer_s_language_first(talk, reads):
    reads("es-mx,es")
    talk.say("vpn client")
    assert nearest(talk.conversation.pk)["entries"][0]["answer"] == INSTALL["es"]


def test_a_past_question_is_asked_again_for_the_same_customer(talk, reads):
    reads("de")
    talk.ask("vpn client")
    past = questions.distinct(questions.read(BotTurn.objects.all()))
    assert [one.best.answer for one in answered.again(past)] == [INSTALL["de"]]
