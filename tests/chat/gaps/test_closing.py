"""An entry made from a gap, wordings for another, a dismissal, and each taken back."""

import pytest

from chat.gaps import answered, closing
from chat.gaps.questions import Question, distinct, open_turns
from chat.models import Assistant, BotTurn, Gap
from faq.models import Category, Entry

pytestmark = pytest.mark.django_db
QUESTIONS = ("where is my bike", "my bike was stolen")


@pytest.fixture
def questions(asked) -> list[Question]:
    for text in QUESTIONS:
        asked(text)
    asked(QUESTIONS[0])
    return distinct(open_turns(None))


def test_an_entry_takes_the_questions_as_wordings(questions, wifi, dan):
    entry = Entry(title="Where is my bike", category=wifi.category, answer="In the cellar.")
    gap = closing.make_entry(entry, questions, dan)
    # The title says the first already.
    assert [row.text for row in entry.phrasings.all()] == [QUESTIONS[1]]
    assert (gap.entry, gap.closed_by, gap.is_dismissed) == (entry, dan, False)
    assert BotTurn.objects.filter(gap=gap).count() == 3
    assert open_turns(None) == []


def test_an_entry_gets_what_it_has_not(questions, asked, wifi, dan):
    asked("How do I get on  WIFI")
    asked("x" * 400)
    asked(":-(")
    closing.add_to_entry(wifi, distinct(open_turns(None)), dan)
    assert {row.text for row in wifi.phrasings.all()} == {"how do i get on wifi", *QUESTIONS}
    assert open_turns(None) == []


def test_only_the_questions_that_were_meant_are_closed(questions, wifi, dan):
    closing.add_to_entry(wifi, questions[:1], dan)
    assert {turn.text for turn in open_turns(None)} == {questions[1].text}


def test_a_dismissal_makes_no_wording(questions, wifi, dan):
    gap = closing.dismiss(questions, dan)
    assert (gap.is_dismissed, gap.entry, wifi.phrasings.count()) == (True, None, 1)


def test_who_comes_second_does_nothing(questions, wifi, dan):
    closing.dismiss(questions, dan)
    entry = Entry(title="Where is my bike", category=wifi.category, answer="In the cellar.")
    for deed in (
        lambda: closing.make_entry(entry, questions, dan),
        lambda: closing.add_to_entry(wifi, questions, dan),
        lambda: closing.dismiss(questions, dan),
    ):
        with pytest.raises(closing.ClosedMeanwhile):
            deed()
    assert (Gap.objects.count(), Entry.objects.count(), wifi.phrasings.count()) == (1, 1, 1)


def test_what_is_opened_again_is_open(questions, wifi, dan):
    closing.reopen(closing.add_to_entry(wifi, questions, dan))
    assert len(open_turns(None)) == 3
    assert wifi.phrasings.count() == 3


def test_the_entry_may_go_and_the_gap_stays(questions, wifi, dan):
    gap = closing.add_to_entry(wifi, questions, dan)
    wifi.delete()
    dan.delete()
    again = Gap.objects.get(pk=gap.pk)
    assert (again.entry, again.closed_by, again.turns.count()) == (None, None, 3)


def test_past_questions_are_asked_again(models, questions, wifi, dan):
    assert [one.is_answered for one in answered.again(questions)] == [False, False]
    closing.add_to_entry(wifi, questions, dan)
    now = answered.again(questions)
    assert [(one.says, one.best.title) for one in now] == [("answers", "Connect to Wi-Fi")] * 2


def test_a_question_is_asked_again_of_the_assistant_that_was_asked(models, asked, wifi):
    health = Assistant.objects.create(name="Healthcare", slug="healthcare", is_active=True)
    health.categories.add(Category.objects.create(name="Health", slug="health"))
    desk = Assistant.objects.create(name="Desk", slug="desk", is_active=True, is_default=True)
    asked("how do i get on wifi please", assistant=health)
    asked("how do i get on wifi", assistant=desk)
    now = answered.again(distinct(open_turns(None)))
    assert [(one.question.newest.assistant_id, one.is_answered) for one in now] == [
        (desk.pk, True),
        (health.pk, False),
    ]
