"""What must be right before a desk starts with an engine that is not built in."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error

from faq.search import dialogflow

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def dialogflow_settings(**options: Any) -> list[CheckMessage]:
    """Return what keeps the chosen engine from a live Dialogflow agent, a line each."""
    if settings.FAQ_ENGINE != dialogflow.NAME:
        return []
    return [
        Error(f"HELPDESK_FAQ_ENGINE=dialogflow: {wrong}", id=f"faq.E{number:03}")
        for number, wrong in _wrong()
    ]


def _wrong() -> Iterator[tuple[int, str]]:
    if not _is_installed("google.cloud.dialogflow_v2"):
        yield 1, "run pip install -r requirements-dialogflow.txt"
    if not re.fullmatch(r"[a-z][a-z0-9-]{4,61}[a-z0-9]", settings.DIALOGFLOW_PROJECT):
        yield 2, "HELPDESK_DIALOGFLOW_PROJECT must be the id of the agent's Google Cloud project"
    endpoint = urlsplit(settings.DIALOGFLOW_ENDPOINT)
    if endpoint.scheme == "http":
        # Without encryption and without a key: for an agent on this machine, as in tests.
        if endpoint.hostname not in LOOPBACK:
            yield 3, "HELPDESK_DIALOGFLOW_ENDPOINT may begin with http:// on this machine only"
    elif not re.fullmatch(r"[\w.-]+(:\d+)?", settings.DIALOGFLOW_ENDPOINT):
        yield 3, "HELPDESK_DIALOGFLOW_ENDPOINT must be a host like dialogflow.googleapis.com"
    elif not _is_key(Path(settings.DIALOGFLOW_KEY)):
        yield 4, "HELPDESK_DIALOGFLOW_KEY must be the path of a service account's JSON key file"


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _is_key(path: Path) -> bool:
    try:
        key = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(key, dict) and "private_key" in key
