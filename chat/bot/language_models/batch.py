"""What waits for a model writes together: one step of the model is a token for everybody.

The weights are read from memory once a step, whoever takes part, so that eight replies cost
little more than one. A conversation joins between two steps and leaves when its reply ends or
nobody wants it any more; the others go on.
"""

import atexit
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chat.bot.language_model import Options, Stop

MOST = 8  # replies at once; more wait until one ends
CHUNK = 96  # tokens of a prompt read between two steps of those who write
LOOK = 0.05  # seconds between looks at `stop` while no token comes


@dataclass(slots=True, eq=False)
class Request:
    """One reply: its prompt, and the tokens that come of it; None ends them, an error as well."""

    prompt: list[int]
    options: Options
    tokens: "queue.SimpleQueue[int | BaseException | None]" = field(
        default_factory=queue.SimpleQueue
    )
    reply: list[int] = field(default_factory=list)
    read: int = 0  # tokens of the prompt that the model has read
    is_over: bool = False

    def put(self, token: int) -> None:
        self.reply.append(token)
        self.tokens.put(token)
        if not self.room:
            self.end()

    @property
    def room(self) -> int:
        """How many more tokens there may be."""
        return self.options.longest - len(self.reply)

    def end(self, why: BaseException | None = None) -> None:
        self.is_over = True
        self.tokens.put(why)


class Batch:
    """The model's one thread, and the replies that it writes at once."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self.waiting: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()
        # A thread inside torch at the interpreter's end takes the process down with an abort.
        atexit.register(self.close)

    def close(self) -> None:
        """Ends the thread after the step that it is in; whoever waits for a reply gets no more."""
        self._is_closed = True
        self.waiting.put(None)
        self._thread.join(5)

    def tokens(self, prompt: list[int], stop: Stop, options: Options) -> Iterator[int]:
        """The reply's tokens as they come; whoever stops asking for them ends the reply."""
        request = Request(prompt, options)
        self.waiting.put(request)
        try:
            while not stop():
                try:
                    token = request.tokens.get(timeout=LOOK)
                except queue.Empty:
                    continue
                if token is None:
                    return
                if isinstance(token, BaseException):
                    raise RuntimeError("The language model failed.") from token
                yield token
        finally:
            request.is_over = True

    def _run(self) -> None:
        from chat.bot.language_models.steps import Steps

        steps = Steps(self.model)
        while not self._is_closed:
            try:
                self._one_round(steps)
            except Exception as error:
                for request in steps.requests:
                    request.end(error)
                steps = Steps(self.model)

    def _one_round(self, steps: Any) -> None:
        """Whoever waits joins, the prompt of one is read a little further, all write a token."""
        while len(steps.requests) < min(MOST, self.model.most):
            try:
                request = self.waiting.get(block=not steps.requests)
            except queue.Empty:
                break
            if request is None:
                return
            steps.join(request)
        steps.leave()
        steps.read_on()
        steps.write()
