"""The train rows whose texts are nearest to each product's, found once for all fits; no price is seen.

Two spaces of TF-IDF cosine: ``title`` (its words and letter sequences) and ``text`` (all words). Comparing every
product with every train row would take most of an hour at full size, so each product first collects candidates through
its rarest terms, as many as have :data:`POSTINGS` occurrences together; the best :data:`DEPTH` by those terms are then
ordered by the whole cosine. On 6,480 train rows caps of 5,000, 2,000 and 500 missed 1, 3 and 10 % of the true nearest
eight; the cap in use misses less than the first there, and at 75,000 rows is as tight as one between the other two.

Source of the method: term-at-a-time scoring of an inverted index, rarest terms first (Buckley and Lewit, 1985).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from core.config import settings
from core.encode.tfidf import FieldMatrix, text_fields
from core.features import artifact_key
from core.store import ArtifactStore, cache_key
from core.types import Catalog, Float32Array, IntArray

VERSION = 1
DEPTH = 64
"""A fit may use some 7 in 10 train rows, brand-grouped ones fewer of the nearest; 64 leave it eight all the same."""
POSTINGS = 8_000
_BLOCK_ROWS = 1024

Space: TypeAlias = Literal["title", "text"]
Int32Array: TypeAlias = npt.NDArray[np.int32]

SPACES: Mapping[Space, Mapping[str, float]] = {
    "title": {"title_words": 1.0, "title_letters": 0.7},
    "text": {"all_words": 1.0},
}
"""Weight of each TF-IDF field in each space."""


@dataclass(frozen=True)
class Nearest:
    """Each product's nearest train rows, train products first; a product is no neighbour of itself.

    Attributes:
        rows: Shape (n_products, :data:`DEPTH`), positions of train rows, nearest first; −1 where no further row
            shares a term.
        similarity: Same shape, cosine of the two texts, 0 to 1; 0 where there is no row.
    """

    rows: Int32Array
    similarity: Float32Array


def nearest_key(catalog: Catalog, space: Space) -> str:
    """Key of :func:`nearest_rows`."""
    spec = {"fields": dict(SPACES[space]), "depth": DEPTH, "postings": POSTINGS}
    return cache_key("encode.nearest", VERSION, spec, [artifact_key(catalog, "parse")])


def nearest_rows(catalog: Catalog, space: Space = "title", *, store: ArtifactStore) -> Nearest:
    """Each product's nearest train rows in a space, cached."""

    def find() -> Nearest:
        fields = text_fields(catalog, store=store, names=SPACES[space])
        return find_nearest(fields.weighted(SPACES[space]), catalog.n_train)

    return kept_nearest(nearest_key(catalog, space), find, store=store)


def kept_nearest(key: str, find: Callable[[], Nearest], *, store: ArtifactStore) -> Nearest:
    """The nearest rows of that key from the cache, or found and kept."""
    found = functools.cache(find)
    rows_key, similarity_key = _part_keys(key)
    rows = store.array(rows_key, lambda: found().rows)
    similarity = store.array(similarity_key, lambda: found().similarity)
    return Nearest(rows.value, similarity.value)


def has_nearest(key: str, *, store: ArtifactStore) -> bool:
    """True when :func:`kept_nearest` would find nothing anew."""
    return all(store.has(part) for part in _part_keys(key))


def _part_keys(key: str) -> tuple[str, str]:
    names = ("encode.nearest.rows", "encode.nearest.similarity")
    first, second = (cache_key(name, VERSION, {}, [key]) for name in names)
    return first, second


def find_nearest(matrix: FieldMatrix, n_train: int, *, depth: int = DEPTH, postings: int = POSTINGS) -> Nearest:
    """Nearest train rows of every row of a sparse matrix, by cosine.

    Args:
        matrix: CSR, shape (n_products, n_terms), the ``n_train`` train rows first; rows need no unit length.
        depth: Most rows to find for each.
        postings: A row's rarest terms are looked up until they occur so often together; its rarest one always is.
    """
    from sklearn.preprocessing import normalize

    unit = normalize(matrix).tocsr()
    train = unit[:n_train]
    by_term = train.T.tocsr()
    occurrences = np.diff(by_term.indptr)
    rows = np.full((unit.shape[0], depth), -1, dtype=np.int32)
    similarity = np.zeros(rows.shape, dtype=np.float32)

    def search(start: int) -> None:
        block = slice(start, start + _BLOCK_ROWS)
        wanted = _rarest_terms(unit[block], occurrences, postings)
        candidates = _best(wanted @ by_term, depth, first_row=start)
        cosine = _cosines(unit[block], train, candidates)
        # Equal texts stand in the order of the file: a tie must not hang on how the search went.
        order = np.lexsort((candidates, -cosine), axis=1)
        rows[block] = np.take_along_axis(candidates, order, axis=1)
        similarity[block] = np.take_along_axis(cosine, order, axis=1)

    # Sparse products leave Python's lock, and every block writes rows of its own.
    with ThreadPoolExecutor(settings().threads) as pool:
        list(pool.map(search, range(0, unit.shape[0], _BLOCK_ROWS)))
    rows[similarity <= 0] = -1
    return Nearest(rows, np.clip(similarity, 0.0, 1.0))


def _rarest_terms(unit: FieldMatrix, occurrences: IntArray, postings: int) -> FieldMatrix:
    """The matrix with only those terms of each row that :func:`find_nearest` looks up."""
    from scipy import sparse

    lengths = np.diff(unit.indptr)
    row = np.repeat(np.arange(unit.shape[0]), lengths)
    cost = occurrences[unit.indices].astype(np.int64)
    order = np.lexsort((cost, row))
    spent = np.cumsum(cost[order])
    before_row = np.concatenate([[0], spent])[unit.indptr[:-1]]
    kept = spent - np.repeat(before_row, lengths) <= postings
    kept[unit.indptr[:-1][lengths > 0]] = True
    chosen = np.sort(order[kept])
    indptr = np.searchsorted(chosen, unit.indptr)
    return sparse.csr_matrix((unit.data[chosen], unit.indices[chosen], indptr), shape=unit.shape)


def _best(scores: FieldMatrix, depth: int, *, first_row: int) -> Int32Array:
    """Columns of the highest scores of each row, in no order, without the product itself; −1 fills up."""
    best = np.full((scores.shape[0], depth), -1, dtype=np.int32)
    for row in range(scores.shape[0]):
        stretch = slice(scores.indptr[row], scores.indptr[row + 1])
        columns, values = scores.indices[stretch], scores.data[stretch]
        other = columns != first_row + row
        columns, values = columns[other], values[other]
        if len(columns) > depth:
            columns = columns[np.argpartition(values, -depth)[-depth:]]
        best[row, : len(columns)] = columns
    return best


def _cosines(unit: FieldMatrix, train: FieldMatrix, candidates: Int32Array) -> Float32Array:
    """Cosine of each row of ``unit`` with each of its candidates; −1 where there is none."""
    cosine = np.full(candidates.shape, -1.0, dtype=np.float32)
    # A row at a time against a dense copy of it: less than half the time of multiplying sparse pairs.
    whole = np.zeros(unit.shape[1], dtype=np.float32)
    for row in range(unit.shape[0]):
        stretch = slice(unit.indptr[row], unit.indptr[row + 1])
        whole[unit.indices[stretch]] = unit.data[stretch]
        there = candidates[row] >= 0
        cosine[row, there] = train[candidates[row, there]] @ whole
        whole[unit.indices[stretch]] = 0.0
    return cosine
