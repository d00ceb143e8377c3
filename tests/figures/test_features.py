from __future__ import annotations

import pandas as pd

from core.figures import theme
from core.figures.features import coverage_bars, distribution_bars


def test_coverage_bars_keep_the_colours_of_train_and_test() -> None:
    table = pd.DataFrame({"feature": ["Brand", "Size"], "train_pct": [90.0, 80.0], "test_pct": [70.0, 60.0]})
    train, test = coverage_bars(table).data
    assert (train.name, list(train.x), train.marker.color) == ("train", [90.0, 80.0], theme.TRAIN)
    assert (test.name, list(test.x), test.marker.color) == ("test", [70.0, 60.0], theme.TEST)


def test_distribution_bars() -> None:
    table = pd.DataFrame({"label": ["1", "2"], "train_pct": [50.0, 50.0], "test_pct": [0.0, 100.0]})
    figure = distribution_bars(table, "packages in the offer")
    assert [list(bar.y) for bar in figure.data] == [[50.0, 50.0], [0.0, 100.0]]
    assert figure.layout.xaxis.title.text == "packages in the offer"
    assert figure.layout.xaxis.type == "category"
