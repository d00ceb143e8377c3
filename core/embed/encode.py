"""The loop: load ahead in threads, encode in batches, save as it goes, stop cleanly at any batch.

What is pending is taken in a fixed order and saved at batch ends, so a run that goes on after a kill
sees the same batches as one that was left alone, and gives the same bytes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from core.config import settings
from core.embed.decode import DecodeFailure
from core.embed.prefetch import prefetch
from core.embed.spec import EncodeOptions
from core.embed.vectors import VectorCache
from core.types import BoolArray, Float32Array, ProgressFn

Loaded: TypeAlias = "Any | DecodeFailure"
_NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory", re.IGNORECASE)


@dataclass(frozen=True)
class Work:
    """What there is to encode.

    Attributes:
        noun: What the progress calls the items, e.g. ``"photos"``.
        contents: Content hashes, in the order in which they are encoded.
        load: Content hash to what ``encode`` takes, in a thread; a failure when there is nothing to encode.
        encode: A list of loaded items to unit vectors, shape ``(n, dim)``.
        batch_size: Items in one forward pass.
    """

    noun: str
    contents: Sequence[str]
    load: Callable[[str], Loaded]
    encode: Callable[[Sequence[Any]], Float32Array]
    batch_size: int


@dataclass
class Outcome:
    """What came of it, up to the last finished batch.

    Attributes:
        encoded: Items that have a vector now and had none.
        failures: Content hash to why there is no vector.
        seconds: Time in the loop.
        waited_s: Part of it spent waiting for the threads that load.
    """

    encoded: int = 0
    failures: dict[str, DecodeFailure] = field(default_factory=dict)
    seconds: float = 0.0
    waited_s: float = 0.0

    @property
    def items_per_second(self) -> float | None:
        return self.encoded / self.seconds if self.encoded and self.seconds > 0 else None

    @property
    def limit(self) -> str:
        """Which half of the machine the other waits for."""
        return "decoding" if self.waited_s > 0.5 * self.seconds else "computing"


def encode_all(work: Work, cache: VectorCache, options: EncodeOptions, report: ProgressFn) -> Outcome:
    """Encode everything that ``work`` holds into ``cache``.

    Raises:
        Cancelled: From ``report``, asked after each batch; what is finished is saved first.
        MemoryError: Not even one item fits; what is finished is saved first.
    """
    outcome, started = Outcome(), time.perf_counter()
    encode = Backoff(work.encode, work.batch_size)
    workers = options.workers or settings().threads
    loading = prefetch(work.contents, work.load, workers=workers, ahead=2 * work.batch_size + workers)
    try:
        with closing(loading):
            for first in range(0, len(work.contents), work.batch_size):
                contents = work.contents[first : first + work.batch_size]
                waiting_since = time.perf_counter()
                loaded = list(_take(loading, len(contents)))
                outcome.waited_s += time.perf_counter() - waiting_since
                _encode_batch(contents, loaded, encode, cache, outcome)
                outcome.seconds = time.perf_counter() - started
                if cache.due(options.save_every_s):
                    cache.save()
                _tell(report, work, first + len(contents), outcome)
    finally:
        cache.save()
    return outcome


def _take(loading: Iterator[Loaded], count: int) -> Iterator[Loaded]:
    for _ in range(count):
        yield next(loading)


def _encode_batch(
    contents: Sequence[str], loaded: Sequence[Loaded], encode: Backoff, cache: VectorCache, outcome: Outcome
) -> None:
    """Vectors for what was loaded, rows of NaN for what is no photo; what may go better next time is not kept."""
    good = [(content, item) for content, item in zip(contents, loaded, strict=True) if not _failed(item)]
    vectors = encode([item for _, item in good]) if good else np.empty((0, cache.space.dim), dtype=np.float32)
    finite: BoolArray = np.asarray(np.isfinite(vectors).all(axis=1), dtype=np.bool_)
    cache.add([content for (content, _), fine in zip(good, finite, strict=True) if fine], vectors[finite])
    outcome.encoded += int(finite.sum())
    for (content, _), fine in zip(good, finite, strict=True):
        if not fine:
            outcome.failures[content] = DecodeFailure("failed", "the model gave no finite vector")
    for content, item in zip(contents, loaded, strict=True):
        if isinstance(item, DecodeFailure):
            outcome.failures[content] = item
            if item.status == "unreadable":
                cache.add([content], np.full((1, cache.space.dim), np.nan, dtype=np.float32))


def _failed(item: Loaded) -> bool:
    return isinstance(item, DecodeFailure)


def _tell(report: ProgressFn, work: Work, done: int, outcome: Outcome) -> None:
    total = len(work.contents)
    rate = done / outcome.seconds if outcome.seconds > 0 else 0.0
    left_s = (total - done) / rate if rate > 0 else 0.0
    report(
        done / total,
        f"{work.noun}: {done:,} of {total:,}, {rate:,.1f} a second, {_duration(left_s)} left"
        f" ({outcome.limit} is the limit, {len(outcome.failures):,} failed)",
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Backoff:
    """Encodes a batch in parts of at most ``size``, and halves the size when memory runs out."""

    def __init__(self, encode: Callable[[Sequence[Any]], Float32Array], size: int) -> None:
        self._encode = encode
        self.size = size

    def __call__(self, items: Sequence[Any]) -> Float32Array:
        """Vectors of the items in their order.

        Raises:
            MemoryError: A single item does not fit.
        """
        parts: list[Float32Array] = []
        first = 0
        while first < len(items):
            try:
                parts.append(self._encode(items[first : first + self.size]))
            except (MemoryError, RuntimeError) as error:
                self._shrink(error)
                continue
            first += self.size
        return np.concatenate(parts)

    def _shrink(self, error: MemoryError | RuntimeError) -> None:
        if isinstance(error, RuntimeError) and not _NO_MEMORY.search(str(error)):
            raise error
        if self.size == 1:
            raise MemoryError("not even one item at a time fits into memory") from error
        self.size //= 2
        _free_memory()


def _free_memory() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
