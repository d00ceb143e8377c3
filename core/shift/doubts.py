"""Signs that a test score cannot be forecast from features; each widens the interval and moves nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.shift.price_mix import price_selected
from core.shift.spread import brand_codes
from core.types import BoolArray

DOMINANT_BRAND = 0.05
FEW_BRANDS = 60.0
DOMINANT_SE_PCT = 25.0
"""Standard error of one unseen brand's mean error: the spread between brands that a model never saw."""
PRICE_SE_PCT = 20.0
"""Standard error for each root of a nat of price divergence: over test files of one price band the misses were 0.5 to
1.6 times this."""


@dataclass(frozen=True)
class Doubt:
    """One sign, with the standard error that it adds in percent."""

    message: str
    se_pct: float


def doubts(
    test_brand: npt.NDArray[np.object_], unseen: BoolArray, price_divergence: float, *, auc: float
) -> tuple[Doubt, ...]:
    """What there is to doubt: an unseen brand above 5 % of test, few brands in all, a selection by price."""
    n_test = len(test_brand)
    found = [dominant_brand(test_brand, unseen), few_brands(test_brand)]
    if price_selected(price_divergence, auc=auc, n_test=n_test):
        message = (
            "test seems to be selected by price: its predicted prices differ from train's more than brands and words"
            " explain"
        )
        found.append(Doubt(message, PRICE_SE_PCT * float(np.sqrt(price_divergence))))
    return tuple(doubt for doubt in found if doubt is not None)


def dominant_brand(test_brand: npt.NDArray[np.object_], unseen: BoolArray) -> Doubt | None:
    """A brand that train never shows and that holds more than 5 % of the test rows."""
    known = test_brand.astype(str)
    names, rows = np.unique(known[unseen & (known != "")], return_counts=True)
    if not rows.size or rows.max() <= DOMINANT_BRAND * len(known):
        return None
    share = float(rows.max() / len(known))
    message = f"{names[rows.argmax()]!r}, a brand that train never shows, holds {100 * share:.1f} % of the test rows"
    return Doubt(message, DOMINANT_SE_PCT * share)


def few_brands(test_brand: npt.NDArray[np.object_]) -> Doubt | None:
    """Fewer than 60 brands in effect (the inverse of ``Σ share²``), where test has rows enough to hold them."""
    (code,) = brand_codes(test_brand)
    n_test = len(test_brand)
    effective = n_test**2 / float(np.square(np.unique(code, return_counts=True)[1]).sum())
    if effective >= min(FEW_BRANDS, n_test):
        return None
    message = f"the test rows are spread over as few as {effective:.0f} brands in effect"
    return Doubt(message, DOMINANT_SE_PCT / float(np.sqrt(effective)))
