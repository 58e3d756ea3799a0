import pytest
from django.utils import timezone

from chat.bot import faq
from faq.models import Category, Entry, Phrasing

WORDINGS = {
    "Connect to Wi-Fi": ["how do i get on the wifi", "wireless network login", "join the wlan"],
    "Reset a forgotten password": ["i forgot my password", "cannot remember my password"],
    "Print from a laptop": ["how do i print", "send a document to the printer", "printing at home"],
    "Borrow a laptop": ["can i lend a computer", "loan a notebook for a week", "rent a laptop"],
}


@pytest.fixture
def entries(models):
    category = Category.objects.create(name="Help", slug="help")
    for title, wordings in WORDINGS.items():
        entry = Entry.objects.create(category=category, title=title, answer=f"{title}: like this.")
        Phrasing.objects.bulk_create([Phrasing(entry=entry, text=text) for text in wordings])
    yield
    faq.knowledge.settle()


@pytest.mark.django_db(transaction=True)
def test_the_real_search_gives_an_answer_with_its_source(entries):
    reply = faq.from_result(faq.find(["how do i get on the wifi"]))
    assert reply is not None
    assert reply.body == "Connect to Wi-Fi: like this."
    assert reply.data["source"]["category"] == "help"
    best = reply.evidence["search"]["hits"][0]
    assert best["title"] == "Connect to Wi-Fi"
    assert set(best["parts"]) == {"cosine", "bm25", "probability"}
    assert "answer" not in best


@pytest.mark.django_db(transaction=True)
def test_of_two_ways_to_put_it_the_better_counts(entries):
    result = faq.find(["the dog ate my homework yesterday evening", "i forgot my password"])
    assert result.hits[0].title == "Reset a forgotten password"
    assert result.band == "answer"


@pytest.mark.django_db(transaction=True)
def test_an_unpublished_entry_is_not_answered_by_a_click(entries):
    entry = Entry.objects.get(title="Borrow a laptop")
    assert faq.from_choice(entry.pk) is not None
    Entry.objects.filter(pk=entry.pk).update(is_published=False)
    assert faq.from_choice(entry.pk) is None
    Entry.objects.filter(pk=entry.pk).update(is_published=True, valid_until=timezone.now())
    assert faq.from_choice(entry.pk) is None


@pytest.mark.django_db(transaction=True)
def test_an_answers_markdown_goes_out_word_for_word_with_its_tree(entries):
    entry = Entry.objects.get(title="Borrow a laptop")
    assert "blocks" not in faq.from_choice(entry.pk).data
    Entry.objects.filter(pk=entry.pk).update(answer="Ask **Carol**.")
    for reply in (faq.from_choice(entry.pk), faq.from_result(faq.find(["rent a laptop"]))):
        assert reply.body == "Ask **Carol**."
        assert reply.data["format"] == "markdown"
        assert reply.data["blocks"] == [["p", ["Ask ", ["strong", ["Carol"]], "."]]]


@pytest.mark.django_db(transaction=True)
def test_an_entry_that_is_over_is_not_answered_by_a_click(entries):
    entry = Entry.objects.get(title="Borrow a laptop")
    Entry.objects.filter(pk=entry.pk).update(valid_until=timezone.now())
    assert faq.from_choice(entry.pk) is None


def test_a_first_question_is_asked_again_once_the_faq_is_learned(monkeypatch, found):
    questions = found("none")
    states = iter([None, None, "learned", "learned"])
    monkeypatch.setattr(faq.knowledge, "snapshot", lambda part=None: (None, next(states), True))
    monkeypatch.setattr(faq.knowledge, "settle", lambda seconds: False)
    faq.find(["wifi"])
    assert questions == ["wifi", "wifi"]


def test_an_empty_faq_keeps_nobody_waiting(monkeypatch, found):
    questions = found("none")
    monkeypatch.setattr(faq.knowledge, "snapshot", lambda part=None: (None, None, True))
    monkeypatch.setattr(faq.knowledge, "settle", lambda seconds: True)
    faq.find(["wifi"])
    assert questions == ["wifi"]
