from __future__ import annotations

import pandas as pd
import pytest

from core.figures import brand_shift as figures


def test_levels_are_stacked_to_a_hundred_and_absent_ones_left_out() -> None:
    shares = {"test rows": {"unseen": 30.0, "rare": 20.0, "well": 50.0, "unknown": 0.0}}
    figure = figures.level_bars(shares, 5)
    assert [trace.name for trace in figure.data] == [
        "unseen: no train row",
        "rare: 1 to 4 train rows",
        "well shown: 5 or more",
    ]
    assert sum(trace.x[0] for trace in figure.data) == 100.0


def test_groups_beyond_the_first_are_not_drawn() -> None:
    table = pd.DataFrame(
        {
            "group": [f"g{i}" for i in range(30)],
            "unseen_pct": 10.0,
            "rare_pct": 20.0,
            "well_pct": 70.0,
            "unknown_pct": 0.0,
        }
    )
    assert len(figures.group_bars(table, "group", 5).data[0].y) == figures.MOST_GROUPS


def test_curve_leaves_out_zero_which_a_logarithm_cannot_show() -> None:
    curve = pd.DataFrame({"min_train_rows": [0, 1, 10], "test_rows_pct": [100.0, 70.0, 20.0]})
    assert list(figures.coverage_curve(curve, 5).data[0].x) == [1, 10]


def test_auc_interval_is_drawn_from_its_ends() -> None:
    aucs = pd.DataFrame({"name": ["text"], "auc": [0.6], "low": [0.57], "high": [0.65]})
    bar = figures.auc_intervals(aucs).data[0].error_x
    assert (bar.array[0], bar.arrayminus[0]) == pytest.approx((0.05, 0.03))


def test_brand_prices_stand_above_all_prices() -> None:
    figure = figures.brand_prices([2.0, 3.0], [1.0, 2.0, 3.0, 100.0], "Ada")
    assert list(figure.data[1].x) == [2.0, 3.0]
    assert figure.layout.xaxis.type == "log"


def test_a_group_without_rows_has_no_bar_and_names_are_words() -> None:
    table = pd.DataFrame(
        {
            "group": ["fresh_frozen", "unknown"],
            "unseen_pct": [100.0, 0.0],
            "rare_pct": [0.0, 0.0],
            "well_pct": [0.0, 0.0],
            "unknown_pct": [0.0, 0.0],
        }
    )
    (bar,) = figures.group_bars(table, "group", 5).data
    assert list(bar.y) == ["fresh frozen"]


def test_pieces_of_bars_carry_what_they_stand_for() -> None:
    shares = {"test rows": {"unseen": 40.0, "well": 60.0}, "test units": {"unseen": 10.0, "well": 90.0}}
    unseen, _ = figures.level_bars(shares, 5, noun="unit").data
    assert [list(custom) for custom in unseen.customdata] == [["unseen"], ["unseen"]]
    table = pd.DataFrame(
        {
            "band": ["low", "high"],
            "number": [0, 1],
            "unseen_pct": 100.0,
            "rare_pct": 0.0,
            "well_pct": 0.0,
            "unknown_pct": 0,
        }
    )
    (bar,) = figures.group_bars(table, "band", 5, identity="number").data
    assert [list(custom) for custom in bar.customdata] == [[0, "unseen"], [1, "unseen"]]
    assert list(bar.y) == ["low", "high"]


def test_the_curve_has_points_that_can_be_picked() -> None:
    curve = pd.DataFrame({"min_train_rows": [0, 1, 10], "test_rows_pct": [100.0, 70.0, 20.0]})
    figure = figures.coverage_curve(curve, 10, noun="unit")
    line = figure.data[0]
    assert (figure.layout.shapes[0].x0, figure.layout.annotations[0].x) == (10, 1.0)
    assert "markers" in line.mode
    assert [list(custom) for custom in line.customdata] == [[1], [10]]
    assert "their unit has" in line.hovertemplate


def test_many_prices_are_bars_and_not_ticks() -> None:
    many = [float(price) for price in range(1, figures.MOST_TICKS + 2)]
    figure = figures.brand_prices(many, [*many, 1000.0], "Ada")
    assert [trace.type for trace in figure.data] == ["bar", "bar"]
    assert sum(figure.data[1].y) == pytest.approx(100.0)
