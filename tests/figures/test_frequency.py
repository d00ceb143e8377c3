from __future__ import annotations

import pandas as pd

from core.figures import frequency as figures
from core.figures import theme

TABLE = pd.DataFrame(
    {
        "label": ["Ada", "Bel", "Cyd", "Dov"],
        "train_rows": [4, 0, 0, 1],
        "test_rows": [3, 2, 2, 0],
        "surprising": [True, False, False, False],
    }
)


def test_brands_with_the_same_counts_share_a_point_and_none_is_lost() -> None:
    figure = figures.frequency_scatter(TABLE, n_train=5, n_test=7)
    points = {trace.name: trace for trace in figure.data if trace.mode == "markers"}
    assert all(trace.type == "scatter" for trace in points.values())
    unseen = points["unseen: only in test"]
    assert (list(unseen.x), list(unseen.y)) == ([0.5], [2])
    assert list(unseen.customdata[0]) == [0, 2, 2, "Bel, Cyd"]
    assert unseen.marker.color == theme.UNSEEN
    assert sum(trace.customdata[:, 2].sum() for trace in points.values() if len(trace.x)) == len(TABLE)


def test_no_brand_at_all_still_draws() -> None:
    assert figures.frequency_scatter(TABLE.head(0), n_train=0, n_test=0).data
