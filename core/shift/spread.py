"""What the forecast does not know: sampling of train, sampling of test, and shift that no reweighting sees."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.shift.adversarial import NO_SHIFT_AUC
from core.shift.auc import null_spread
from core.types import FloatArray, IntArray

SHIFT_SE_PCT = 3.5
SHIFT_FROM_AUC = 0.53
SHIFT_RANGE = 0.2
"""Standard error that full separability adds, from the misses of shifted re-splits: 0 up to AUC 0.53, all at 0.73."""
ALIKE_AUC = NO_SHIFT_AUC
FULL_AUC_RANGE = 0.04
ALIKE_UNSEEN = 0.03
FULL_UNSEEN_RANGE = 0.05
"""Up to which AUC and change of the unseen share plain cross-validation speaks alone, and how much more silences it."""


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


def rows_se(omega: FloatArray, n_test: int, *, within: float) -> float:
    """Standard error from single rows: ``σ·√(Σ ω² + 1/n_test)``; 1/n_test is test's own sampling."""
    return float(np.sqrt(within * (float(np.square(omega).sum()) + 1.0 / max(1, n_test))))


def brands_se(omega: FloatArray, code: IntArray, test_code: IntArray, *, between: FloatArray) -> float:
    """Standard error from brand effects: ``√Σ τ²·(Σ ω of the brand − its share of test)²`` over all brands.

    A brand that weighs in the estimate what it weighs in test errs alike in both and adds nothing.

    Args:
        omega: Weight of each out-of-fold row.
        code, test_code: Brand of each out-of-fold and of each test row, of :func:`brand_codes`.
        between: τ² of each brand, by code.
    """
    size = len(between)
    carried = np.bincount(code, weights=omega, minlength=size)
    wanted = np.bincount(test_code, minlength=size) / max(1, len(test_code))
    return float(np.sqrt((between * np.square(carried - wanted)).sum()))


def shift_share(auc: float, unseen_change: float, *, n_train: int, n_test: int) -> float:
    """How far the forecast leaves plain cross-validation, 0..1: not at all where train and test are alike.

    Small files reach a higher AUC by chance, so the ramp starts no lower than what one alike pair in twenty reaches.
    """
    start = max(ALIKE_AUC, 0.5 + 1.645 * null_spread(n_train, n_test))
    by_auc = (auc - start) / FULL_AUC_RANGE
    by_unseen = (abs(unseen_change) - ALIKE_UNSEEN) / FULL_UNSEEN_RANGE
    return float(np.clip(max(by_auc, by_unseen), 0.0, 1.0))


def shift_se_pct(auc: float) -> float:
    """Standard error for shift that features cannot price, percent."""
    return SHIFT_SE_PCT * float(np.clip((auc - SHIFT_FROM_AUC) / SHIFT_RANGE, 0.0, 1.0))
