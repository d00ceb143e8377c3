from __future__ import annotations

import numpy as np
import pandas as pd

from core.figures import submissions as figures

ENTRIES = pd.DataFrame(
    {
        "number": [1, 2, 3],
        "name": ["one <b>", "a name that is much too long", "three"],
        "validation_smape_pct": [50.0, 49.0, np.nan],
        "forecast_smape_pct": [51.0, np.nan, 50.5],
        "forecast_low_pct": [49.0, np.nan, 48.5],
        "forecast_high_pct": [54.0, np.nan, 52.5],
        "leaderboard_smape_pct": [52.0, 50.0, np.nan],
    }
)


def test_every_score_stands_over_its_submission() -> None:
    figure = figures.scores_by_submission(ENTRIES)
    validation, forecast, leaderboard = figure.data
    assert np.allclose(forecast.x, [0, 1, 2])
    assert np.allclose(forecast.error_y.array[0], 3.0)
    assert np.allclose(forecast.error_y.arrayminus[0], 2.0)
    assert np.allclose(leaderboard.y, [52.0, 50.0, np.nan], equal_nan=True)
    assert np.allclose(validation.y, [50.0, 49.0, np.nan], equal_nan=True)
    assert list(figure.layout.xaxis.ticktext) == ["1", "2", "3"]
    assert validation.customdata[0] == "one &lt;b>"


def test_gaps_are_those_of_the_scored_ones() -> None:
    interval, validation, forecast = figures.gap_by_submission(ENTRIES).data
    assert np.allclose(validation.y, [2.0, 1.0])
    assert np.allclose(forecast.y, [1.0, np.nan], equal_nan=True)
    assert list(forecast.text) == ["+1.00", ""]
    assert np.allclose(np.asarray(interval.base, dtype=float), [-2.0, np.nan], equal_nan=True)
    assert np.allclose(interval.y, [5.0, np.nan], equal_nan=True)


def test_nothing_scored_can_be_drawn() -> None:
    assert len(figures.gap_by_submission(ENTRIES.iloc[2:]).data[0].y) == 0
