from __future__ import annotations

import pandas as pd
import pytest

from core.errors import AlignmentError
from core.explain import Explanation, block_importance, block_values, column_importance
from core.types import ID

IDS = pd.Index(["r1", "r2"], name=ID)
SHAP = pd.DataFrame({"a": [1.0, -1.0], "b": [-1.0, 1.0], "c": [0.5, 1.5]}, index=IDS)


def explanation() -> Explanation:
    base = pd.Series([2.0, 3.0], index=IDS)
    return Explanation(SHAP, base, SHAP * 0, ["size", "size", "brand"], "key", 0.0, False)


def test_columns_by_mean_size() -> None:
    table = column_importance(explanation())
    assert table["column"].tolist() == ["a", "b", "c"]
    assert table["mean_abs_shap"].tolist() == [1.0, 1.0, 1.0]
    assert table["share_pct"].tolist() == pytest.approx([100 / 3] * 3)


def test_columns_that_cancel_leave_their_block_without_weight() -> None:
    table = block_importance(explanation()).set_index("block")
    assert table["mean_abs_shap"].to_dict() == {"brand": 1.0, "size": 0.0}
    assert table["columns"].to_dict() == {"brand": 1, "size": 2}
    assert block_values(explanation())["brand"].tolist() == [0.5, 1.5]


def test_rows_add_up_to_the_prediction() -> None:
    assert explanation().log_price.tolist() == [2.5, 4.5]


def test_parts_of_different_rows_or_columns_are_refused() -> None:
    base = pd.Series([2.0, 3.0], index=IDS)
    with pytest.raises(AlignmentError):
        Explanation(SHAP, base, SHAP.iloc[::-1], ["size", "size", "brand"], "key", 0.0, False)
    with pytest.raises(AlignmentError):
        Explanation(SHAP, base, SHAP, ["size", "size"], "key", 0.0, False)
