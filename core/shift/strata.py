"""The forecast's point estimate as one weight for each out-of-fold row.

Doubly robust (Robins, Rotnitzky and Zhao 1994): an error model gives each test row the mean error of its support
stratum, and the propensity weights add what the strata miss. Both parts are linear in the row errors, so the
estimate is ``Σ ω·e`` with ``Σ ω = 1``, and its sampling error follows from the same ω. A richer error model is
another way to make ω; nothing else changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import AlignmentError, InputError
from core.shift.support import LEVELS, level_codes
from core.types import FloatArray, IntArray

MIN_STRATUM_ROWS = 30
FULL_GROUPED_AT = 0.2
"""Test's unseen share above that of the folds from which the brand-grouped errors speak for unseen rows alone."""

UNSEEN = LEVELS.index("unseen")


@dataclass(frozen=True)
class ErrorRows:
    """Validation rows with what a model did not know of them.

    Attributes:
        error_pct: Row SMAPE of the out-of-fold prediction, 0 to 200.
        support: Rows of the row's brand in the training part of its fold; NaN where the brand is unknown.
        weight: Propensity weight that makes these rows look like test; any positive scale.
        brand: Brand key; ``""`` where unknown.
    """

    error_pct: FloatArray
    support: FloatArray
    weight: FloatArray
    brand: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        sizes = {len(self.error_pct), len(self.support), len(self.weight), len(self.brand)}
        if len(sizes) != 1:
            raise AlignmentError(f"error rows of different lengths: {sorted(sizes)}")
        if len(self.error_pct) < 2 or not np.isfinite(self.error_pct).all():
            raise InputError("a forecast needs two finite out-of-fold errors or more.", "Train a run with folds first.")
        if not (np.isfinite(self.weight) & (self.weight >= 0)).all() or not self.weight.sum() > 0:
            raise InputError("propensity weights must be finite and not all zero.", "Leave them at one.")


@dataclass(frozen=True)
class RowWeights:
    """ω of each row, with the model means that the residuals are taken from.

    Attributes:
        plain, grouped: ω of the rows of the plain and of the brand-grouped folds; together they sum to 1.
        plain_mean_pct, grouped_mean_pct: The error model's value for each of these rows, percent.
    """

    plain: FloatArray
    grouped: FloatArray
    plain_mean_pct: FloatArray
    grouped_mean_pct: FloatArray


def row_weights(
    plain: ErrorRows, test_support: FloatArray, *, rare_below: int, grouped: ErrorRows | None = None
) -> RowWeights:
    """ω for the mix of ``test_support``; a stratum with fewer than 30 plain rows takes the mean of all rows."""
    level, test_level = (level_codes(s, rare_below=rare_below) for s in (plain.support, test_support))
    omega = plain.weight / plain.weight.sum()
    share = omega.copy()
    mean = np.empty(len(omega))
    other = np.zeros(0 if grouped is None else len(grouped.error_pct))
    for code in range(len(LEVELS)):
        rows = level == code
        base = rows if rows.sum() >= MIN_STRATUM_ROWS else np.ones(len(level), dtype=np.bool_)
        mean[rows] = plain.error_pct[base].mean()
        wanted = float((test_level == code).mean())
        lent = _grouped_share(level, test_level) * wanted if code == UNSEEN and grouped is not None else 0.0
        omega[base] += (wanted - lent - share[rows].sum()) / base.sum()
        if grouped is not None and lent:
            other = lent * np.sqrt(grouped.weight) / np.sqrt(grouped.weight).sum()
    if grouped is None:
        return RowWeights(omega, other, mean, np.zeros(0))
    centre = float(np.average(grouped.error_pct, weights=np.sqrt(grouped.weight)))
    return RowWeights(omega, other, mean, np.full(len(other), centre))


def _grouped_share(level: IntArray, test_level: IntArray) -> float:
    """How far the brand-grouped errors stand for test's unseen rows, 0..1."""
    if (level == UNSEEN).sum() < MIN_STRATUM_ROWS:
        return 1.0
    change = float((test_level == UNSEEN).mean() - (level == UNSEEN).mean())
    return float(np.clip(change / FULL_GROUPED_AT, 0.0, 1.0))
