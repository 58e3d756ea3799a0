"""Which language a question is in, as far as a FAQ of several languages needs to know.

Detected by py3langid among the FAQ's languages alone, and weighed with the customer's own
setting, for few words say little. A FAQ of one language loads nothing and changes nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from faq.search import detector

logger = logging.getLogger(__name__)

# So many times likelier is the language that the customer's browser asks for.
OWN = 8.0
# A detector that is sure is wrong now and then.
LEAST = 0.02
# Of one or two words it is sure as well, and wrong as often as not ("vpn client" is Spanish).
FEW = 2
LEAST_OF_FEW = 0.25

_loading = threading.Lock()


def base(code: str) -> str:
    """Return a code's language without its region: "de" of "de-AT"."""
    return code.strip().lower().replace("_", "-").partition("-")[0]


def prepare(languages: Sequence[str]) -> None:
    """Load the detector if these are several languages: 78 MiB, and a second the first time."""
    if len(_known(languages)) > 1:
        with _loading:
            _detector()


def likely(text: str, languages: Sequence[str], own: str = "") -> dict[str, float]:
    """Return for each of `languages` how likely `text` is in it; empty where there is but one.

    `own` are the codes that the customer's browser asks for, best first, with commas between
    them; the first that is among `languages` counts. Empty where nobody knows. Never waits for
    the detector: before `prepare` all are as likely.
    """
    known = _known(languages)
    if len(known) < 2:
        return {}
    chances = _detected(text, known)
    wanted = next((code for code in map(base, own.split(",")) if code in known), None)
    weighed = {code: chances[code] * (OWN if code == wanted else 1) for code in known}
    total = sum(weighed.values())
    # What bears no language is for everybody.
    return {code: weighed[base(code)] / total if code else 1.0 for code in languages}


def _known(languages: Sequence[str]) -> list[str]:
    return sorted({base(code) for code in languages if code})


def _detected(text: str, known: Sequence[str]) -> dict[str, float]:
    loaded = _detector() if _detector.cache_info().currsize else None
    # In lower case: "PASSWORD" is the same word to the customer.
    found = dict(loaded.rank(text.lower())) if loaded else {}
    if not found.keys() >= set(known):
        return dict.fromkeys(known, 1.0)
    least = LEAST_OF_FEW if len(text.split()) <= FEW else LEAST
    return {code: max(found[code], least * max(found[one] for one in known)) for code in known}


@lru_cache(maxsize=1)
def _detector() -> Any:
    try:
        return detector.load()
    except ImportError:
        logger.warning("py3langid is not installed: only the browser tells a customer's language")
        return None
