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
