from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.encode import Nearest, twin_levels, twin_table, twins_of
from core.metrics import smape_pct
from core.types import ID, IMAGE, TEXT, Catalog, SplitFrame


def frame(names: str, values: dict[str, list[str]]) -> pd.DataFrame:
    return pd.DataFrame(values, index=pd.Index(list(names), name=ID), dtype="str")


@pytest.fixture
def shop() -> Catalog:
    """Three train products at 1, 4 and 9 dollars, three test products."""
    train, test = (frame(names, {TEXT: [""] * 3, IMAGE: [""] * 3}) for names in ("abc", "xyz"))
    return Catalog("drawn", SplitFrame(train, test), pd.Series([1.0, 4.0, 9.0], index=train.index), "k")


@pytest.fixture
def near() -> Nearest:
    """``a`` and ``b`` are twins; ``x`` is ``b`` and near ``a``; ``y`` is near ``c``; ``z`` has no vector."""
    rows = [[1, 2], [0, 2], [0, 1], [1, 0], [2, 0], [-1, -1]]
    cosine = [[0.97, 0.1], [0.97, 0.2], [0.1, 0.2], [0.9999999, 0.96], [0.95, 0.0], [0.0, 0.0]]
    return Nearest(np.array(rows, dtype=np.int32), np.array(cosine, dtype=np.float32))


def test_levels_count_both_files_and_price_the_train_twins(shop: Catalog, near: Nearest) -> None:
    present = np.array([True] * 5 + [False])
    low, high, same = twin_levels(shop, near, present, (0.95, 0.98, 1.0))
    assert (low.test_rows, low.test_pct, low.train_rows) == (2, 100.0, 2)
    assert low.twin_smape_pct == pytest.approx(smape_pct([1.0, 4.0], [4.0, 1.0]))
    assert low.median_smape_pct == pytest.approx(smape_pct([1.0, 4.0], [4.0, 4.0]))
    assert (high.test_rows, high.train_rows, same.test_rows, same.test_pct) == (1, 0, 1, 50.0)
    assert np.isnan(high.twin_smape_pct)


def test_the_table_names_the_nearest_twin_and_the_prices_of_all(shop: Catalog, near: Nearest) -> None:
    contents = SplitFrame(frame("abc", {"content": ["1", "2", "3"]}), frame("xyz", {"content": ["2", "4", ""]}))
    table = twin_table(shop, near, contents, 0.95)
    assert table[["row", "twin_row", "sample_id", "twin_id"]].to_numpy().tolist() == [
        [3, 1, "x", "b"],
        [4, 2, "y", "c"],
    ]
    assert table["same"].tolist() == [True, False]
    assert table[["twins", "price", "low_price", "high_price"]].to_numpy().tolist() == [[2, 4, 1, 4], [1, 9, 9, 9]]
    assert twin_table(shop, near, contents, 0.98)["sample_id"].tolist() == ["x"]
    nothing = Nearest(np.full((6, 2), -1, dtype=np.int32), np.zeros((6, 2), dtype=np.float32))
    assert twin_table(shop, nothing, contents, 0.8).empty


def test_the_twins_of_a_product_come_nearest_first(near: Nearest) -> None:
    rows, cosines = twins_of(near, 3, 0.95)
    assert rows == [1, 0]
    assert cosines == pytest.approx([1.0, 0.96], abs=1e-6)
    assert twins_of(near, 5, 0.8) == ([], [])
