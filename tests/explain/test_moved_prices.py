from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain import moved_prices
from core.metrics import row_smape_pct


def rows(price: list[float], predicted: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price": price,
            "predicted": predicted,
            "smape_pct": row_smape_pct(price, predicted),
            "cluster": np.arange(len(price)),
        }
    )


def test_prices_that_are_all_a_tenth_too_low_want_that_factor() -> None:
    true = [10.0, 20.0, 40.0, 80.0]
    table = moved_prices(rows(true, [price / 1.1052 for price in true]))
    best = table.loc[table["change_pct"].idxmin()]
    assert best["factor"] == pytest.approx(1.1052, abs=0.001)
    assert best["change_pct"] == pytest.approx(-200 * 0.1052 / 2.1052, abs=0.01)
    assert best["high_pct"] < 0


def test_as_they_are_nothing_changes_and_the_interval_holds_the_change() -> None:
    table = moved_prices(rows([10.0, 20.0, 40.0], [11.0, 19.0, 47.0]))
    own = table.iloc[(table["factor"] - 1).abs().argmin()]
    assert own["change_pct"] == pytest.approx(0.0, abs=1e-9)
    assert (table["low_pct"] <= table["change_pct"]).all() and (table["change_pct"] <= table["high_pct"]).all()
    moved = table.iloc[-1]
    expected = row_smape_pct([10.0, 20.0, 40.0], np.array([11.0, 19.0, 47.0]) * moved["factor"]).mean()
    before = row_smape_pct([10.0, 20.0, 40.0], [11.0, 19.0, 47.0]).mean()
    assert moved["change_pct"] == pytest.approx(expected - before)
