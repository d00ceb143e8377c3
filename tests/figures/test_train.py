from __future__ import annotations

import numpy as np
import pandas as pd

from core.figures import train


def test_block_bars_use_the_titles_and_say_the_effect_in_percent() -> None:
    table = pd.DataFrame({"block": ["size", "brand"], "columns": [14, 2], "mean_abs_shap": [np.log(1.5), 0.0]})
    bar = train.block_bars(table, {"size": "Size"}).data[0]
    assert list(bar.y) == ["Size", "brand"]
    assert bar.customdata[0][0] == 50.0
    assert bar.customdata[0][1] == "14"


def test_column_bars_show_the_strongest_and_one_colour_a_block() -> None:
    table = pd.DataFrame(
        {"column": [f"c{i}" for i in range(40)], "block": ["a", "b"] * 20, "mean_abs_shap": np.linspace(1, 0, 40)}
    )
    bar = train.column_bars(table, {"c0": "letters of the title"}).data[0]
    assert [bar.customdata[0][1], bar.customdata[1][1]] == ["letters of the title", "of b"]
    assert list(bar.y) == [f"c{i}" for i in range(train.TOP_COLUMNS)]
    assert len(set(bar.marker.color)) == 2
    blocks = pd.DataFrame({"block": ["b", "a"], "columns": [20, 20], "mean_abs_shap": [2.0, 1.0]})
    assert list(train.block_bars(blocks, {}).data[0].marker.color) == [bar.marker.color[1], bar.marker.color[0]]


def test_density_counts_every_row_once() -> None:
    price = pd.Series([1.0, 10.0, 100.0, 100.0])
    grid = train.price_density(price, np.array([1.0, 20.0, 90.0, 90.0])).data[0]
    assert np.nansum(grid.customdata) == 4


def test_fold_scores_have_a_bar_a_fold() -> None:
    figure = train.fold_scores([53.0, 55.0], 54.0)
    assert list(figure.data[0].y) == [53.0, 55.0]
    assert figure.layout.shapes[0].y0 == 54.0
