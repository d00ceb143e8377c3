from __future__ import annotations

import pandas as pd

from core.figures import overview, theme
from core.types import JsonDict

REPORT: JsonDict = {
    "gap": [
        {"setting": "in_sample_brand_price", "oof_smape_pct": 41.0},
        {"setting": "out_of_fold", "oof_smape_pct": 58.5},
        {"setting": "all_text", "oof_smape_pct": 52.0},
        {"setting": "some_new_setting", "oof_smape_pct": None},
    ],
    "cv": {"smape_pct": 54.0},
    "forecast": {"smape_pct": 55.0, "low_pct": 53.0, "high_pct": 58.0},
}


def test_steps_tell_the_story_in_order_and_leave_out_what_is_absent() -> None:
    steps = overview.ladder_steps(REPORT)
    assert [(step.kind, step.smape_pct) for step in steps] == [
        ("leaked", 41.0),
        ("honest", 58.5),
        ("honest", 54.0),
        ("forecast", 55.0),
    ]
    assert overview.ladder_steps({}) == []


def test_bars_carry_score_change_and_interval() -> None:
    bar, whiskers = overview.gap_ladder(overview.ladder_steps(REPORT)).data
    assert list(bar.text) == [
        "<b>41.0 %</b>",
        "<b>58.5 %</b><br>+17.5",
        "<b>54.0 %</b><br>−4.5",
        "<b>55.0 %</b><br>+1.0",
    ]
    assert (list(whiskers.error_y.array), list(whiskers.error_y.arrayminus)) == ([3.0], [2.0])
    assert bar.marker.color[0] == theme.BAD
    steps = [overview.Step("a", 47.52, "honest"), overview.Step("b", 47.49, "forecast")]
    assert overview.gap_ladder(steps).data[0].text[1] == "<b>47.5 %</b><br>±0.0"


def test_the_histogram_counts_every_row_once() -> None:
    bar = overview.price_histogram(pd.Series([0.13, 1.0, 10.0, 10.0, 2796.0])).data[0]
    assert len(bar.y) == overview.PRICE_BINS
    assert sum(bar.y) == 5


def test_one_price_alone_can_be_drawn() -> None:
    assert sum(overview.price_histogram(pd.Series([5.0])).data[0].y) == 1
