"""Permutation tests of many comparisons at once, with an error rate over all of them (Westfall & Young 1993).

The null: the rows of both files are one pile, and which of them went into test was drawn row by row. That is how the
test file of a challenge is made, and for such a draw a permutation of the labels is exact however alike some rows are:
that ten rows share a brand does not matter, because the draw did not look at brands. All comparisons are made under
the same labels, so that ten columns that say the same count about once.

The limit: where whole brands (or shelves, or days) were drawn into test, rows are the wrong unit and almost
everything alarms. For the question of these pages, whether train stands for test, that is the right answer: such a test
file holds rows of a kind that train does not. It does not mean that anything *beside* the brands has changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.shift.coded import Coded
from core.types import BoolArray, Float32Array, FloatArray

TAIL = 0.99
"""Quantile of a statistic's own null at which all comparisons are made equally strict."""


def permuted_labels(n_train: int, n_test: int, *, n_permutations: int, seed: int) -> Float32Array:
    """1 for a test row and 0 for a train row under each permutation; shape ``(n_train + n_test, n_permutations)``."""
    rng = np.random.default_rng(seed)
    labels = np.zeros((n_permutations, n_train + n_test), dtype=np.float32)
    for row in labels:
        row[rng.permutation(n_train + n_test)[:n_test]] = 1.0
    # Row by row contiguous: a count adds whole rows of it.
    return np.ascontiguousarray(labels.T)


def counts_in_test(columns: Sequence[Coded], labels: Float32Array) -> list[FloatArray]:
    """Test rows with each code under each labelling, one ``(n_values + 1, n_permutations)`` array a column.

    One sparse product for all columns. Each column's most frequent code is left out of it and follows from the others,
    which makes a flag that few rows bear almost free.
    """
    from scipy import sparse

    offsets, rows, bins, most = [0], [], [], []
    for column in columns:
        frequent = int(np.bincount(column.code, minlength=column.n_values + 1).argmax())
        kept = np.flatnonzero(column.code != frequent)
        rows.append(kept)
        bins.append(column.code[kept] + offsets[-1])
        most.append(frequent)
        offsets.append(offsets[-1] + column.n_values + 1)
    at, row = np.concatenate(bins), np.concatenate(rows)
    shape = (offsets[-1], len(labels))
    counted = sparse.csr_matrix((np.ones(len(at), dtype=np.float32), (at, row)), shape=shape) @ labels
    total = labels.sum(axis=0, dtype=np.float64)
    found = []
    for column, frequent, start, stop in zip(columns, most, offsets, offsets[1:], strict=False):
        counts = counted[start:stop].astype(np.float64)
        counts[frequent] = total - counts.sum(axis=0)
        assert len(counts) == column.n_values + 1
        found.append(counts)
    return found


def step_down(observed: FloatArray, null: FloatArray) -> FloatArray:
    """Adjusted p-values: below 5 % in any comparison in at most 5 % of alike files, however many there are.

    Westfall and Young's step-down by the maximum. Statistics of different kinds are first put on one scale, on
    which each one's null has its median at 0 and its 99 % point at 1; observed and permuted values are treated
    alike in that, so that the test stays exact.

    Args:
        observed: Statistic of each comparison, larger = more different, shape ``(m,)``.
        null: The same under each permutation, shape ``(n_permutations, m)``.

    Returns:
        Adjusted p-values, shape ``(m,)``; 1 for a statistic that never varies.
    """
    if observed.size == 0:
        return np.zeros(0)
    pool = np.vstack([observed, null])
    middle, tail = np.median(pool, axis=0), np.quantile(pool, TAIL, axis=0)
    width = tail - middle
    varies: BoolArray = width > 1e-12
    scaled = np.where(varies, (pool - middle) / np.where(varies, width, 1.0), -np.inf)
    order = np.argsort(scaled[0], kind="stable")
    # Maximum over the comparisons that have not stepped down yet: the weakest alone, then the two weakest, …
    highest = np.maximum.accumulate(scaled[:, order], axis=1)
    p_value = (highest[1:] >= scaled[0, order] - 1e-12).sum(axis=0) + 1.0
    adjusted = np.empty(observed.size)
    adjusted[order] = np.maximum.accumulate((p_value / len(pool))[::-1])[::-1]
    return np.where(varies, adjusted, 1.0)
