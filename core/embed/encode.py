"""The loop: load ahead in threads, encode in batches on every device, save each batch, stop cleanly at any of them.

What is pending is taken in a fixed order and cut into batches before any device sees it, so a run that goes on after
a kill sees the same batches as one that was left alone, on one device or on several, and gives the same bytes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeAlias

import numpy as np

from core.config import settings
from core.embed.decode import DecodeFailure
from core.embed.gauge import Gauge, Pace
from core.embed.prefetch import prefetch
from core.embed.spec import EncodeOptions
from core.embed.vectors import VectorCache
from core.types import BoolArray, Float32Array, ProgressFn

Loaded: TypeAlias = "Any | DecodeFailure"
Encoder: TypeAlias = Callable[[Sequence[Any]], Float32Array]
# Above this share of idle time a device waits for photos more than for anything else that there is between batches.
DECODE_BOUND = 0.2
_NO_MEMORY = re.compile(r"out of memory|can't allocate memory|not enough memory", re.IGNORECASE)


@dataclass(frozen=True)
class Work:
    """What there is to encode.

    Attributes:
        noun: What the progress calls the items, e.g. ``"photos"``.
        contents: Content hashes, in the order in which they are encoded.
        load: Content hash to what the encoders take, in a thread; a failure when there is nothing to encode.
        encoders: One or more for each device, equal in what they give: a list of loaded items to unit vectors, shape
            ``(n, dim)``. Each is called in one thread at a time.
        batch_size: Items in one forward pass.
    """

    noun: str
    contents: Sequence[str]
    load: Callable[[str], Loaded]
    encoders: Sequence[Encoder]
    batch_size: int


@dataclass
class Outcome:
    """What came of it, up to the last finished batch.

    Attributes:
        encoded: Items that have a vector now and had none.
        failures: Content hash to why there is no vector.
        seconds: Time in the loop.
        waited_s: Part of it that the devices spent without a batch, on average over them.
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
        return "decoding" if self.waited_s > DECODE_BOUND * self.seconds else "computing"


@dataclass(frozen=True)
class _Batch:
    """Some contents with what was loaded of them; with their vectors and the seconds those took, once encoded."""

    contents: Sequence[str]
    loaded: Sequence[Loaded]
    vectors: Float32Array | None = None
    seconds: float = 0.0

    @property
    def good(self) -> list[tuple[str, Any]]:
        pairs = zip(self.contents, self.loaded, strict=True)
        return [(content, item) for content, item in pairs if not isinstance(item, DecodeFailure)]


def encode_all(work: Work, cache: VectorCache, options: EncodeOptions, report: ProgressFn) -> Outcome:
    """Encode everything that ``work`` holds into ``cache``.

    Raises:
        Cancelled: From ``report``, asked after each batch; what is finished is saved by then.
        MemoryError: Not even one item fits; what is finished is saved by then.
    """
    outcome, started, busy_s, done = Outcome(), time.perf_counter(), 0.0, 0
    hands = len(work.encoders)
    workers = options.workers or settings().threads
    loading = prefetch(work.contents, work.load, workers=workers, ahead=hands * work.batch_size + workers)
    # One batch waits for each device, so that it goes on while the one before is saved.
    encoding = prefetch(_batches(work, loading), _encoder(work), workers=hands, ahead=hands)
    pace = Pace(started)
    try:
        with closing(loading), closing(encoding):
            for batch in encoding:
                _keep(batch, cache, outcome)
                busy_s, done, now = busy_s + batch.seconds, done + len(batch.contents), time.perf_counter()
                outcome.seconds = now - started
                outcome.waited_s = max(0.0, outcome.seconds - busy_s / hands)
                _tell(report, work, done, outcome, pace.rate(now, done))
    finally:
        cache.merge()
    return outcome


def _batches(work: Work, loading: Iterator[Loaded]) -> Iterator[_Batch]:
    for first in range(0, len(work.contents), work.batch_size):
        contents = work.contents[first : first + work.batch_size]
        yield _Batch(contents, [next(loading) for _ in contents])


def _encoder(work: Work) -> Callable[[_Batch], _Batch]:
    """Encodes a batch on whichever device is free."""
    free: SimpleQueue[Backoff] = SimpleQueue()
    for encode in work.encoders:
        free.put(Backoff(encode, work.batch_size))

    def encode_batch(batch: _Batch) -> _Batch:
        items = [item for _, item in batch.good]
        device = free.get()
        started = time.perf_counter()
        try:
            vectors = device(items) if items else None
        finally:
            free.put(device)
        # Without the photos, which need their memory no longer.
        slim = [item if isinstance(item, DecodeFailure) else None for item in batch.loaded]
        return _Batch(batch.contents, slim, vectors, time.perf_counter() - started)

    return encode_batch


def _keep(batch: _Batch, cache: VectorCache, outcome: Outcome) -> None:
    """Save the vectors, and rows of NaN for what is no photo; what may go better next time is not kept."""
    good = [content for content, _ in batch.good]
    vectors = batch.vectors if batch.vectors is not None else np.empty((0, cache.space.dim), dtype=np.float32)
    finite: BoolArray = np.asarray(np.isfinite(vectors).all(axis=1), dtype=np.bool_)
    cache.add([content for content, fine in zip(good, finite, strict=True) if fine], vectors[finite])
    outcome.encoded += int(finite.sum())
    for content, fine in zip(good, finite, strict=True):
        if not fine:
            outcome.failures[content] = DecodeFailure("failed", "the model gave no finite vector")
    for content, item in zip(batch.contents, batch.loaded, strict=True):
        if isinstance(item, DecodeFailure):
            outcome.failures[content] = item
            if item.status == "unreadable":
                cache.add([content], np.full((1, cache.space.dim), np.nan, dtype=np.float32))
    cache.save()


def _tell(report: ProgressFn, work: Work, done: int, outcome: Outcome, rate: float) -> None:
    total = len(work.contents)
    left_s = (total - done) / rate if rate > 0 else 0.0
    gauge = Gauge(work.noun, done, total, rate, left_s, outcome.limit, len(outcome.failures))
    report(done / total, gauge.words())


class Backoff:
    """Encodes a batch in parts of at most ``size``, and halves the size when memory runs out."""

    def __init__(self, encode: Encoder, size: int) -> None:
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
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
