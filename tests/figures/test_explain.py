from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures import explain as figures


def test_the_waterfall_ends_at_the_price() -> None:
    figure = figures.waterfall(["a", "b"], [np.log(2), -np.log(4)], start=np.log(10), start_label="s", end_label="e")
    bars = figure.data[0]
    assert list(bars.base) == pytest.approx([1.0, np.log10(20)])
    assert bars.base[1] + bars.x[1] == pytest.approx(np.log10(5))
    assert list(bars.text) == ["× 2.00", "× 0.25"]
    assert bars.marker.color[0] != bars.marker.color[1]
    assert set(figure.layout.xaxis.ticktext) <= {"$5", "$6", "$7", "$8", "$9", "$10", "$12", "$15", "$20", "$2", "$4"}


def test_the_swarm_spreads_what_lies_on_one_spot_and_greys_what_is_missing() -> None:
    table = pd.DataFrame(
        {"column": ["a"] * 5, "sample_id": list("vwxyz"), "shap": [0.1] * 4 + [0.5], "rank": [0.2, 0.4, 0.6, np.nan, 1]}
    )
    figure = figures.swarm(table, ["v"] * 5)
    missing, known = figure.data
    assert list(missing.customdata[:, 0]) == ["y"]
    assert len(set(known.y)) >= 3
    assert np.abs(np.array(known.y)).max() < 0.5


def test_dependence_sets_rows_without_the_value_apart() -> None:
    table = pd.DataFrame(
        {"sample_id": list("abc"), "value": [1.0, 2.0, np.nan], "shap": [0.0] * 3, "by": [1.0, 2, np.nan]}
    )
    figure = figures.dependence(table, "x", "y", names={}, by_names={})
    grey, coloured = figure.data
    assert grey.x[0] < 1.0 and list(coloured.x) == [1.0, 2.0]
    assert "missing" in figure.layout.xaxis.title.text
    named = figures.dependence(table, "x", "y", names={1.0: "tea", 2.0: "oil"}, by_names={})
    assert list(named.layout.xaxis.ticktext) == ["tea", "oil"]


def test_moves_pair_their_bars() -> None:
    table = pd.DataFrame({"block": ["size"], "before": [np.log(2)], "after": [0.0]})
    before, after = figures.moves(table, {"size": "Size"}).data
    assert before.x[0] == pytest.approx(1.0) and after.x[0] == 0.0
    assert before.text[0] == "× 2.00" and before.y[0] == "Size"
