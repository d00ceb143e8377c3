"""What is worth keeping in memory between two requests, within a bound of bytes: the least recently used goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

V = TypeVar("V")


class Bounded(Generic[V]):
    """Values by key; safe for threads.

    Two threads that miss one key at the same time both make its value, and the first one's stays: a value is a function
    of its key.

    Args:
        max_bytes: What all values together may weigh. One that is heavier alone is handed out and not kept.
        weigh: Bytes of a value.
    """

    def __init__(self, max_bytes: int, weigh: Callable[[V], int]) -> None:
        self._max_bytes, self._weigh = max_bytes, weigh
        self._held: OrderedDict[tuple[str, ...], tuple[V, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def held_bytes(self) -> int:
        """What is held now."""
        return self._bytes

    def find(self, key: tuple[str, ...]) -> V | None:
        """The value under ``key``, or None."""
        with self._lock:
            found = self._held.get(key)
            if found is None:
                return None
            self._held.move_to_end(key)
            return found[0]

    def get(self, key: tuple[str, ...], make: Callable[[], V]) -> V:
        """The value under ``key``, made and kept when there is none."""
        found = self.find(key)
        if found is not None:
            return found
        value = make()
        size = self._weigh(value)
        with self._lock:
            if key in self._held:
                return self._held[key][0]
            if size <= self._max_bytes:
                self._held[key] = (value, size)
                self._bytes += size
                while self._bytes > self._max_bytes:
                    _, (_, dropped) = self._held.popitem(last=False)
                    self._bytes -= dropped
        return value

    def clear(self) -> None:
        """Let go of everything."""
        with self._lock:
            self._held.clear()
            self._bytes = 0
