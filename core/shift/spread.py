"""What the forecast does not know: sampling of train, sampling of test, and shift that no reweighting sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.types import BoolArray, FloatArray, IntArray

SHIFT_SE_PCT = 3.5
SHIFT_FROM_AUC = 0.53
SHIFT_RANGE = 0.2
"""Standard error that full separability adds, from the misses of shifted re-splits: 0 up to AUC 0.53, all at 0.73."""


@dataclass(frozen=True)
class BrandSpread:
    """Variance of a row's error beyond its expectation, percent squared.

    Attributes:
        within: σ², of a row about its brand.
        between: τ², of a brand about the expectation.
    """

    within: float
    between: float


def brand_codes(*brands: npt.NDArray[np.object_]) -> list[IntArray]:
    """One number a brand over all arrays together; each row of an unknown brand is a brand of its own."""
    joined = np.concatenate(brands)
    _, code = np.unique(joined.astype(str), return_inverse=True)
    unknown = joined.astype(str) == ""
    code = np.where(unknown, code.max(initial=0) + 1 + np.arange(len(joined)), code)
    return [part.astype(np.int64) for part in np.split(code, np.cumsum([len(b) for b in brands])[:-1])]


def clustered_se(influence: FloatArray, code: IntArray) -> float:
    """Standard error of ``Σ influence`` when rows of one brand move together: sums of brands, squared."""
    _, compact = np.unique(code, return_inverse=True)
    sums = np.bincount(compact, weights=influence)
    return float(np.sqrt(np.square(sums).sum()))


def brand_spread(residual_pct: FloatArray, code: IntArray) -> BrandSpread:
    """σ² and τ² from pairs of rows of one brand: the mean product of two residuals of a brand is τ².

    Brands count by their rows, so that a brand of 200 rows does not speak with its 20,000 pairs.
    """
    _, compact = np.unique(code, return_inverse=True)
    rows = np.bincount(compact).astype(np.float64)
    total = np.bincount(compact, weights=residual_pct)
    square = np.bincount(compact, weights=residual_pct**2)
    several = rows > 1
    variance = float(np.square(residual_pct).mean())
    if not several.any():
        return BrandSpread(variance, 0.0)
    pair = (total[several] ** 2 - square[several]) / (rows[several] * (rows[several] - 1))
    between = float(np.clip(np.average(pair, weights=rows[several]), 0.0, variance))
    return BrandSpread(variance - between, between)


def test_variance(code: IntArray, unseen: BoolArray, *, seen_spread: BrandSpread, unseen_spread: BrandSpread) -> float:
    """Variance of test's mean error over draws of its rows and brands, percent squared."""
    n_test = len(code)
    concentration = {flag: float(np.square(_share(code[unseen == flag], n_test)).sum()) for flag in (True, False)}
    share_unseen = float(unseen.mean())
    within = share_unseen * unseen_spread.within + (1.0 - share_unseen) * seen_spread.within
    return within / n_test + unseen_spread.between * concentration[True] + seen_spread.between * concentration[False]


def shift_se_pct(auc: float) -> float:
    """Standard error for shift that features cannot price, percent."""
    return SHIFT_SE_PCT * float(np.clip((auc - SHIFT_FROM_AUC) / SHIFT_RANGE, 0.0, 1.0))


def _share(code: IntArray, n_rows: int) -> FloatArray:
    _, rows = np.unique(code, return_counts=True)
    share: FloatArray = rows / max(1, n_rows)
    return share
