"""Groups by meaning: pure, on vectors."""

import numpy as np
import pytest

from chat.gaps.grouping import average_linkage, central, group
from faq.search.embeddings import embed
from tests.services.intents import sample


def labels(groups: list[list[int]], count: int) -> list[int]:
    """The group's number of each position."""
    found = [0] * count
    for number, members in enumerate(groups):
        for position in members:
            found[position] = number
    return found


@pytest.mark.parametrize("name", ["clinc150_full_dev", "banking77_dev"])
def test_three_hundred_questions_are_grouped_as_people_labelled_them(name, models):
    # Here: scikit-learn takes a second to load, and every worker loads this file.
    from sklearn.metrics import adjusted_rand_score

    questions, intents = sample(name, intents=30, each=10)
    groups = group(embed(questions))
    assert adjusted_rand_score(intents, labels(groups, len(questions))) >= 0.5


def test_every_question_is_in_one_group_and_the_largest_comes_first(models):
    questions = ["where is my bike", "BIKE stolen!", "my bike is gone", "what is for lunch"]
    groups = group(embed(questions))
    assert groups == [[0, 1, 2], [3]]


def test_a_few_questions_that_all_mean_the_same_are_one_group(models):
    questions = ["where can i park", "parking near the library?", "where do I park my car"]
    assert group(embed(questions)) == [[0, 1, 2]]


def test_what_is_common_to_a_desk_does_not_join_its_questions():
    """All near each other, by a part that says nothing; apart by what is left."""
    desk, one, other = np.eye(3, dtype=np.float32)
    rows = np.array([1.2 * desk + meaning for meaning in (one, one, other, other)], np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    background = np.tile(desk, (500, 1))
    assert group(rows) == [[0, 1, 2, 3]]
    assert group(rows, background) == [[0, 1], [2, 3]]


def test_nothing_and_one():
    assert group(np.zeros((0, 384), np.float32)) == []
    assert group(np.ones((1, 4), np.float32) / 2) == [[0]]


def test_linkage_is_by_the_average():
    """0 and 1 are near; 2 is near to 1 alone, on average too far from both."""
    distances = np.array([[0, 0.1, 0.9], [0.1, 0, 0.3], [0.9, 0.3, 0]], np.float32)
    assert average_linkage(distances, 0.59) == [[0, 1], [2]]
    assert average_linkage(distances, 0.61) == [[0, 1, 2]]
    assert distances[0, 0] == 0  # the caller's own


def test_the_central_one():
    rows = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
    assert central(rows) == 1
