from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.shift.error_columns import brand_rows_total, error_columns, fixed_columns
from core.types import ID, SplitFrame


def keys(ids: str, names: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"brand_key": names}, index=pd.Index(list(ids), name=ID))


def test_rows_of_a_brand_are_counted_over_both_files() -> None:
    train, test = keys("abc", ["x", "x", ""]), keys("uvw", ["x", "z", ""])
    assert brand_rows_total(train["brand_key"], test["brand_key"]).tolist() == [3, 3, 0, 3, 1, 0]


def test_columns_of_one_seen_one_unseen_and_one_unknown_row() -> None:
    found = error_columns(
        np.array([[7.0], [8.0], [9.0]]),
        np.array([2.0, 0.0, np.nan]),
        np.array([3.0, 1.0, 0.0]),
        np.array([3.0, 1.0, 2.0]),
        centre=2.0,
    )
    assert found.tolist() == [
        pytest.approx([7, np.log(3), 0, 0, np.log(4), 0, 1, 1]),
        pytest.approx([8, 0, 1, 0, np.log(2), np.log(2), -1, 1]),
        pytest.approx([9, 0, 0, 1, 0, 0, 0, 0]),
    ]


def test_fixed_columns_leave_the_brands_own_out_and_can_forget_their_sizes() -> None:
    train, test = keys("abc", ["x", "x", ""]), keys("uvw", ["x", "z", ""])
    shown = [
        pd.DataFrame({"text.1": values, "brand.unseen": 1.0}, index=side.index)
        for side, values in ((train, [1.0, 2.0, 3.0]), (test, [4.0, np.nan, 6.0]))
    ]
    found = fixed_columns(SplitFrame(*shown), SplitFrame(train, test))
    # The number as its normal score, and a mark where it is missing.
    assert found.train.shape == found.test.shape == (3, 2)
    assert np.isfinite(found.test).all()
    assert found.train_brand_rows.tolist() == [3, 3, 0]
    assert found.without_brand_rows().test_brand_rows.tolist() == [0, 0, 0]
