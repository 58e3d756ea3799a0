"""The steps of a causal model for several replies at once, each at its own place.

The replies are rows that end together: a shorter one has empty places before it, which the mask
hides. What the model remembers of each token is written into buffers with room, since appending
it would copy everything at every step.
"""

from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from chat.bot.language_models.batch import CHUNK, Request

ROOM = 64  # places by which a buffer grows


class Layer(DynamicLayer):
    """One layer's memory [rows, heads, places, size], appended to in place."""

    used = 0
    keys: Any
    values: Any
    room: list[Any]

    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
            self.set(key_states, value_states)
        else:
            end = self.used + key_states.shape[-2]
            if end > self.room[0].shape[-2]:
                self.room = [with_room(part, end) for part in (self.keys, self.values)]
            for buffer, states in zip(self.room, (key_states, value_states), strict=True):
                buffer[:, :, self.used : end] = states
            self.show(end)
        return self.keys, self.values

    def set(self, keys: Any, values: Any) -> None:
        """These and nothing else."""
        self.is_initialized = True
        self.device = keys.device
        self.room = [keys, values]
        self.show(keys.shape[-2])

    def show(self, end: int) -> None:
        self.used = end
        self.keys, self.values = (buffer[:, :, :end] for buffer in self.room)


def with_room(part: Any, end: int) -> Any:
    """A copy of [rows, heads, places, size] with places for more than `end`."""
    rows, heads, places, size = part.shape
    larger = part.new_empty((rows, heads, end + ROOM, size))
    larger[:, :, :places] = part
    return larger


class Steps:
    """Rows of replies under way, and the one whose prompt is being read. For one thread."""

    def __init__(self, model: Any) -> None:
        torch.set_num_threads(1)  # a thread's own setting; two take the event loop's core
        self.model = model
        layers = DynamicCache(config=model.config).layers
        self.layers = len(layers)
        # Windows and states of other kinds cannot be put side by side.
        self.most = 2**31 if all(type(layer) is DynamicLayer for layer in layers) else 1
        self.joining: list[Request] = []
        self.rows: list[Request] = []
        self.begun: Any = None  # the memory of the prompt that is being read
        self.cache: Any = None  # that of the rows, with their mask and newest tokens
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
            self.cache = None
            return
        mask = self.mask[kept]
        start = int(mask.long().argmax(dim=1).min())  # places that are empty in all of them
        self.mask, self.newest = mask[:, start:], self.newest[kept]
        for layer in self.cache.layers:
            layer.set(layer.keys[kept, :, start:], layer.values[kept, :, start:])

    @torch.inference_mode()
    def read_on(self) -> None:
        """Reads the next part of the first prompt that waits; read through, it joins the rows."""
        if not self.joining:
            return
        request = self.joining[0]
        self.begun = self.begun or self._empty_cache()
        part = request.prompt[request.read : request.read + CHUNK]
        out = self.model(input_ids=torch.tensor([part]), cache=self.begun, logits_to_keep=1)
        request.read += len(part)
        if request.read >= len(request.prompt):
            self.joining.pop(0)
            cache, self.begun = self.begun, None
            token = chosen(out.logits[:, -1], [request])
            request.put(int(token))
            self._add(request, cache, token)

    @torch.inference_mode()
    def write(self) -> None:
        """One token for every row."""
        if not self.rows:
            return
        self.mask = torch.nn.functional.pad(self.mask, (0, 1), value=1)
        places = self.mask.sum(dim=1, keepdim=True) - 1
        out = self.model(
            input_ids=self.newest,
            attention_mask=self.mask,
            position_ids=places,
            cache=self.cache,
        )
        self.newest = chosen(out.logits[:, -1], self.rows)
        for request, token in zip(self.rows, self.newest.flatten().tolist(), strict=True):
            request.put(token)

    def _add(self, request: Request, cache: Any, token: Any) -> None:
        """A row beside the others, all ending at the same place."""
        self.rows.append(request)
        width = len(request.prompt)
        mask = torch.ones((1, width), dtype=torch.long)
        if self.cache is None:
            self.cache, self.mask, self.newest = cache, mask, token
            return
        wide = max(width, self.mask.shape[1])
        self.mask = torch.cat([padded(self.mask, wide, 1), padded(mask, wide, 1)])
        self.newest = torch.cat([self.newest, token])
        for mine, new in zip(self.cache.layers, cache.layers, strict=True):
            pairs = ((mine.keys, new.keys), (mine.values, new.values))
            mine.set(*(torch.cat([padded(part, wide, 2) for part in pair]) for pair in pairs))

    def _empty_cache(self) -> Any:
        if self.most == 1:
            return DynamicCache(config=self.model.config)
        cache = DynamicCache()
        cache.layers = [Layer() for _ in range(self.layers)]
        return cache


def padded(part: Any, places: int, axis: int) -> Any:
    """The tensor with zeros before it along an axis, up to so many places."""
    missing = places - part.shape[axis]
    sides = [0, 0] * (part.dim() - axis - 1) + [missing, 0]
    return torch.nn.functional.pad(part, sides) if missing else part


def chosen(logits: Any, requests: list[Request]) -> Any:
    """The next token of each row [rows, 1]: the likeliest, or drawn where a reply is to be free."""
    best = logits.argmax(dim=-1, keepdim=True)
    for row, request in enumerate(requests):
        if request.options.temperature > 0:
            odds = torch.softmax(logits[row] / request.options.temperature, dim=-1)
            best[row] = torch.multinomial(odds, 1)
    return best
