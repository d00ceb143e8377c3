from __future__ import annotations

import numpy as np
import pandas as pd

from core.figures.difference import MOST_POINTS, two_submissions


def _rows(count: int) -> pd.DataFrame:
    change = np.linspace(50.0, 0.0, count)
    return pd.DataFrame(
        {
            "sample_id": [str(row) for row in range(count)],
            "earlier": np.full(count, 10.0),
            "new": 10.0 * (1 + change / 100),
            "change_pct": change,
        }
    )


def test_rows_inside_and_outside_the_band() -> None:
    band, near, far = two_submissions(_rows(6), moved_pct=10.0, earlier="number 1").data
    assert "10 %" in band.name
    assert list(near.y) == [11.0, 10.0]
    assert len(far.y) == 4
    assert far.customdata[0][0] == "0"


def test_many_rows_are_sampled_and_the_title_says_so() -> None:
    figure = two_submissions(_rows(10_000), moved_pct=10.0, earlier="number 1")
    assert sum(len(trace.x) for trace in figure.data[1:]) == MOST_POINTS
    assert "4,000 of 10,000 rows" in figure.layout.xaxis.title.text
    shown = {one for trace in figure.data[1:] for one, _ in trace.customdata}
    assert {str(row) for row in range(1000)} <= shown
