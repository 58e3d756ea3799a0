"""What a model remembers of the tokens that it has read, for several replies at once.

Written into buffers with room, since appending to it would copy everything at every step.
"""

from typing import Any

import torch

ROOM = 64  # places by which a buffer grows


class Layer:
    """One layer's keys and values, each [rows, heads, places, size]."""

    used = 0
    keys: Any
    values: Any
    room: list[Any]

    def append(self, keys: Any, values: Any) -> tuple[Any, Any]:
        """Puts those of new tokens behind the others; all of them."""
        if not self.used:
            self.set(keys, values)
            return self.keys, self.values
        end = self.used + keys.shape[-2]
        if end > self.room[0].shape[-2]:
            self.room = [with_room(part, end) for part in (self.keys, self.values)]
        for buffer, states in zip(self.room, (keys, values), strict=True):
            buffer[:, :, self.used : end] = states
        self.show(end)
        return self.keys, self.values

    def set(self, keys: Any, values: Any) -> None:
        """These and nothing else."""
        self.room = [keys, values]
        self.show(keys.shape[-2])

    def show(self, end: int) -> None:
        """So many of the places that were written, and nothing behind them."""
        self.used = end
        self.keys, self.values = (buffer[:, :, :end] for buffer in self.room)


class Memory:
    """The layers of a model."""

    def __init__(self, layers: list[Any]) -> None:
        self.layers = layers

    @property
    def used(self) -> int:
        """The places that are taken."""
        return int(self.layers[0].used)

    def forget(self, end: int) -> None:
        """What was read from that place on."""
        for layer in self.layers:
            layer.show(end)

    def keep(self, rows: list[int], start: int) -> None:
        """Only these rows go on, without the places before `start`."""
        for layer in self.layers:
            layer.set(layer.keys[rows, :, start:], layer.values[rows, :, start:])

    def add(self, other: "Memory") -> None:
        """Another's rows beside these, all ending at the same place."""
        wide = max(self.used, other.used)
        for mine, new in zip(self.layers, other.layers, strict=True):
            pairs = ((mine.keys, new.keys), (mine.values, new.values))
            mine.set(*(torch.cat([padded(part, wide, 2) for part in pair]) for pair in pairs))


def with_room(part: Any, end: int) -> Any:
    """A copy of [rows, heads, places, size] with places for more than `end`."""
    rows, heads, places, size = part.shape
    larger = part.new_empty((rows, heads, end + ROOM, size))
    larger[:, :, :places] = part
    return larger


def padded(part: Any, places: int, axis: int) -> Any:
    """The tensor with zeros before it along an axis, up to so many places."""
    missing = places - part.shape[axis]
    sides = [0, 0] * (part.dim() - axis - 1) + [missing, 0]
    return torch.nn.functional.pad(part, sides) if missing else part
