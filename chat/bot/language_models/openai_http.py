"""A server with OpenAI's chat completions: OpenRouter, vLLM, `transformers serve` and others.

The requests of all conversations share one event loop in a thread of its own, so that each can be
cancelled in the middle of a silence.
"""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from typing import Any

import httpx
import msgspec
from django.conf import settings

from chat.bot.language_model import DEFAULTS, Messages, Options, Stop

LOOK = 0.05  # seconds between looks at `stop` while nothing comes
TRIES = 3
PAUSE = 0.3  # seconds before the second try, thrice that before the third
LONGEST_PAUSE = 2.0  # what a server may ask for by Retry-After
TRY_AGAIN = {408, 409, 425, 429, 500, 502, 503, 504}
TIMEOUT = httpx.Timeout(10.0, connect=4.0)
END = None


class ServerFailed(Exception):
    """The server said no, or nothing of use. Its text holds no key and nobody's words."""


class OpenAIModel:
    """A model by its name on the server at settings.LANGUAGE_MODEL_URL."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.address = settings.LANGUAGE_MODEL_URL.rstrip("/") + "/chat/completions"
        key = settings.LANGUAGE_MODEL_KEY
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, name="model-http", daemon=True).start()
        self.client: httpx.AsyncClient | None = None

    def generate(
        self, messages: Messages, *, stop: Stop, options: Options = DEFAULTS
    ) -> Iterator[str]:
        """See LanguageModel. Raises ServerFailed, or what httpx raises."""
        pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        asked = self._request(messages, options)
        request = asyncio.run_coroutine_threadsafe(self._read(asked, pieces), self.loop)
        request.add_done_callback(lambda done: pieces.put(END))
        try:
            yield from _until_end(pieces, stop)
            if request.done() and not request.cancelled():
                _raise_if_failed(request)
        finally:
            request.cancel()

    def _request(self, messages: Messages, options: Options) -> dict[str, Any]:
        return {
            "model": self.name,
            "messages": list(messages),
            "stream": True,
            "max_tokens": options.longest,
            "temperature": options.temperature,
        }

    async def _read(self, asked: dict[str, Any], pieces: "queue.SimpleQueue[str | None]") -> None:
        """Puts the reply's pieces; tries again while nothing has come."""
        for trial in range(TRIES):
            has_begun = False
            try:
                async for piece in self._stream(asked):
                    has_begun = True
                    pieces.put(piece)
                return
            except (httpx.TransportError, _Busy) as error:
                if has_begun or trial == TRIES - 1:
                    raise
                wanted = error.pause if isinstance(error, _Busy) else 0.0
                await asyncio.sleep(min(LONGEST_PAUSE, max(wanted, PAUSE * 3**trial)))

    async def _stream(self, asked: dict[str, Any]) -> AsyncIterator[str]:
        if self.client is None:
            self.client = httpx.AsyncClient(headers=self.headers, timeout=TIMEOUT)
        async with self.client.stream("POST", self.address, json=asked) as response:
            if response.status_code in TRY_AGAIN:
                raise _Busy(response)
            if response.status_code != 200:
                raise ServerFailed(f"The model's server answered {response.status_code}.")
            if "json" in response.headers.get("content-type", ""):
                yield _text(msgspec.json.decode(await response.aread()), "message")
                return
            has_spoken = False
            async for line in response.aiter_lines():
                data = line.removeprefix("data:").strip() if line.startswith("data:") else ""
                if data == "[DONE]":
                    return
                if data and (piece := _text(_decoded(data), "delta")):
                    has_spoken = True
                    yield piece
            # Without [DONE]: what came is taken for the whole, nothing at all is no reply.
            if not has_spoken:
                raise ServerFailed("The model's server ended without a word.")


class _Busy(ServerFailed):
    """The server is busy or broken for a moment; it may say how long."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"The model's server answered {response.status_code}.")
        wanted = response.headers.get("retry-after", "")
        self.pause = float(wanted) if wanted.isdecimal() else 0.0


def _until_end(pieces: "queue.SimpleQueue[str | None]", stop: Stop) -> Iterator[str]:
    while not stop():
        try:
            piece = pieces.get(timeout=LOOK)
        except queue.Empty:
            continue
        if piece is END:
            return
        yield piece


def _raise_if_failed(request: "Future[None]") -> None:
    if error := request.exception():
        raise error


def _decoded(data: str) -> Any:
    try:
        return msgspec.json.decode(data)
    except msgspec.DecodeError as error:
        raise ServerFailed("The model's server sent what is not JSON.") from error


def _text(answer: Any, part: str) -> str:
    """The text in an answer's first choice, "" where it has none; ServerFailed for an error."""
    if not isinstance(answer, dict) or answer.get("error"):
        raise ServerFailed("The model's server reports an error.")
    choices = answer.get("choices") or [{}]
    return (choices[0].get(part) or {}).get("content") or ""
