"""Signs that a test score cannot be forecast from features; each widens the interval and moves nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.shift.overlap import RARE_BELOW
from core.shift.price_mix import price_selected
from core.shift.spread import brand_codes
from core.types import FloatArray

DOMINANT_BRAND = 0.05
FEW_BRANDS = 60.0
DOMINANT_SE_PCT = 25.0
"""Standard error of one brand's mean error for a model that hardly saw it: the spread between such brands."""
PRICE_SE_PCT = 20.0
"""Standard error for each root of a nat of price divergence: over test files of one price band the misses were 0.5 to
1.6 times this."""


@dataclass(frozen=True)
class Doubt:
    """One sign, with the standard error that it adds in percent."""

    message: str
    se_pct: float


def doubts(
    test_brand: npt.NDArray[np.object_], support: FloatArray, price_divergence: float, *, auc: float
) -> tuple[Doubt, ...]:
    """What there is to doubt: a new brand above 5 % of test, few brands in all, a selection by price.

    Args:
        test_brand: Brand key of each test row; ``""`` where unknown.
        support: Rows of that brand that one fold model learned from.
    """
    n_test = len(test_brand)
    found = [dominant_brand(test_brand, support), few_brands(test_brand)]
    if price_selected(price_divergence, auc=auc, n_test=n_test):
        message = (
            "test seems to be selected by price: its predicted prices differ from train's more than brands and words"
            " explain"
        )
        found.append(Doubt(message, PRICE_SE_PCT * float(np.sqrt(price_divergence))))
    return tuple(doubt for doubt in found if doubt is not None)


def dominant_brand(test_brand: npt.NDArray[np.object_], support: FloatArray) -> Doubt | None:
    """A brand that train shows in fewer than 5 rows and that holds more than 5 % of the test rows.

    Not only brands without any row: of a brand left out of train, a row or two whose text names another stay.
    """
    known = test_brand.astype(str)
    names, rows = np.unique(known[(support < RARE_BELOW) & (known != "")], return_counts=True)
    if not rows.size or rows.max() <= DOMINANT_BRAND * len(known):
        return None
    share = float(rows.max() / len(known))
    name = str(names[rows.argmax()])
    shown = "never" if not support[known == name].any() else "hardly"
    message = f"{name!r}, a brand that train {shown} shows, holds {100 * share:.1f} % of the test rows"
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
