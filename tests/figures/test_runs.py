from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures import runs as figures


def test_a_live_curve_is_thinned_and_keeps_its_best_and_its_last():
    y = list(np.linspace(60, 50, 1500))
    y[1234] = 40.0
    figure = figures.live_curves({"fold 1": (list(range(1, 1501)), y), "fold 2": ([], [])})
    line, best = figure.data
    assert len(line.x) < 420
    assert {1235, 1500} <= set(line.x)
    assert (best.x[0], best.y[0]) == (1235, 40.0)


def test_the_seeds_of_a_fold_have_its_colour_and_one_line_in_the_legend():
    curves = {title: ([1, 2], [60.0, 50.0]) for title in ("fold 1", "fold 1, seed 2", "fold 2", "fold 2, seed 2")}
    lines = [trace for trace in figures.live_curves(curves).data if trace.mode == "lines"]
    colours = [line.line.color for line in lines]
    assert colours[0] == colours[1] != colours[2] == colours[3]
    assert [line.showlegend for line in lines] == [True, False, True, False]


def test_a_difference_is_shown_as_the_change_of_the_second_run():
    folds, rows = figures.difference(0.5, 0.2, 0.8, [0.4, 0.6], real=True).data
    assert list(folds.x) == [-0.4, -0.6]
    assert rows.x[0] == -0.5
    assert (rows.error_x.array[0], rows.error_x.arrayminus[0]) == pytest.approx((0.3, 0.3))
    assert len(figures.difference(0.5, 0.2, 0.8, [], real=False).data) == 1


def test_the_learning_curve_is_dashed_where_nothing_was_measured():
    line = pd.DataFrame(
        {"n_fit": [100, 1000, 5000], "smape_pct": [60, 55, 50], "low_pct": [59, 54, 47], "high_pct": [61, 56, 53]}
    )
    points = pd.DataFrame({"n_fit": [100, 1000], "smape_pct": [60.1, 54.9]})
    traces = {trace.name: trace for trace in figures.learning_curve(points, line, 1000).data if trace.name}
    assert list(traces["form"].x) == [100, 1000]
    assert list(traces["extrapolated"].x) == [1000, 5000]
    assert traces["extrapolated"].line.dash == "dash"


def test_the_search_shows_the_best_so_far_and_what_matters():
    _, best = figures.search_history([1, 2, 4], [53.0, 54.0, 52.0]).data
    assert list(best.y) == [53.0, 53.0, 52.0]
    (bars,) = figures.importance_bars({"l2": 0.25, "leaves": 0.75}).data
    assert (list(bars.x), list(bars.y)) == ([75.0, 25.0], ["leaves", "l2"])
