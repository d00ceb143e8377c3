from __future__ import annotations

import numpy as np
import pytest

from core.shift import OwnScores, step_distances
from tests.shift.gap_steps import STEPS


def test_levels_changes_and_ratios() -> None:
    table = step_distances(STEPS).set_index("setting")
    assert list(table.index) == [step.setting for step in STEPS]
    assert table.loc["out_of_fold", "ratio"] == pytest.approx(1.5)
    assert np.isnan(table.loc["in_sample_brand_price", "ratio"])
    assert table.loc["test_like", "verdict"] == "real"
    assert table.loc["all_text", "against"] == "five_simple"
    assert table.loc["all_text", "title"] == "Every text block of the default preset"
    assert "times_gap" not in table


def test_beside_the_users_scores() -> None:
    table = step_distances(STEPS, OwnScores(41.0, 51.0)).set_index("setting")
    assert table.loc["out_of_fold", "times_gap"] == pytest.approx(2.0)
    assert table.loc["in_sample_brand_price", "validation_from_pct"] == pytest.approx(1.0)
    assert table.loc["all_text", "leaderboard_from_pct"] == pytest.approx(-2.0)
    assert table["near"].tolist() == ["validation", "", "", "", "", "", "leaderboard"]
    assert step_distances(STEPS, OwnScores(50.0, 50.0))["times_gap"].isna().all()
