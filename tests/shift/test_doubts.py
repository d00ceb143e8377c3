from __future__ import annotations

import numpy as np
import pytest

from core.shift.doubts import dominant_brand, doubts, few_brands

MANY = np.array([f"b{i}" for i in range(200)], dtype=object)
SEEN = np.full(200, 5.0)
NEW = np.zeros(200)


def test_nothing_to_doubt() -> None:
    assert doubts(MANY, NEW, 0.04, auc=0.5) == ()


def test_a_new_brand_above_five_percent_is_named_and_a_seen_one_is_not() -> None:
    brand = MANY.copy()
    brand[:20] = "solo"
    found = dominant_brand(brand, NEW)
    assert found is not None
    assert "'solo'" in found.message
    assert "never shows, holds 10.0 %" in found.message
    assert found.se_pct == pytest.approx(2.5)
    assert dominant_brand(brand, SEEN) is None
    hardly = dominant_brand(brand, np.where(brand == "solo", 4.0, 9.0))
    assert hardly is not None
    assert "hardly shows" in hardly.message
    brand[10:20] = MANY[10:20]
    assert dominant_brand(brand, NEW) is None


def test_few_brands_in_effect() -> None:
    found = few_brands(np.repeat(MANY[:25], 8))
    assert found is not None
    assert "25 brands" in found.message
    assert found.se_pct == pytest.approx(5.0)
    assert few_brands(MANY) is None
    assert few_brands(np.full(200, "", dtype=object)) is None


def test_a_price_selection_is_said_when_the_features_do_not_explain_it() -> None:
    (found,) = doubts(MANY, NEW, 0.36, auc=0.6)
    assert "selected by price" in found.message
    assert found.se_pct == pytest.approx(12.0)
    assert doubts(MANY, NEW, 0.36, auc=0.8) == ()
