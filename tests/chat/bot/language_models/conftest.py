import threading

import pytest

from chat.bot import language_model
from tests.services.completions import CompletionsServer

QUESTION = [{"role": "user", "content": "What is the capital of France?"}]


def never():
    return False


@pytest.fixture
def language(settings, monkeypatch):
    """Make the process's model anew: language(LANGUAGE_MODEL=...)."""
    monkeypatch.setattr(language_model, "_models", {})

    def make(**changes):
        for name, value in changes.items():
            setattr(settings, name, value)
        return language_model.current()

    return make


@pytest.fixture
def server():
    """A server of completions that fails as it is told to."""
    with CompletionsServer() as running:
        yield running


class Writers:
    """Replies written at once, each by a thread of its own: what came, in order of arrival."""

    def __init__(self, model):
        self.model = model
        self.came: list[tuple[str, str]] = []
        self.threads: dict[str, threading.Thread] = {}

    def start(self, name, messages, stop=never, **how):
        def write():
            for piece in self.model.generate(messages, stop=stop, **how):
                self.came.append((name, piece))

        self.threads[name] = threading.Thread(target=write, daemon=True)
        self.threads[name].start()

    def text(self, name):
        return "".join(piece for who, piece in self.came if who == name)

    def join(self):
        for thread in self.threads.values():
            thread.join(60)
            assert not thread.is_alive()
