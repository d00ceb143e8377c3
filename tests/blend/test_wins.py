"""Where a blend beats its best member: exact on rows that are made to differ."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.blend import ALL_ROWS, Member, fixed_blend, wins
from core.errors import AlignmentError
from core.folds import random_plan
from core.metrics import smape_pct, to_price
from core.types import Catalog


def test_gains_are_paired_by_rows_and_found_where_they_are(tiny_catalog: Catalog):
    price, n_rows = tiny_catalog.price, tiny_catalog.n_train
    log_price, asked = np.log(price), pd.Series([0.0] * tiny_catalog.n_test, index=tiny_catalog.items.test.index)
    dear = (price > price.median()).to_numpy()
    noise = np.random.default_rng(1).normal(scale=0.2, size=n_rows)
    best = Member("best", log_price + 0.3 * dear + noise, asked)
    other = Member("other", log_price - 0.3 * dear + noise, asked)
    mixed = fixed_blend([best, other], price, random_plan(tiny_catalog), {"best": 1.0, "other": 1.0})
    slices = pd.DataFrame({"half": pd.Categorical(np.where(dear, "dear", "cheap"))}, index=price.index)
    table = wins(mixed, best, price, slices, np.arange(n_rows)).set_index("label")
    assert table.index.tolist() == [ALL_ROWS, "cheap", "dear"]
    assert table["rows"].tolist() == [n_rows, int((~dear).sum()), int(dear.sum())]
    assert table.loc["cheap", "gain_pct"] == pytest.approx(0.0, abs=1e-9)
    assert table.loc["dear", "low_pct"] > 5
    whole = smape_pct(price, to_price(best.oof_log_price)) - smape_pct(price, to_price(mixed.nested_log_price))
    assert table.loc[ALL_ROWS, "gain_pct"] == pytest.approx(whole)
    assert table["low_pct"].le(table["gain_pct"]).all()
    with pytest.raises(AlignmentError):
        wins(mixed, best, price, slices.iloc[::-1], np.arange(n_rows))
