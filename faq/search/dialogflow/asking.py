"""A question to the agent of the settings, and its answer as a search result."""

from __future__ import annotations

import logging
import threading
import time
from functools import lru_cache
from uuid import uuid4

from django.conf import settings
from django.utils.crypto import salted_hmac

from faq.models import LONGEST_ANSWER
from faq.search.base import Band, Hit, Result
from faq.search.breaker import Breaker
from faq.search.dialogflow.client import Away, Client, Matched, NotUnderstood

logger = logging.getLogger(__name__)

NAME = "dialogflow"
AWAY = "Dialogflow away"
# Seconds that a question waits before the embedded engine answers it, all within two. The
# first failure opens the breaker, so a second way to put the question waits no more.
PATIENCE = 1.5
# Dialogflow's own limits: characters of a question, bytes of a session's name.
LONGEST_QUESTION = 256
LONGEST_SESSION = 36


class Link:
    """This process's connection to one agent, with what is known of it.

    `threshold` is the agent's; None where it is not known: what the agent matches, stands.
    """

    def __init__(self, project: str, key: str, endpoint: str) -> None:
        self.client = Client(project, key, endpoint)
        self.threshold: float | None = None
        self.breaker = Breaker("Dialogflow", self.begin_trial)
        self.trial: threading.Thread | None = None
        self.begin_trial()

    def begin_trial(self) -> None:
        """Ask in the background for the agent's threshold: whether it answers, shows by that."""
        self.trial = threading.Thread(target=self.try_again, name="dialogflow-trial", daemon=True)
        self.trial.start()

    def try_again(self) -> None:
        try:
            self.threshold = self.client.threshold(PATIENCE)
        except Away as error:
            self.breaker.failed(str(error))
        else:
            self.breaker.succeeded(trial=True)

    def detect(self, text: str, session: str) -> Matched | None:
        """Return what the agent makes of `text`, or None within PATIENCE where it is away."""
        if not self.breaker.allows():
            return None
        try:
            found = self.client.detect(text, session, settings.DIALOGFLOW_LANGUAGE, PATIENCE)
        except NotUnderstood as error:
            logger.warning("Dialogflow refused a question: %s", error)
            return None
        except Away as error:
            self.breaker.failed(str(error))
            return None
        self.breaker.succeeded()
        return found


def ask(question: str, session: str, started: float) -> Result | None:
    """Return what the agent makes of `question`; None where the embedded engine has to answer.

    Its intents are hits without an entry. `session` tells conversations apart, so that the
    agent's contexts work; only a hash of it leaves this desk. `started` is a
    `time.perf_counter()`.
    """
    link = current()
    found = link.detect(question[:LONGEST_QUESTION], session_id(session)) if link else None
    if link is None or found is None:
        return None
    threshold = link.threshold or 0.0
    band: Band = "answer" if _is_answer(found, threshold) else "none"
    return Result(
        question=question,
        hits=() if found.is_fallback or not found.text else (_hit(found),),
        band=band,
        answer_threshold=threshold,
        suggest_threshold=threshold,
        engine=NAME,
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def warm_up() -> None:
    """Connect before anybody asks."""
    current()


def session_id(session: str) -> str:
    """Return the name under which the agent knows a conversation; a new one for none."""
    if not session:
        return uuid4().hex
    return salted_hmac("faq.search.dialogflow", session, algorithm="sha256").hexdigest()[
        :LONGEST_SESSION
    ]


def current() -> Link | None:
    """Return this process's link to the agent of the settings; None where there can be none."""
    return _link(settings.DIALOGFLOW_PROJECT, settings.DIALOGFLOW_KEY, settings.DIALOGFLOW_ENDPOINT)


@lru_cache(maxsize=1)
def _link(project: str, key: str, endpoint: str) -> Link | None:
    try:
        return Link(project, key, endpoint)
    except (ImportError, OSError, ValueError) as error:
        # manage.py has said so before (faq/checks.py); other servers start without asking.
        logger.error("Dialogflow cannot be asked, the embedded engine answers: %s", error)
        return None


def _is_answer(found: Matched, threshold: float) -> bool:
    return bool(found.text) and not found.is_fallback and found.confidence >= threshold


def _hit(found: Matched) -> Hit:
    return Hit(
        entry_id=0, title=found.intent, answer=found.text[:LONGEST_ANSWER], link="", category="",
        phrasing="", confidence=found.confidence, parts={},
    )  # fmt: skip
