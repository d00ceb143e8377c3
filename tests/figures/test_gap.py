from __future__ import annotations

import pandas as pd
import pytest

from core.figures import gap, theme
from core.types import JsonDict


def line(setting: str, smape_pct: float, against: str = "", **more: object) -> JsonDict:
    return {"setting": setting, "oof_smape_pct": smape_pct, "against": against or None, **more}  # type: ignore[dict-item]


LINES = [
    line("in_sample_brand_price", 40.0, low_pct=38.0, high_pct=43.0),
    line("out_of_fold", 60.0, "in_sample_brand_price", change_low_pct=18.0, change_high_pct=23.0, verdict="real"),
    line("twins_together", 60.2, "out_of_fold", change_low_pct=-0.1, change_high_pct=0.5, verdict="noise"),
    line("test_like", 59.0, "out_of_fold", change_low_pct=-1.5, change_high_pct=-0.5, verdict="real"),
    line("brand_grouped", 70.0, "out_of_fold"),
    line("all_text", 52.0, "five_simple"),
]


def test_the_path_follows_what_each_step_is_compared_with() -> None:
    assert [step["setting"] for step in gap.gap_path(LINES)] == ["in_sample_brand_price", "out_of_fold", "test_like"]
    kept = [{**item, "against": "twins_together"} if item["setting"] == "test_like" else item for item in LINES]
    assert [step["setting"] for step in gap.gap_path(kept)][1:] == ["out_of_fold", "twins_together", "test_like"]
    short = [item for item in LINES if item["setting"] != "test_like"]
    assert [step["setting"] for step in gap.gap_path(short)] == ["in_sample_brand_price", "out_of_fold"]
    assert gap.gap_path([]) == []


def test_floating_changes_lead_from_the_first_level_to_the_last() -> None:
    figure = gap.gap_waterfall(LINES)
    (bars,) = figure.data
    assert list(bars.base) == [0.0, 40.0, 60.0, 0.0, 0.0]
    assert list(bars.y) == [40.0, 20.0, pytest.approx(-1.0), 59.0, 70.0]
    assert list(bars.error_y.array) == [3.0, 3.0, pytest.approx(0.5), 0.0, 0.0]
    assert list(bars.error_y.arrayminus)[:2] == [2.0, 2.0]
    assert [note.text for note in figure.layout.annotations] == [
        "<b>40.0 %</b>",
        "<b>+20.0</b>",
        "<b>−1.0</b>",
        "<b>59.0 %</b>",
        "<b>70.0 %</b>",
    ]
    assert (bars.marker.color[0], bars.marker.color[3]) == (theme.BAD, theme.TRAIN)


def test_a_change_that_may_be_chance_is_grey() -> None:
    kept = [{**item, "against": "twins_together"} if item["setting"] == "test_like" else item for item in LINES]
    assert gap.gap_waterfall(kept).data[0].marker.color[2] == theme.NEUTRAL


def test_causes_stand_against_the_users_gap() -> None:
    causes = pd.DataFrame(
        {"title": ["chance", "leak"], "low_pct": [0.0, 0.0], "high_pct": [0.0, 20.0], "fits": [False, True]}
    )
    figure = gap.cause_reaches(causes, gap_pct=5.7, noise_pct=1.5)
    bars = figure.data[0]
    assert (list(bars.x), list(bars.base)) == ([0.0, 20.0], [0.0, 0.0])
    assert list(bars.marker.color) == [theme.NEUTRAL, theme.GOOD]
    band, edge = figure.layout.shapes
    assert (band.x0, band.x1, edge.x0) == (pytest.approx(4.2), pytest.approx(7.2), 5.7)
    assert figure.layout.annotations[0].text == "<b>your gap +5.7</b>"
