from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.embed import map_table, places_of, rows_within
from core.types import Catalog, SplitFrame

SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


@pytest.fixture
def jams(make_catalog: Callable[..., Catalog]) -> Catalog:
    """Three train products and a test product."""
    texts = {"a": "Item Name: Plum Jam", "b": "Item Name: Green Tea", "c": "", "d": "Item Name: Jam of Fig"}
    return make_catalog({"a": "", "b": "", "c": ""}, {"d": ""}, texts)


@pytest.fixture
def places(jams: Catalog) -> SplitFrame:
    """``b`` has none."""
    return SplitFrame(
        pd.DataFrame({"x": [0.0, np.nan, 2.0], "y": [0.0, np.nan, 1.0]}, index=jams.items.train.index),
        pd.DataFrame({"x": [3.0], "y": [4.0]}, index=jams.items.test.index),
    )


def test_the_map_leaves_out_what_has_no_place_and_samples_by_seed(jams: Catalog, places: SplitFrame) -> None:
    told = {"brand": np.array(["A", "B", "", "D"], dtype=object)}
    whole = map_table(jams, places, told, max_points=9, seed=0)
    assert whole["row"].tolist() == [0, 2, 3]
    assert whole["sample_id"].tolist() == ["a", "c", "d"]
    assert whole["split"].tolist() == ["train", "train", "test"]
    assert whole["title"].tolist() == ["Plum Jam", "", "Jam of Fig"]
    assert whole["brand"].tolist() == ["A", "", "D"]
    assert whole["price"].isna().tolist() == [False, False, True]
    part = map_table(jams, places, told, max_points=2, seed=1)
    assert len(part) == 2
    assert part.equals(map_table(jams, places, told, max_points=2, seed=1))


def test_places_are_train_first(places: SplitFrame) -> None:
    assert places_of(places)[[0, 2, 3]].tolist() == [[0.0, 0.0], [2.0, 1.0], [3.0, 4.0]]


def test_points_within_any_outline_are_found() -> None:
    xy = np.array([[1, 1], [3, 1], [np.nan, np.nan], [11, 11], [1.9, 0.1]], dtype=np.float32)
    away = ((10.0, 10.0), (12.0, 10.0), (11.0, 13.0))
    assert rows_within(xy, [SQUARE]).tolist() == [0, 4]
    assert rows_within(xy, [SQUARE, away]).tolist() == [0, 3, 4]
    assert rows_within(xy, []).tolist() == []
    assert rows_within(xy, [SQUARE[:2]]).tolist() == []


def test_a_lasso_goes_round_corners_and_crosses_itself() -> None:
    rng = np.random.default_rng(0)
    xy = rng.uniform(-1, 3, (400, 2)).astype(np.float32)
    notched = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (1.0, 1.0), (0.0, 2.0))
    x, y = xy.T
    expected = (x > 0) & (x < 2) & (y > 0) & (y < np.abs(x - 1) + 1)
    assert rows_within(xy, [notched]).tolist() == np.flatnonzero(expected).tolist()
    # Round the square twice: outside again by the even-odd rule.
    assert rows_within(np.array([[1, 1]], dtype=np.float32), [SQUARE + SQUARE]).tolist() == []
