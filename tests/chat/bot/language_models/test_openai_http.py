import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from chat.bot.language_model import Options
from chat.bot.language_models import openai_http
from chat.bot.language_models.embedded import EMBEDDED
from chat.bot.language_models.openai_http import ServerFailed
from tests.chat.bot.language_models.conftest import QUESTION, Writers, never
from tests.services.completions import WORDS
from tests.services.patience import EVENTUALLY, within
from tests.services.ports import free_port


@pytest.fixture
def reply(language, server, settings):
    """What the model of that name on the small server writes."""

    def written(name, stop=never, **how):
        settings.LANGUAGE_MODEL_URL, settings.LANGUAGE_MODEL_KEY = server.url, "sk-secret"
        return language(LANGUAGE_MODEL=name).generate(QUESTION, stop=stop, **how)

    return written


@pytest.mark.parametrize("name", ["fine", "no-done", "busy-twice", "hangs-up-once"])
def test_the_reply_comes_in_its_pieces(reply, name):
    assert list(reply(name)) == WORDS


def test_a_server_that_does_not_stream_answers_at_once(reply):
    assert list(reply("at-once")) == ["".join(WORDS)]


def test_it_is_asked_with_key_model_messages_and_options(reply, server):
    list(reply("fine", options=Options(longest=9, temperature=0.5)))
    assert server.keys == ["Bearer sk-secret"]
    assert server.asked == [
        {
            "model": "fine",
            "messages": QUESTION,
            "stream": True,
            "max_tokens": 9,
            "temperature": 0.5,
        }
    ]


@pytest.mark.parametrize(
    ("name", "asked"), [("error-500", 3), ("error-401", 1), ("nothing", 1), ("garbage", 1)]
)
def test_what_a_server_gets_wrong_is_a_failure_without_its_words(reply, server, name, asked):
    with pytest.raises(ServerFailed) as caught:
        list(reply(name))
    assert len(server.asked) == asked
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["cut", "error-in-stream"])
def test_what_came_before_a_break_is_there_and_it_is_not_asked_again(reply, server, name):
    came = []
    with pytest.raises((httpx.TransportError, ServerFailed)):
        came.extend(reply(name))
    assert came
    assert came == WORDS[: len(came)]
    assert len(server.asked) == 1


@pytest.mark.parametrize("name", ["silent", "falls-silent"])
def test_a_silence_is_a_failure_after_a_while(reply, monkeypatch, name):
    monkeypatch.setattr(openai_http, "TIMEOUT", httpx.Timeout(0.2))
    monkeypatch.setattr(openai_http, "PAUSE", 0.01)
    with pytest.raises(httpx.ReadTimeout):
        list(reply(name))


def test_nobody_at_the_address_is_a_failure(language, settings):
    settings.LANGUAGE_MODEL_URL = f"http://127.0.0.1:{free_port()}/v1"
    with pytest.raises(httpx.ConnectError):
        list(language(LANGUAGE_MODEL="any").generate(QUESTION, stop=never))


@pytest.mark.parametrize("name", ["silent", "endless", "falls-silent"])
def test_a_stop_ends_it_at_once_and_hangs_up(reply, server, name):
    stopped = []
    pieces = reply(name, stop=lambda: bool(stopped))
    if name != "silent":
        next(pieces)
    stopped.append(time.monotonic())
    assert list(pieces) in ([], [" and"])
    assert time.monotonic() - stopped[0] < within(0.2)
    assert name == "silent" or server.gone.wait(EVENTUALLY)


def test_a_reply_that_nobody_reads_on_is_hung_up(reply, server):
    pieces = reply("endless")
    next(pieces)
    pieces.close()
    assert server.gone.wait(EVENTUALLY)


def test_several_are_asked_at_once(reply, server, language):
    writers = Writers(language(LANGUAGE_MODEL="endless", LANGUAGE_MODEL_URL=server.url))
    stopped = []
    for name in ("one", "two"):
        writers.start(name, QUESTION, lambda: bool(stopped))
    deadline = time.monotonic() + EVENTUALLY
    while len({name for name, _ in writers.came}) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    stopped.append(True)
    writers.join()


# ── a real server ──


@pytest.fixture(scope="module")
def transformers_serve(models):
    """The address of `transformers serve` with the embedded weights."""
    port = free_port()
    program = Path(sys.executable).with_name("transformers")
    command = [program, "serve", models / EMBEDDED, "--device", "cpu", "--dtype", "float32"]
    command += ["--host", "127.0.0.1", "--port", port]
    running = subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
    )
    try:
        deadline = time.monotonic() + 2 * EVENTUALLY  # it imports for half a minute
        while not answers(f"http://127.0.0.1:{port}/health"):
            assert running.poll() is None, running.stdout.read().decode()[-2000:]
            assert time.monotonic() < deadline, "transformers serve does not answer"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        running.kill()
        running.wait()
        running.stdout.close()


def answers(address):
    try:
        return httpx.get(address).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.long
@pytest.mark.server
def test_a_real_server_streams_what_the_model_says_here_too(
    transformers_serve, language, models, settings
):
    model = language(LANGUAGE_MODEL=str(models / EMBEDDED), LANGUAGE_MODEL_URL=transformers_serve)
    assert type(model).__name__ == "OpenAIModel"
    pieces = list(model.generate(QUESTION, stop=never))
    assert "".join(pieces) == "The capital of France is Paris."
    assert len(pieces) > 3


@pytest.mark.long
@pytest.mark.server
def test_a_real_server_is_stopped_in_mid_reply(transformers_serve, language, models):
    model = language(LANGUAGE_MODEL=str(models / EMBEDDED), LANGUAGE_MODEL_URL=transformers_serve)
    story = [{"role": "user", "content": "Tell me a long story."}]
    pieces = model.generate(story, stop=never, options=Options(longest=400))
    next(pieces)
    started = time.monotonic()
    pieces.close()
    assert time.monotonic() - started < within(0.2)
    assert "".join(model.generate(QUESTION, stop=never)) == "The capital of France is Paris."
