"""The artifact cache: computed once, kept in an open format, handed back by key.

A full disk costs the caching, never the result: a value that cannot be stored is returned all the same, and
:attr:`ArtifactStore.write_failure` says why.
"""

from __future__ import annotations

import functools
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import diskcache
import numpy as np
import pandas as pd

from core.config import settings
from core.errors import StorageError
from core.store import codecs
from core.store.codecs import DamagedValueError, Envelope
from core.store.disk import open_cache
from core.types import SplitFrame

T = TypeVar("T")


@dataclass(frozen=True)
class Cached(Generic[T]):
    """A value with its key, the seconds that making it took, and whether it was read instead."""

    value: T
    key: str
    seconds: float
    hit: bool


@dataclass(frozen=True)
class _Codec(Generic[T]):
    name: str
    encode: Callable[[T], bytes]
    decode: Callable[[bytes], T]


def _encode_split(split: SplitFrame) -> bytes:
    """Two Parquet files behind the length of the first: dtypes survive an empty side."""
    train, test = codecs.encode_frame(split.train), codecs.encode_frame(split.test)
    return len(train).to_bytes(8, "little") + train + test


def _decode_split(data: bytes) -> SplitFrame:
    size = int.from_bytes(data[:8], "little")
    return SplitFrame(codecs.decode_frame(data[8 : 8 + size]), codecs.decode_frame(data[8 + size :]))


_FRAME: _Codec[pd.DataFrame] = _Codec("parq", codecs.encode_frame, codecs.decode_frame)
_ARRAY: _Codec[np.ndarray] = _Codec("npy ", codecs.encode_array, codecs.decode_array)
_JSON: _Codec[Any] = _Codec("json", codecs.encode_json, codecs.decode_json)
_SPLIT: _Codec[SplitFrame] = _Codec("2prq", _encode_split, _decode_split)
_BYTES: _Codec[bytes] = _Codec("raw ", bytes, bytes)


class ArtifactStore:
    """Artifacts under ``<root>/artifacts``; safe for threads and for several processes at once.

    Args:
        root: Cache folder; the configured one when None.

    Attributes:
        write_failure: Message of the last write that the disk refused, or None.
    """

    def __init__(self, root: Path | None = None) -> None:
        self.root = root or settings().cache_dir
        self._cache: diskcache.Cache = open_cache(self.root / "artifacts")
        self.write_failure: str | None = None

    def frame(self, key: str, compute: Callable[[], pd.DataFrame]) -> Cached[pd.DataFrame]:
        """The frame kept under ``key``, computed and kept when there is none."""
        return self._through(key, compute, _FRAME)

    def split_frame(self, key: str, compute: Callable[[], SplitFrame]) -> Cached[SplitFrame]:
        """Like :meth:`frame` for a train and a test frame together."""
        return self._through(key, compute, _SPLIT)

    def array(self, key: str, compute: Callable[[], np.ndarray]) -> Cached[np.ndarray]:
        """Like :meth:`frame` for an array without objects."""
        return self._through(key, compute, _ARRAY)

    def json(self, key: str, compute: Callable[[], Any]) -> Cached[Any]:
        """Like :meth:`frame` for a JSON value (no NaN)."""
        return self._through(key, compute, _JSON)

    def raw(self, key: str, compute: Callable[[], bytes]) -> Cached[bytes]:
        """Like :meth:`frame` for bytes that are already in an open format."""
        return self._through(key, compute, _BYTES)

    def find_frame(self, key: str) -> pd.DataFrame | None:
        """The frame kept under ``key``, or None."""
        found = self._read(key, _FRAME)
        return None if found is None else found.value

    def find_array(self, key: str) -> np.ndarray | None:
        """The array kept under ``key``, or None."""
        found = self._read(key, _ARRAY)
        return None if found is None else found.value

    def find_json(self, key: str) -> Any:
        """The JSON value kept under ``key``, or None."""
        found = self._read(key, _JSON)
        return None if found is None else found.value

    def find_raw(self, key: str) -> bytes | None:
        """The bytes kept under ``key``, or None."""
        found = self._read(key, _BYTES)
        return None if found is None else found.value

    def keep_array(self, key: str, value: np.ndarray) -> None:
        """Keep an array that was computed elsewhere, replacing what was there."""
        self._write(key, value, 0.0, _ARRAY)

    def keep_json(self, key: str, value: Any) -> None:
        """Keep a JSON value that was computed elsewhere, replacing what was there."""
        self._write(key, value, 0.0, _JSON)

    def has(self, key: str) -> bool:
        """True when something is kept under ``key``; it may still turn out damaged."""
        return key in self._cache

    def forget(self, key: str) -> None:
        """Drop what is kept under ``key``."""
        self._cache.delete(key)

    def size_bytes(self) -> int:
        """Bytes on disk, as the cache accounts for them."""
        return int(self._cache.volume())

    def close(self) -> None:
        """Close this thread's connection; the store opens it again when it is next used."""
        self._cache.close()

    def _through(self, key: str, compute: Callable[[], T], codec: _Codec[T]) -> Cached[T]:
        found = self._read(key, codec)
        if found is not None:
            return found
        started = time.perf_counter()
        value = compute()
        seconds = time.perf_counter() - started
        self._write(key, value, seconds, codec)
        return Cached(value, key, seconds, hit=False)

    def _read(self, key: str, codec: _Codec[T]) -> Cached[T] | None:
        try:
            data = self._cache.get(key)
            if data is None:
                return None
            envelope = codecs.unseal(data)
            if envelope.codec != codec.name:
                raise DamagedValueError(f"written as {envelope.codec}, read as {codec.name}")
        except (DamagedValueError, StorageError):
            self._cache.delete(key)
            return None
        except (OSError, sqlite3.Error, diskcache.Timeout):
            return None
        return Cached(codec.decode(envelope.payload), key, envelope.seconds, hit=True)

    def _write(self, key: str, value: T, seconds: float, codec: _Codec[T]) -> None:
        sealed = codecs.seal(Envelope(codec.name, seconds, codec.encode(value)))
        try:
            self._cache.set(key, sealed)
        except (OSError, sqlite3.Error, diskcache.Timeout) as error:
            self.write_failure = f"nothing more is cached: {error}. Free some space in {self.root}."


@functools.lru_cache(maxsize=8)
def _open(root: Path) -> ArtifactStore:
    return ArtifactStore(root)


def default_store() -> ArtifactStore:
    """The store in the configured cache folder, opened once a process."""
    return _open(settings().cache_dir)
