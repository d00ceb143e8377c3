from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures import theme
from core.figures.embeddings import MAP_COLOURS, TOP_GROUPS, coverage_bars, product_map


@pytest.fixture
def table() -> pd.DataFrame:
    """Ten brands with 10, 9, … 1 products, one product in five from test."""
    brands = [f"brand {number}" for number in range(10) for _ in range(10 - number)]
    count = len(brands)
    test = np.arange(count) % 5 == 0
    return pd.DataFrame(
        {
            "row": np.arange(count),
            "sample_id": [str(number) for number in range(count)],
            "x": np.arange(count, dtype=float),
            "y": 0.0,
            "split": np.where(test, "test", "train"),
            "price": np.where(test, np.nan, 10.0),
            "brand": pd.array(brands, dtype="str"),
            "category": pd.array(["", "tea"] * (count // 2) + [""] * (count % 2), dtype="str"),
            "error": np.where(test, np.nan, -50.0),
            "title": pd.array(["<b>jam</b>"] * count, dtype="str"),
        }
    )


@pytest.mark.parametrize("colour", list(MAP_COLOURS))
def test_every_product_is_drawn_once_by_the_graphics_card(table: pd.DataFrame, colour: str) -> None:
    figure = product_map(table, colour)
    assert {trace.type for trace in figure.data} == {"scattergl"}
    assert sorted(x for trace in figure.data for x in trace.x) == table["x"].tolist()


def test_train_and_test_have_their_colours(table: pd.DataFrame) -> None:
    figure = product_map(table, "split")
    assert {trace.name: trace.marker.color for trace in figure.data} == {"train": theme.TRAIN, "test": theme.TEST}


def test_the_largest_brands_have_a_colour_and_the_rest_is_grey(table: pd.DataFrame) -> None:
    names = [trace.name for trace in product_map(table, "brand").data]
    assert names == ["other brands", *(f"brand {number}" for number in range(TOP_GROUPS))]


def test_titles_are_shown_and_never_read_as_markup(table: pd.DataFrame) -> None:
    said = product_map(table, "split").data[0].hovertext[0]
    assert said == "&lt;b&gt;jam&lt;/b&gt;<br>1 · $10.00 · error -50 %"


def test_a_point_stands_for_its_row_and_nothing_else(table: pd.DataFrame) -> None:
    for trace in product_map(table, "category").data:
        assert [list(custom) for custom in trace.customdata] == [[int(x)] for x in trace.x]


def test_prices_too_low_and_too_high_are_told_apart(table: pd.DataFrame) -> None:
    unknown, known = product_map(table, "error").data
    assert (unknown.name, len(unknown.x), known.name, set(known.marker.color)) == (
        "no error known",
        11,
        "train",
        {-50.0},
    )
    assert (known.marker.cmin, known.marker.cmax) == (-100.0, 100.0)


def test_an_empty_map_is_no_error(table: pd.DataFrame) -> None:
    for colour in MAP_COLOURS:
        assert len(product_map(table.iloc[:0], colour).data) == 0


def test_coverage_is_in_percent_of_each_split() -> None:
    counts = pd.DataFrame(
        {"train": [3, 1], "test": [0, 2], "meaning": ["there", "gone"]},
        index=pd.Index(["ok", "missing"], name="status"),
    )
    figure = coverage_bars(counts)
    assert {trace.name: list(trace.x) for trace in figure.data} == {"ok": [0.0, 75.0], "missing": [100.0, 25.0]}
    assert list(figure.data[0].y) == ["test", "train"]
