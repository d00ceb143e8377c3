from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures import errors as figures


def test_slices_and_calibration_show_their_intervals() -> None:
    table = pd.DataFrame(
        {
            "label": ["a", "b"],
            "rows": [3, 4],
            "smape_pct": [50.0, 60.0],
            "low_pct": [45.0, -np.inf],
            "high_pct": [58.0, np.inf],
            "share_pct": [40.0, 60.0],
            "bias": [0.0, np.log(1.1)],
            "bias_low": [-0.1, 0.0],
            "bias_high": [0.1, np.log(1.2)],
        }
    )
    bars = figures.slice_bars(table, 55.0).data[0]
    assert list(bars.error_x.array) == [8.0, 0.0] and list(bars.error_x.arrayminus) == [5.0, 0.0]
    points = figures.calibration(table).data[0]
    assert list(points.x) == pytest.approx([0.0, 10.0])
    assert points.error_x.array[1] == pytest.approx(10.0)


def test_residuals_count_every_row() -> None:
    heat = figures.residuals(np.array([1.0, 10.0, 10.0]), np.array([0.0, 5.0, -5.0])).data[0]
    assert np.asarray(heat.customdata).sum() == 3


def test_the_lowest_point_of_moved_prices_is_marked() -> None:
    table = pd.DataFrame(
        {
            "factor": [0.9, 1.0, 1.1],
            "change_pct": [-0.4, 0.0, 0.9],
            "low_pct": [-0.6, 0.0, 0.7],
            "high_pct": [-0.2, 0.0, 1.1],
        }
    )
    *_, line, best = figures.moved_prices(table).data
    assert list(line.y) == [-0.4, 0.0, 0.9]
    assert list(best.y) == [-0.4] and best.x[0] == pytest.approx(np.log2(0.9))
