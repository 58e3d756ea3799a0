"""Each part of a confidence in its share: together they are the confidence."""

import pytest

from faq.search.base import Hit, Result
from faq.search.explaining import explain

PARTS = {"cosine": 0.8, "bm25": 0.5, "probability": 0.9}


@pytest.mark.parametrize(
    ("parts", "confidence"),
    [
        (PARTS, 0.45 * 0.8 + 0.15 * 0.5 + 0.40 * 0.9),
        ({**PARTS, "probability": None}, (0.45 * 0.8 + 0.15 * 0.5) / 0.60),
        (
            {**PARTS, "likelihood": 0.6},
            (0.40 * 0.8 + 0.10 * 0.5 + 0.40 * 0.9 + 0.20 * 0.6) / 1.10,
        ),
    ],
    ids=["small", "not learned yet", "large"],
)
def test_the_shares_add_up(parts, confidence):
    hit = Hit(1, "Wi-Fi", "So.", "", "it", "wifi", confidence, parts)
    result = Result("wifi", (hit,), "answer", 0.5, 0.3, "embedded", 1.0)
    shown = explain(result).hits[0].parts
    assert [part.name.partition(" ")[0] for part in shown][:3] == ["meaning", "words", "learned"]
    assert len(shown) == len(parts)
    assert sum(part.weight for part in shown) == pytest.approx(1)
    assert sum(part.adds for part in shown) == pytest.approx(confidence)
