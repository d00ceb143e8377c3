from __future__ import annotations

import pandas as pd

from core.figures import probe


def told(predicted: list[float]) -> pd.DataFrame:
    index = pd.Index(["a", "b", "c"], name="sample_id")
    return pd.DataFrame({"price": [1.0, 10.0, 5.0], "predicted": predicted, "smape_pct": [66.7, 18.2, 200.0]}, index)


def test_priced_rows_stand_beside_the_line_of_true_prices() -> None:
    line, points = probe.told_prices(told([2.0, 12.0, float("nan")])).data
    assert list(line.x) == list(line.y) == [1.0, 12.0]
    assert (list(points.x), list(points.y)) == ([1.0, 10.0], [2.0, 12.0])
    assert points.customdata.tolist() == [["a", 66.7], ["b", 18.2]]


def test_no_priced_row_leaves_it_empty() -> None:
    (points,) = probe.told_prices(told([float("nan")] * 3)).data
    assert len(points.x) == 0
