"""How the chosen engine is, as this process sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.defaultfilters import date
from django.utils import timezone

from faq.search import dialogflow, embeddings, universal
from faq.search.breaker import Breaker
from faq.search.solr import link as links
from faq.search.solr.engine import SolrEngine

LESS_SURE = (
    "The search is less sure than it could be: its multilingual encoder is missing or does not "
    "load. After the first start it is fetched by itself. If this stays, run manage.py "
    "fetch_models."
)
BY_WORDS = (
    "The search finds by words only, not by meaning: its embedding model is missing or does not "
    "load. After the first start it is fetched by itself. If this stays, run manage.py "
    "fetch_models."
)


@dataclass(frozen=True)
class Health:
    """The engine chosen by setting; `trouble` says for people what is wrong, empty if nothing."""

    engine: str
    trouble: str = ""

    @property
    def is_well(self) -> bool:
        return not self.trouble


def health() -> Health:
    """Return how the engine is. Asks nobody: the last question or look has found out."""
    breaker = _breaker()
    if breaker is None or not breaker.is_open:
        return Health(settings.FAQ_ENGINE, _models())
    since = datetime.fromtimestamp(breaker.since, timezone.get_current_timezone())
    return Health(
        settings.FAQ_ENGINE,
        f"{breaker.name} is away since {date(since, 'H:i')} ({breaker.reason}). Until it is back "
        "the embedded engine answers: customers notice nothing.",
    )


def _models() -> str:
    if not embeddings.is_well():
        return BY_WORDS
    return "" if universal.is_well() else LESS_SURE


def _breaker() -> Breaker | None:
    if SolrEngine.name == settings.FAQ_ENGINE:
        return links.current().breaker
    link = dialogflow.current() if dialogflow.NAME == settings.FAQ_ENGINE else None
    return link.breaker if link else None
