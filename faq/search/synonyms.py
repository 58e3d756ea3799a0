"""Questions put in the FAQ's own words, before any engine or scorer sees them.

Here and not in an engine's analysis, for the score too must take "wlan" for "wifi": with a
synonym known to Solr alone, the entry would be proposed and then judged by words that the
question does not have. An edit counts from the next question on, on every engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


class Synonyms:
    """Pairs of what is said and what is meant; nothing is replaced twice."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._meant = {_key(said): meant for said, meant in pairs if said.strip()}
        # The longest first: "wireless lan" is more than "wireless".
        ordered = sorted(self._meant, key=len, reverse=True)
        said = "|".join(r"\s+".join(map(re.escape, one.split())) for one in ordered)
        self._pattern = re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE) if said else None

    def applied(self, text: str) -> str:
        """Return `text` with what is meant in the place of what is said."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._of(match[0]), text)

    def _of(self, said: str) -> str:
        # Signs that are one letter in small and two in capitals find no key: left as they are.
        return self._meant.get(_key(said), said)


def _key(said: str) -> str:
    return " ".join(said.casefold().split())
