"""Vectors on disk, by the content they were made from: chunks that are whole or absent, found by one small record each.

A chunk is one artifact with content hashes and vectors side by side; its record is written after it. A crash between
the two loses the chunk, never the truth. A chunk that fails its checksum is dropped and its content encoded again.
Each batch is a chunk at once; small chunks are merged into large ones, written before the small ones go, so that
reading stays quick. Several can write at once.
"""

from __future__ import annotations

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
MERGE_ROWS = 4096
# So many small chunks are worth a merge before a run begins; they are left when runs are killed.
_MANY = 64
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
        self._small: dict[str, np.ndarray] = {}

    def read(self, rows: RowContents) -> tuple[Float32Array, BoolArray]:
        """Each row's vector, shape ``(n, dim)``, and for which rows it is known.

        A known row of NaN was tried before and is no photo; an unknown row is NaN too.
        """
        vectors = np.full((rows.n_rows, self.space.dim), np.nan, dtype=np.float32)
        known = np.zeros(rows.n_rows, dtype=bool)
        place = {bytes.fromhex(content): row for content, row in rows.first_row.items()}
        seen: set[str] = set()
        while place and (names := [name for name in self._names() if name not in seen]):
            seen.update(names)
            whole = True
            for chunk in prefetch(names, self._chunk, workers=_READERS, ahead=2 * _READERS):
                whole = whole and chunk is not None
                if chunk is not None:
                    _take(chunk, place, vectors, known)
            if whole:
                break
            # A chunk that is gone may have been merged by a writer meanwhile: look for what it went into.
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

    def save(self) -> None:
        """Write what was added since the last save as one chunk; a full disk costs the caching only."""
        contents, vectors = self._contents, self._vectors
        self._contents, self._vectors = [], []
        if contents:
            chunk = np.empty(len(contents), dtype=chunk_dtype(self.space.dim))
            hashes = np.frombuffer(bytes.fromhex("".join(contents)), dtype=np.uint8)
            chunk["content"], chunk["vector"] = hashes.reshape(len(chunk), -1), np.concatenate(vectors)
            self._gather(self._keep(chunk), chunk)

    def merge(self) -> None:
        """Save, and make one chunk of the small ones that were written since the last merge."""
        self.save()
        if len(self._small) > 1:
            kept = self._keep(np.concatenate(list(self._small.values())))
            for key in self._small if kept else ():
                if key != kept:
                    self._store.forget(key)
                    self._records.delete(key)
        self._small = {}

    def tidy(self) -> None:
        """Merge what killed runs have left in many small chunks."""
        small = [name for name, record in self._records.all() if 0 < int(record.get("rows", 0)) < MERGE_ROWS // 2]
        for name in small if len(small) > _MANY else ():
            chunk = self._chunk(name)
            if chunk is not None:
                self._gather(name, chunk)
        self.merge()

    def _gather(self, key: str, chunk: np.ndarray) -> None:
        if key:
            self._small[key] = chunk
        if sum(map(len, self._small.values())) >= MERGE_ROWS:
            self.merge()

    def _names(self) -> list[str]:
        return [path.stem for path in sorted(self._records.folder.glob("*.json"))]

    def _keep(self, chunk: np.ndarray) -> str:
        """Write a chunk and its record; its key, or ``""`` when the disk refused one of them."""
        hashes = np.ascontiguousarray(chunk["content"]).tobytes()
        key = cache_key("embed.chunk", VERSION, {"space": self.space.key}, [hash_bytes(hashes)])
        self._store.keep_array(key, chunk)
        if not self._store.has(key):
            return ""
        try:
            self._records.put(key, {"rows": len(chunk)})
        except StorageError as error:
            self._store.write_failure = str(error)
            return ""
        return key

    def _chunk(self, key: str) -> np.ndarray | None:
        """A chunk, or None after dropping the record of one that is damaged or gone."""
        chunk = self._store.find_array(key)
        if chunk is not None and chunk.dtype == chunk_dtype(self.space.dim):
            return chunk
        self._records.delete(key)
        return None


def _take(chunk: np.ndarray, place: dict[bytes, int], vectors: Float32Array, known: BoolArray) -> None:
    """Write a chunk's vectors into the rows of their contents, in place."""
    at = _rows_of(chunk["content"], place)
    wanted = at >= 0
    vectors[at[wanted]] = chunk["vector"] if wanted.all() else chunk["vector"][wanted]
    known[at[wanted]] = True


def _rows_of(content: np.ndarray, place: dict[bytes, int]) -> np.ndarray:
    width = content.shape[1]
    packed = np.ascontiguousarray(content).tobytes()
    keys = (packed[start : start + width] for start in range(0, len(packed), width))
    return np.fromiter((place.get(key, -1) for key in keys), dtype=np.int64, count=len(content))
