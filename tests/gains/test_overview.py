"""The table behind the page: every block, measured or not, in the order that is asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.gains import SORTS, BlockCost, BlockGain, Gain, GainReport, GainSpec, Suggestion, gain_table, overview
from core.types import ID, BlockInfo, FeatureBlock, SplitFrame

INFOS = {
    "cheap": BlockInfo("cheap", "Cheap", "costs nothing"),
    "dear": BlockInfo("dear", "Dear", "costs a lot", uses_target=True),
    "new": BlockInfo("new", "New", "not measured", default_on=False, why_off="never tried"),
}


def gain(points: float) -> Gain:
    return Gain(points, 0.1, 0.0, 0.1, (points - 0.2, points + 0.2), (points - 0.25, points + 0.25), 0.01)


def line(name: str, seconds: float, points: float, on: bool) -> BlockGain:
    cost = BlockCost(seconds, 3, 90.0, 80.0)
    return BlockGain(name, on, cost, 1.0, gain(5.0), gain(points), 0.02, "gain", "It earns its place.", None)


@pytest.fixture
def report() -> GainReport:
    return GainReport(
        spec=GainSpec(("cheap",), candidates=("dear",)),
        block_keys={},
        plan_kind="random",
        plan_seed=0,
        n_folds=5,
        n_rows=100,
        n_clusters=40,
        median_smape_pct=73.0,
        anchor_smape_pct=64.0,
        chosen_smape_pct=53.0,
        anchor_refit_sd_pct=0.2,
        chosen_refit_sd_pct=0.1,
        anchor_refit_beyond_pct=0.0,
        chosen_refit_beyond_pct=0.0,
        lines=(line("dear", 39.0, 0.8, False), line("cheap", 0.0, 0.3, True)),
        suggestion=Suggestion(("cheap",), 53.0, gain(0.0)),
        n_fits=8,
        fit_seconds=10.0,
    )


def test_a_gain_a_second_counts_making_and_fitting(report: GainReport):
    table = gain_table(report).set_index("block")
    assert table["gain_a_second"].to_dict() == {"cheap": pytest.approx(0.3), "dear": pytest.approx(0.02)}
    free = BlockGain("x", True, BlockCost(0.0, 1, 1.0, 1.0), 0.0, gain(1.0), gain(1.0), 0.5, "gain", "", None)
    assert free.gain_a_second == pytest.approx(10.0)


def test_every_block_has_a_line_and_the_choice_is_the_present_one(report: GainReport):
    costs = {"dear": BlockCost(39.0, 3, 90.0, 80.0)}
    table = overview(INFOS, ["dear", "new"], costs, report)
    assert table["block"].tolist() == ["cheap", "dear", "new"]
    assert table["on"].tolist() == [False, True, True]
    assert table["verdict"].tolist() == ["gain", "gain", ""]
    assert table["suggested"].tolist() == [True, False, False]
    assert table["why_off"].tolist() == ["", "", "never tried"]
    assert table["fold_aware"].tolist() == [False, True, False]
    assert table["block_seconds"].isna().tolist() == [True, False, True]
    assert table.loc[0, ["away_pct", "away_low_pct", "away_high_pct"]].tolist() == pytest.approx([0.3, 0.1, 0.5])


def test_before_a_measurement_the_order_is_that_of_the_blocks():
    table = overview(INFOS, [], {}, None)
    assert table["block"].tolist() == ["cheap", "dear", "new"]
    assert table["away_pct"].isna().all()


@pytest.mark.parametrize(
    ("sort", "first"), [("gain, taken away", "dear"), ("cost", "dear"), ("name", "cheap"), ("gain a second", "cheap")]
)
def test_it_is_sorted_as_asked(report: GainReport, sort: str, first: str):
    costs = {"dear": BlockCost(39.0, 3, 90.0, 80.0), "new": BlockCost(50.0, 3, 1.0, 1.0)}
    assert overview(INFOS, [], costs, report, sort=sort)["block"].iloc[0] == first
    assert all(overview(INFOS, [], costs, report, sort=name)["block"].nunique() == 3 for name in SORTS)


def test_a_cost_is_that_of_both_files():
    train = pd.DataFrame({"x": [1.0, np.nan], "y": [np.nan, np.nan]}, index=pd.Index(["a", "b"], name=ID))
    frame = SplitFrame(train, train.iloc[:0])
    block = FeatureBlock(INFOS["cheap"], frame, "key", 1.5, False)
    assert BlockCost.of(block) == BlockCost(1.5, 2, 50.0, 0.0)
