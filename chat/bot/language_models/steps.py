"""The steps of a causal model for several replies at once, each at its own place.

The replies are rows that end together: a shorter one has empty places before it, which the mask
hides. A reply that is written alone is guessed some tokens ahead, and one step says how many of
them are right: what a model would write next, it has often read before.
"""

from typing import Any, Protocol

import torch

from chat.bot.language_models.batch import CHUNK, Request
from chat.bot.language_models.memory import padded

AHEAD = 4  # tokens guessed at a step
LEAST_ALIKE = 16  # tokens with which a prompt begins as the last one did, to be worth it


class Model(Protocol):
    """What computes tokens: of `most` replies at once, each of at most `longest` tokens.

    `ends` are the ids at which its replies end, one, several or None.
    """

    most: int
    longest: int
    ends: Any

    def memory(self) -> Any:
        """An empty memory, one of chat.bot.language_models.memory where `most` is more than one."""
        ...

    def logits(
        self, tokens: Any, memory: Any, mask: Any = None, places: Any = None, last: int = 1
    ) -> Any:
        """The scores [rows, last, vocabulary] of what comes after each of the `last` tokens of
        tokens [rows, new], and remembers all of them.

        `mask` [rows, old + new] is 0 at the empty places of a memory, `places` [rows, new] are
        the tokens' own; without them all is one reply's.
        """
        ...


class Steps:
    """Rows of replies under way, and the one whose prompt is being read. For one thread."""

    def __init__(self, model: Model) -> None:
        torch.set_num_threads(1)  # a thread's own setting; two take the event loop's core
        self.model = model
        self.joining: list[Request] = []
        self.rows: list[Request] = []
        self.begun: Any = None  # the memory of the prompt that is being read
        self.read_last: tuple[list[int], list[Any]] = ([], [])  # a prompt, and what is left of it
        self.memory: Any = None  # that of the rows, with their mask and newest tokens
        self.mask: Any = None
        self.newest: Any = None

    @property
    def requests(self) -> list[Request]:
        return [*self.joining, *self.rows]

    def join(self, request: Request) -> None:
        self.joining.append(request)

    def leave(self) -> None:
        """Lets go whoever is over."""
        if self.joining and self.joining[0].is_over:
            self.begun = None
        self.joining = [request for request in self.joining if not request.is_over]
        kept = [i for i, request in enumerate(self.rows) if not request.is_over]
        if len(kept) == len(self.rows):
            return
        self.rows = [self.rows[i] for i in kept]
        if not kept:
            self.memory = None
            return
        mask = self.mask[kept]
        start = int(mask.long().argmax(dim=1).min())  # places that are empty in all of them
        self.mask, self.newest = mask[:, start:], self.newest[kept]
        self.memory.keep(kept, start)

    @torch.inference_mode()
    def read_on(self) -> None:
        """Reads the next part of the first prompt that waits; read through, it joins the rows."""
        if not self.joining:
            return
        request = self.joining[0]
        if self.begun is None:
            self.begun = self._begin(request)
        part = request.prompt[request.read : request.read + CHUNK]
        logits = self.model.logits(torch.tensor([part]), self.begun)
        request.read += len(part)
        if request.read >= len(request.prompt):
            self.joining.pop(0)
            memory, self.begun = self.begun, None
            if self.model.most > 1:
                parts = [(layer.keys, layer.values) for layer in memory.layers]
                self.read_last = (request.prompt, parts)
            token = chosen(logits[:, -1], [request])
            request.put(int(token))
            self._add(request, memory, token)

    @torch.inference_mode()
    def write(self) -> None:
        """One token for every row, or several for the only one."""
        if not self.rows:
            return
        if guess := self._guess():
            self._write_ahead(self.rows[0], guess)
            return
        self.mask = torch.nn.functional.pad(self.mask, (0, 1), value=1)
        places = self.mask.sum(dim=1, keepdim=True) - 1
        logits = self.model.logits(self.newest, self.memory, self.mask, places)
        self.newest = chosen(logits[:, -1], self.rows)
        for request, token in zip(self.rows, self.newest.flatten().tolist(), strict=True):
            request.put(token)

    def _guess(self) -> list[int]:
        """What may come after the newest token, where that is quick to check."""
        only = self.rows[0]
        if len(self.rows) > 1 or self.model.most == 1 or only.options.temperature > 0:
            return []
        return guessed([*only.prompt, *only.reply], min(AHEAD, only.room - 1))

    def _write_ahead(self, request: Request, guess: list[int]) -> None:
        """The newest token and the guess are read at once: what is right of it, and one more."""
        places = self.memory.used
        tokens = torch.tensor([[*self.newest.flatten().tolist(), *guess]])
        logits = self.model.logits(tokens, self.memory, last=tokens.shape[1])
        best = logits[0].argmax(dim=-1).tolist()
        written = best[: alike(guess, best) + 1]
        self.memory.forget(places + len(written))
        self.mask = torch.nn.functional.pad(self.mask, (0, len(written)), value=1)
        self.newest = torch.tensor([written[-1:]])
        for token in written:
            request.put(token)

    def _begin(self, request: Request) -> Any:
        """A memory that begins as the last prompt did, which had the same instructions."""
        memory = self.model.memory()
        prompt, parts = self.read_last
        # The last token is always read: the first of the reply comes of it.
        same = min(alike(prompt, request.prompt), len(request.prompt) - 1)
        if same >= LEAST_ALIKE:
            for layer, (keys, values) in zip(memory.layers, parts, strict=True):
                layer.set(keys[:, :, :same], values[:, :, :same])
            request.read = same
        return memory

    def _add(self, request: Request, memory: Any, token: Any) -> None:
        """A row beside the others, all ending at the same place."""
        self.rows.append(request)
        width = len(request.prompt)
        mask = torch.ones((1, width), dtype=torch.long)
        if self.memory is None:
            self.memory, self.mask, self.newest = memory, mask, token
            return
        wide = max(width, self.mask.shape[1])
        self.mask = torch.cat([padded(self.mask, wide, 1), padded(mask, wide, 1)])
        self.newest = torch.cat([self.newest, token])
        self.memory.add(memory)


def alike(one: list[int], other: list[int]) -> int:
    """With how many equal tokens two prompts begin."""
    pairs = zip(one, other, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def guessed(tokens: list[int], most: int) -> list[int]:
    """At most so many tokens: what followed when the last three, or two, were there before.

    Saxena, "Prompt Lookup Decoding" (2023).
    """
    for size in (3, 2):
        last, before = tokens[-size:], len(tokens) - size
        for place in range(before - 1, -1, -1):
            if tokens[place] == last[0] and tokens[place : place + size] == last:
                return tokens[place + size : place + size + most]
    return []


def chosen(logits: Any, requests: list[Request]) -> Any:
    """The next token of each row [rows, 1]: the likeliest, or drawn where a reply is to be free."""
    best = logits.argmax(dim=-1, keepdim=True)
    for row, request in enumerate(requests):
        if request.options.temperature > 0:
            odds = torch.softmax(logits[row] / request.options.temperature, dim=-1)
            best[row] = torch.multinomial(odds, 1)
    return best
