"""The disk cache under the artifacts: diskcache with a ``Disk`` that holds bytes and refuses pickles."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import diskcache
from diskcache.core import MODE_BINARY, MODE_RAW

from core.errors import StorageError

SIZE_LIMIT_BYTES = 1 << 42
MIN_FILE_BYTES = 1 << 14
LOCK_SECONDS = 60.0


class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache ships no types
    """Keys are text, values are bytes; anything else is refused on the way in and on the way out."""

    def put(self, key: Any) -> tuple[Any, bool]:
        if not isinstance(key, str):
            raise TypeError("cache keys are str")
        return key, True

    def get(self, key: Any, raw: bool) -> Any:
        if not raw:
            raise StorageError("the cache holds a pickled key; it was not written by this program")
        return key

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        if read or not isinstance(value, bytes):
            raise TypeError("cache values are bytes")
        return super().store(value, read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        if mode not in (MODE_RAW, MODE_BINARY):
            raise StorageError("the cache holds a pickled value; it was not written by this program")
        return super().fetch(mode, filename, value, read)


def open_cache(folder: Path) -> diskcache.Cache:
    """Open or make a cache that never evicts by itself.

    Raises:
        StorageError: The folder cannot be written, or what it holds is no cache of ours.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return diskcache.Cache(
            str(folder),
            timeout=LOCK_SECONDS,
            disk=BytesDisk,
            disk_min_file_size=MIN_FILE_BYTES,
            eviction_policy="none",
            size_limit=SIZE_LIMIT_BYTES,
            cull_limit=0,
        )
    except (OSError, sqlite3.Error) as error:
        raise StorageError(
            f"the cache folder {folder} cannot be used ({error}). Free some space, or name another folder in"
            " SHELFPRICE_CACHE."
        ) from error
