from __future__ import annotations

import pandas as pd
import pytest

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


def named(count: int) -> pd.DataFrame:
    """As many brands at nearly one place, every second one rarer in test."""
    more = [i % 2 == 0 for i in range(count)]
    return pd.DataFrame(
        {
            "label": [f"Brand number {i} of a very long name" for i in range(count)],
            "train_rows": 20 + pd.RangeIndex(count),
            "test_rows": 25,
            "surprising": True,
            "ratio_low": [2.04 if up else 0.1 for up in more],
            "ratio_high": [9.0 if up else 0.456 for up in more],
        }
    )


def test_names_say_the_cautious_end_of_their_interval_and_point_at_their_brand() -> None:
    figure = figures.frequency_scatter(named(2), n_train=100, n_test=100, named=named(2))
    first, second = figure.layout.annotations
    assert first.text == "Brand number 0 o… ≥ 2×"
    assert second.text.endswith("≤ 0.46×")
    assert (10**first.x, 10**first.y) == pytest.approx((20, 25))


def test_names_never_lie_on_each_other() -> None:
    table = named(30)
    figure = figures.frequency_scatter(table, n_train=100, n_test=100, named=table)
    notes = figure.layout.annotations
    assert 4 <= len(notes) < 30
    low, high = figure.layout.xaxis.range
    boxes = []
    for note in notes:
        place = figures._pixels(pd.Series([10**note.x]), pd.Series([10**note.y]), low, high)[0]
        width = len(note.text) * figures._LETTER_PX
        boxes.append((place[0] + note.ax - width / 2, place[1] + note.ay - 8, place[0] + note.ax + width / 2))
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            beside = one[2] <= other[0] + 1e-6 or other[2] <= one[0] + 1e-6
            assert beside or abs(one[1] - other[1]) >= 16 - 1e-6
