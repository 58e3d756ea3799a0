"""The language model: messages in, pieces of a reply out. Knows nothing of conversations.

This is all that the bot sees of one. The providers stand in chat/bot/language_models: the
embedded model, any that transformers can load, and servers that speak OpenAI's API.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

MAX_NEW_TOKENS = 64

Messages = Sequence[dict[str, str]]
Stop = Callable[[], bool]


class Unavailable(Exception):
    """There is no model, by setting or not yet: not a failure, the bot does without."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a reply is written: at most so many tokens, and how freely (0: the likeliest words)."""

    longest: int = MAX_NEW_TOKENS
    temperature: float = 0.0


DEFAULTS = Options()


class LanguageModel(Protocol):
    """A provider: made with a model's name, once a process, and asked from many threads at once."""

    def __init__(self, name: str) -> None:
        """Loads the model, or finds out how to reach it. Raises Unavailable, or anything."""
        ...

    def generate(
        self, messages: Messages, *, stop: Stop, options: Options = DEFAULTS
    ) -> Iterator[str]:
        """The reply to `messages` ({"role": system|user|assistant, "content"}), piece by piece.

        Ends within 0.1 s of `stop()` being true. Raises anything when it fails.
        """
        ...


_models: dict[tuple[str, str], LanguageModel] = {}
_loading = threading.Lock()


def current(name: str = "") -> LanguageModel:
    """The model of that name, by default the desk's, loaded at the first call that finds it.

    Names are those of settings.LANGUAGE_MODEL. Raises Unavailable where there is none (yet): the
    next call looks again.
    """
    name = name or settings.LANGUAGE_MODEL
    if name == "none":
        raise Unavailable("HELPDESK_LANGUAGE_MODEL is none.")
    key = (provider(name), name)
    with _loading:
        if key not in _models:
            _models[key] = import_string(key[0])(name)
        return _models[key]


def provider(name: str) -> str:
    """The dotted name of the class through which the model of that name is had."""
    if settings.LANGUAGE_MODEL_PROVIDER:
        return settings.LANGUAGE_MODEL_PROVIDER
    folder = "chat.bot.language_models"
    if name == "embedded":
        return f"{folder}.embedded.EmbeddedModel"
    if settings.LANGUAGE_MODEL_URL:
        return f"{folder}.openai_http.OpenAIModel"
    return f"{folder}.transformers_model.TransformersModel"
