from __future__ import annotations

import pandas as pd
import pytest

from core.figures.twins import floor_bounds


def test_a_bar_from_the_lower_to_the_upper_bound_with_the_middle_and_its_interval() -> None:
    floors = pd.DataFrame(
        {
            "name": ["same text"],
            "lower": [10.0],
            "centre": [14.0],
            "low": [12.0],
            "high": [15.0],
            "upper": [20.0],
            "rows": [1200],
            "groups": [1],
        }
    )
    bar, middle = floor_bounds(floors).data
    assert (bar.base[0], bar.x[0]) == (10.0, 10.0)
    assert bar.y[0] == "same text<br>1,200 rows in 1 group"
    assert (middle.x[0], middle.error_x.array[0], middle.error_x.arrayminus[0]) == pytest.approx((14.0, 1.0, 2.0))
