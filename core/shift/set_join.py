"""Pairs of word sets that are alike: a self-join by Jaccard similarity, exact unless that would take minutes.

Two sets with Jaccard similarity ``t`` or more must share one of the rarest ``|x| − ⌈t·|x|⌉ + 1`` words of each (prefix
filter: Bayardo, Ma and Srikant, "Scaling up all pairs similarity search", WWW 2007) and must be of like length. What
passes is compared by sketches of 256 bits in which every word flips one bit: bits that differ cannot outnumber the
words that differ, so a pair whose sketches lie too far apart is dropped unseen (bitmap filter: Sandes, Teodoro and
Melo, Information Systems 88, 2020). The rest is counted word by word.

Texts put together from the same sentences share even their rarest words, and then the prefixes leave too many pairs
to look at. Only those come from MinHash bands instead (Broder 1997; :data:`BANDS` bands of :data:`BAND_HASHES`): every
pair found is still counted, but one of similarity 0.8 is missed with probability 0.02, of 0.9 with less than 1e-6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.types import BoolArray, FloatArray, IntArray, ProgressFn, no_progress

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_WORD = re.compile(r"\w+")
_PAIRS_AT_ONCE = 2_000_000
_COUNTED_AT_ONCE = 200_000
MOST_CANDIDATES = 400_000_000
"""Pairs that share a prefix word and are still all looked at; about half a minute."""
BANDS = 22
BAND_HASHES = 8
_SKETCH_WORDS = 4
_SEED = 20_070_508
# A similarity of exactly the threshold must not fall to rounding.
_TOLERANCE = 1e-9


def word_sets(texts: Sequence[str]) -> csr_matrix:
    """The distinct words (letters, digits, underscores; case aside) of each text.

    Returns:
        Shape (len(texts), number of distinct words), 1 where the text has the word.
    """
    from scipy.sparse import csr_matrix

    number: dict[str, int] = {}
    codes: list[int] = []
    ends = [0]
    for text in texts:
        codes.extend(number.setdefault(word, len(number)) for word in dict.fromkeys(_WORD.findall(text.casefold())))
        ends.append(len(codes))
    data = np.ones(len(codes), dtype=np.int32)
    return csr_matrix((data, np.array(codes, dtype=np.int32), ends), shape=(len(texts), max(1, len(number))))


@dataclass(frozen=True)
class SimilarPairs:
    """Pairs of sets.

    Attributes:
        pairs: Columns ``left`` < ``right`` (row numbers of the sets) and ``similarity`` (0..1), in that order.
        exact: False when MinHash bands proposed the pairs, so that some may be missing.
    """

    pairs: pd.DataFrame
    exact: bool


def similar_pairs(
    sets: csr_matrix,
    *,
    threshold: float,
    paired: BoolArray | None = None,
    most_candidates: int = MOST_CANDIDATES,
    report: ProgressFn = no_progress,
) -> SimilarPairs:
    """The pairs of sets whose Jaccard similarity is ``threshold`` or more.

    Args:
        sets: As :func:`word_sets` gives them; an empty set is like no other.
        threshold: 0 < threshold ≤ 1.
        paired: Shape (n_sets,): of each pair at least one must be marked; None marks all.
        most_candidates: The join is exact while no more pairs than these share a prefix word.

    Raises:
        ValueError: ``threshold`` is out of its range.
    """
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold {threshold} is not above 0 and at most 1")
    size = np.diff(sets.indptr).astype(np.int64)
    wanted = np.ones(len(size), dtype=np.bool_) if paired is None else paired
    runs = _runs(_prefixes(sets, size, threshold), size, threshold)
    exact = int(runs.total[-1]) <= most_candidates
    parts = [runs] if exact else (_runs(band, size, threshold) for band in _bands(sets))
    sketch = _sketches(sets)
    found: list[IntArray] = [np.empty(0, dtype=np.int64)]
    for number, part in enumerate(parts):
        for done, left, right in part.pairs():
            report(0.9 * (number + done) / (1 if exact else BANDS), "comparing word sets")
            alike = (wanted[left] | wanted[right]) & _may_be_alike(sketch, size, left, right, threshold)
            low, high = np.minimum(left, right)[alike], np.maximum(left, right)[alike]
            found.append(np.unique(low * len(size) + high))
    left, right = np.divmod(np.unique(np.concatenate(found)), max(1, len(size)))
    similarity = _jaccard(sets, size, left, right)
    keep = similarity >= threshold - _TOLERANCE
    report(1.0, "word sets are compared")
    table = pd.DataFrame({"left": left[keep], "right": right[keep], "similarity": similarity[keep]})
    return SimilarPairs(table, exact)


def _may_be_alike(sketch: Any, size: IntArray, left: IntArray, right: IntArray, threshold: float) -> BoolArray:
    apart = np.bitwise_count(sketch[left] ^ sketch[right]).sum(axis=1, dtype=np.int64)
    most = (1.0 - threshold) / (1.0 + threshold) * (size[left] + size[right])
    alike: BoolArray = apart <= most + _TOLERANCE
    return alike


def _sketches(sets: csr_matrix) -> Any:
    """Shape (n_sets, 4), uint64: each word flips one of 256 bits."""
    draw = np.random.default_rng(_SEED)
    place = draw.integers(0, 64 * _SKETCH_WORDS, size=sets.shape[1])
    bits = np.zeros((sets.shape[1], _SKETCH_WORDS), dtype=np.uint64)
    bits[np.arange(sets.shape[1]), place // 64] = np.uint64(1) << (place % 64).astype(np.uint64)
    sketch = np.zeros((sets.shape[0], _SKETCH_WORDS), dtype=np.uint64)
    filled = np.flatnonzero(np.diff(sets.indptr))
    if filled.size:
        sketch[filled] = np.bitwise_xor.reduceat(bits[sets.indices], sets.indptr[filled], axis=0)
    return sketch


def _prefixes(sets: csr_matrix, size: IntArray, threshold: float) -> tuple[IntArray, IntArray]:
    """The rarest words of each set: word and row number of each."""
    frequency = np.bincount(sets.indices, minlength=sets.shape[1])
    rank = np.empty(sets.shape[1], dtype=np.int64)
    rank[np.argsort(frequency, kind="stable")] = np.arange(sets.shape[1])
    row = np.repeat(np.arange(len(size)), size)
    order = np.lexsort((rank[sets.indices], row))
    place = np.arange(len(order)) - np.repeat(sets.indptr[:-1].astype(np.int64), size)
    length = size - np.ceil(threshold * size - _TOLERANCE).astype(np.int64) + 1
    kept = place < np.repeat(length, size)
    return rank[sets.indices][order][kept], row[kept]


def _bands(sets: csr_matrix) -> Iterator[tuple[IntArray, IntArray]]:
    """For each band the rows and what their least words under :data:`BAND_HASHES` random orders hash to."""
    draw = np.random.default_rng(_SEED)
    filled = np.flatnonzero(np.diff(sets.indptr))
    starts = sets.indptr[filled]
    for _ in range(BANDS):
        key = np.zeros(len(filled), dtype=np.uint64)
        for _ in range(BAND_HASHES if len(filled) else 0):
            order = draw.permutation(sets.shape[1]).astype(np.uint32)
            least = np.minimum.reduceat(order[sets.indices], starts).astype(np.uint64)
            key = (key ^ least) * np.uint64(0x9E3779B97F4A7C15)
        _, code = np.unique(key, return_inverse=True)
        yield code.astype(np.int64), filled.astype(np.int64)


@dataclass(frozen=True)
class _Runs:
    """Rows ordered so that the partners of each are a run behind it: ``partners`` many, ``total`` summed up."""

    row: IntArray
    partners: IntArray
    total: IntArray

    def pairs(self) -> Iterator[tuple[float, IntArray, IntArray]]:
        """Some pairs at a time, with the share of the work that is done."""
        start = 0
        while start < len(self.row):
            most = self.total[start] + _PAIRS_AT_ONCE
            stop = max(start + 1, int(np.searchsorted(self.total, most, side="right")) - 1)
            counts = self.partners[start:stop]
            first = np.repeat(np.arange(start, stop), counts)
            step = np.arange(len(first)) - np.repeat(self.total[start:stop] - self.total[start], counts)
            yield float(self.total[stop] / max(1, self.total[-1])), self.row[first], self.row[first + 1 + step]
            start = stop


def _runs(shared: tuple[IntArray, IntArray], size: IntArray, threshold: float) -> _Runs:
    """Rows that share a word (or a band's hash) and are of like size, as runs."""
    word, row = shared
    order = np.lexsort((row, size[row], word))
    word, row = word[order], row[order]
    # Within a word the sizes ascend, so that those up to the longest partner are one run.
    scale = int(size.max(initial=0)) + 1
    longest = np.minimum(np.floor(size[row] / threshold + _TOLERANCE).astype(np.int64), scale - 1)
    last = np.searchsorted(word * scale + size[row], word * scale + longest, side="right")
    partners = last - np.arange(len(row)) - 1
    return _Runs(row, partners, np.concatenate([[0], np.cumsum(partners)]))


def _jaccard(sets: csr_matrix, size: IntArray, left: IntArray, right: IntArray) -> FloatArray:
    shared = np.empty(len(left), dtype=np.float64)
    for start in range(0, len(left), _COUNTED_AT_ONCE):
        part = slice(start, start + _COUNTED_AT_ONCE)
        shared[part] = np.asarray(sets[left[part]].multiply(sets[right[part]]).sum(axis=1)).ravel()
    total = (size[left] + size[right]).astype(np.float64)
    return shared / (total - shared)
