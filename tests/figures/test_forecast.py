from __future__ import annotations

import numpy as np
import pandas as pd

from core.figures import forecast, theme


def test_scores_are_points_with_the_intervals_that_there_are() -> None:
    table = pd.DataFrame(
        {
            "name": ["cv", "forecast"],
            "smape_pct": [52.0, 51.0],
            "low_pct": [np.nan, 49.0],
            "high_pct": [np.nan, 54.0],
            "kind": ["train", "test"],
        }
    )
    (points,) = forecast.score_intervals(table).data
    assert list(points.x) == [52.0, 51.0]
    assert list(points.error_x.array) == [0.0, 3.0]
    assert list(points.error_x.arrayminus) == [0.0, 2.0]
    assert list(points.marker.color) == [theme.TRAIN, theme.TEST]
    assert points.text[0] == "<b>52.00 %</b>"


def test_standard_errors_in_words() -> None:
    (bars,) = forecast.error_shares({"se_rows": 0.7, "se_doubt": 0.0, "mix": 1.0}).data
    assert list(bars.y) == ["single rows", "warnings"]
    assert list(bars.x) == [0.7, 0.0]
