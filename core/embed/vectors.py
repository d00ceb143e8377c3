"""Vectors on disk, by the content they were made from: chunks that are whole or absent, found by one small record each.

A chunk is one artifact with content hashes and vectors side by side; its record is written after it. A crash between
the two loses the chunk, never the truth. A chunk that fails its checksum is dropped and its content encoded again.
Writers never touch each other's chunks, so several can work at once.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.embed.prefetch import prefetch
from core.embed.weights import TowerCard
from core.errors import StorageError
from core.store import ArtifactStore, RecordStore, cache_key, hash_bytes
from core.store.keys import KEY_HEX
from core.types import BoolArray, Float32Array, Tower

VERSION = 1
SAVE_ROWS = 4096
_READERS = 2


@dataclass(frozen=True)
class VectorSpace:
    """Vectors that may be compared with each other and kept together.

    Attributes:
        key: Hash of the tower, the weights, the architecture, the preprocessing and the precision.
        dim: Length of a vector.
    """

    key: str
    dim: int


def vector_space(tower: Tower, card: TowerCard) -> VectorSpace:
    """The space of a tower's vectors; another model, another preprocessing or another precision is another space."""
    about = {
        "tower": tower,
        "weights": card.weights,
        "architecture": card.architecture,
        "preprocessing": card.preprocessing,
        "precision": card.precision,
    }
    return VectorSpace(cache_key("embed.space", VERSION, about), card.dim)


def chunk_dtype(dim: int) -> np.dtype[np.void]:
    """A row of a chunk: 16 bytes of content hash, then the vector. A row of NaN says: tried, no photo in there."""
    return np.dtype([("content", "u1", (KEY_HEX // 2,)), ("vector", "<f4", (dim,))])


class RowContents:
    """The content hash of each row, ``""`` where there is none; rows may share one.

    Attributes:
        first_row: Distinct content hash to the first row that has it, in the rows' order.
    """

    def __init__(self, contents: Sequence[str]) -> None:
        self.first_row: dict[str, int] = {}
        self.n_rows = len(contents)
        self._repeats: list[tuple[int, int]] = []
        for row, content in enumerate(contents):
            first = self.first_row.setdefault(content, row) if content else row
            if first != row:
                self._repeats.append((row, first))

    def spread(self, vectors: Float32Array, known: BoolArray) -> None:
        """Give the rows that share a content what its first row has, in place."""
        if self._repeats:
            rows, first = np.array(self._repeats, dtype=np.int64).T
            vectors[rows], known[rows] = vectors[first], known[first]


class VectorCache:
    """The kept vectors of one space.

    Args:
        store: Where the chunks are; their records are beside them.
        space: Which vectors.
    """

    def __init__(self, store: ArtifactStore, space: VectorSpace) -> None:
        self.space = space
        self._store = store
        self._records = RecordStore(f"vectors/{space.key}", store.root)
        self._contents: list[str] = []
        self._vectors: list[Float32Array] = []
        self._fresh: list[tuple[Sequence[str], Float32Array]] = []
        self._saved_at = time.monotonic()

    def read(self, rows: RowContents) -> tuple[Float32Array, BoolArray]:
        """Each row's vector, shape ``(n, dim)``, and for which rows it is known.

        A known row of NaN was tried before and is no photo; an unknown row is NaN too.
        """
        vectors = np.full((rows.n_rows, self.space.dim), np.nan, dtype=np.float32)
        known = np.zeros(rows.n_rows, dtype=bool)
        place = {bytes.fromhex(content): row for content, row in rows.first_row.items()}
        names = [path.stem for path in sorted(self._records.folder.glob("*.json"))] if place else []
        for chunk in prefetch(names, self._chunk, workers=_READERS, ahead=2 * _READERS):
            if chunk is None:
                continue
            at = _rows_of(chunk["content"], place)
            wanted = at >= 0
            vectors[at[wanted]] = chunk["vector"] if wanted.all() else chunk["vector"][wanted]
            known[at[wanted]] = True
        rows.spread(vectors, known)
        return vectors, known

    def add(self, contents: Sequence[str], vectors: Float32Array) -> None:
        """Take finished vectors; they are on disk after the next :meth:`save`."""
        self._contents.extend(contents)
        self._vectors.append(vectors)
        self._fresh.append((list(contents), vectors))

    def overlay(self, rows: RowContents, vectors: Float32Array, known: BoolArray) -> None:
        """Write what was added since this cache was opened into what :meth:`read` gave, also when no disk took it."""
        for added, new in self._fresh:
            at = np.array([rows.first_row[content] for content in added], dtype=np.int64)
            vectors[at], known[at] = new, True
        rows.spread(vectors, known)

    def stamp(self) -> str:
        """A word that changes when a chunk is added or dropped."""
        folder = self._records.folder
        return f"{self.space.key}:{folder.stat().st_mtime_ns if folder.is_dir() else 0}"

    def due(self, every_s: float) -> bool:
        """True when it is time for :meth:`save`."""
        return len(self._contents) >= SAVE_ROWS or time.monotonic() - self._saved_at >= every_s

    def save(self) -> None:
        """Write what was added since the last save as one chunk; a full disk costs the caching only."""
        if self._contents:
            chunk = np.empty(len(self._contents), dtype=chunk_dtype(self.space.dim))
            hashes = bytes.fromhex("".join(self._contents))
            chunk["content"] = np.frombuffer(hashes, dtype=np.uint8).reshape(len(chunk), -1)
            chunk["vector"] = np.concatenate(self._vectors)
            self._keep(cache_key("embed.chunk", VERSION, {"space": self.space.key}, [hash_bytes(hashes)]), chunk)
        self._contents, self._vectors = [], []
        self._saved_at = time.monotonic()

    def _keep(self, key: str, chunk: np.ndarray) -> None:
        self._store.keep_array(key, chunk)
        if not self._store.has(key):
            return
        try:
            self._records.put(key, {"rows": len(chunk)})
        except StorageError as error:
            self._store.write_failure = str(error)

    def _chunk(self, key: str) -> np.ndarray | None:
        """A chunk, or None after dropping the record of one that is damaged or gone."""
        chunk = self._store.find_array(key)
        if chunk is not None and chunk.dtype == chunk_dtype(self.space.dim):
            return chunk
        self._records.delete(key)
        return None


def _rows_of(content: np.ndarray, place: dict[bytes, int]) -> np.ndarray:
    width = content.shape[1]
    packed = np.ascontiguousarray(content).tobytes()
    keys = (packed[start : start + width] for start in range(0, len(packed), width))
    return np.fromiter((place.get(key, -1) for key in keys), dtype=np.int64, count=len(content))
