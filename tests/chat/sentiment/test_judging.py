"""How a text sounds, and why; on the real embedding model."""

import pytest

from chat.sentiment import head, judge, lexicon, together
from tests.faq.conftest import model

__all__ = ["model"]
CLEAR = {
    "negative": [
        "The update broke everything and I am furious.",
        "Nobody answers the phone, this is a disgrace.",
        "My order is lost and I feel cheated.",
    ],
    "neutral": [
        "Which floor is the seminar on?",
        "The invoice was sent on Tuesday.",
        "I would like to renew my library card.",
    ],
    "positive": [
        "You were wonderful, my laptop runs like new.",
        "What a fantastic course, I learned so much.",
        "Fast, friendly and competent, thank you!",
    ],
}


@pytest.mark.parametrize(("label", "text"), [(k, text) for k, v in CLEAR.items() for text in v])
def test_clear_texts_are_told_apart(model, label, text):
    assert text not in dict(head.examples())
    assert judge(text).label == label


def test_the_score_has_the_sign_of_the_label_and_ends_at_one(model):
    for label, sign in (("negative", -1), ("positive", 1)):
        for text in CLEAR[label]:
            assert 0.2 < judge(text).score * sign <= 1
    assert abs(judge(CLEAR["neutral"][0]).score) < 0.4


def test_why_names_the_words_with_their_direction():
    assert dict(lexicon.telling("The staff was friendly, but the printer is broken!")).keys() == {
        "friendly",
        "broken",
    }
    found = judge("The staff was friendly, but the printer is broken!")
    assert found.why == "“broken” sounds negative and “friendly” sounds positive."


def test_a_negation_turns_a_word_around():
    ((word, valence),) = lexicon.telling("It is not good")
    assert word == "good"
    assert valence < 0


def test_without_such_words_it_is_the_text_as_a_whole():
    assert judge("I am in room 204.").why == "No single word; the text as a whole."


def test_without_the_model_the_words_judge(settings, tmp_path):
    settings.EMBEDDING_MODEL_DIR = tmp_path / "nothing-here"
    assert head.LABELS[head.probabilities("This is awful, I hate it").argmax()] == "negative"
    assert head.LABELS[head.probabilities("Great, I love it!").argmax()] == "positive"


def test_whatever_is_written_is_judged(model):
    for text in ("", "   ", "\n", "!!!", "😀", "х" * 5000, "a" * 300, "\ud800", "مرحبا"):
        assert -1 <= judge(text).score <= 1


def test_several_together_the_newest_counting_most(model):
    good, bad = CLEAR["positive"][0], CLEAR["negative"][0]
    assert together([good, good, bad]).score < together([bad, good]).score
    assert together([bad]) == judge(bad)
    assert together([]) is None


def test_the_examples_are_enough_of_each_and_none_is_there_twice():
    texts = [text for text, _ in head.examples()]
    labels = [label for _, label in head.examples()]
    assert len(set(texts)) == len(texts) >= 200
    assert min(labels.count(label) for label in range(3)) >= 70
