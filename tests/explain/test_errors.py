from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError
from core.explain import SLICES, error_rows, slice_errors
from core.features import brands
from core.folds import FoldPlan, grouped_plan, random_plan
from core.metrics import clustered_se, to_log_price
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.types import Catalog


def too_dear(catalog: Catalog, plan: FoldPlan, store: ArtifactStore) -> Run:
    """A run whose every prediction is twice the true price."""
    run = train(catalog, plan, TrainSpec("lightgbm", ("five_simple",), max_rounds=2), store=store)
    return dataclasses.replace(run, oof_log_price=run.oof_log_price * 0 + to_log_price(catalog.price) + np.log(2.0))


def test_every_row_is_in_one_slice_of_each_kind(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(tiny_catalog)
    run = too_dear(tiny_catalog, plan, store)
    rows = error_rows(run, tiny_catalog, plan, store=store)
    assert rows.index.equals(tiny_catalog.price.index)
    assert rows["smape_pct"].to_numpy() == pytest.approx(200.0 / 3.0)
    for by in SLICES:
        table = slice_errors(rows, by)
        assert table["rows"].sum() == 300
        assert table["share_pct"].sum() == pytest.approx(100.0)
        assert table["smape_pct"].to_numpy() == pytest.approx(200.0 / 3.0)
        assert table["bias"].to_numpy() == pytest.approx(np.log(2.0))
    bands = rows.groupby("price_band", observed=True)["price"].agg(["min", "max"])
    assert (bands["max"].to_numpy()[:-1] < bands["min"].to_numpy()[1:]).all()
    with pytest.raises(AlignmentError):
        error_rows(dataclasses.replace(run, oof_log_price=run.oof_log_price[::-1]), tiny_catalog, plan, store=store)


def test_brands_kept_whole_are_unseen_and_counted(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    key = brands(tiny_catalog, store=store).value.train["brand_key"]
    plan = grouped_plan(tiny_catalog, key)
    rows = error_rows(too_dear(tiny_catalog, plan, store), tiny_catalog, plan, store=store)
    assert set(rows["seen_brand"]) <= {"unseen", "no brand"}
    others = key.map(key.value_counts()) - 1
    alone = rows["brand_support"] == "no other train row"
    assert ((key != "") & (others == 0)).tolist() == alone.tolist()
    assert (rows["brand_support"] == "no brand").tolist() == (key == "").tolist()


def test_intervals_know_that_rows_of_a_brand_err_alike() -> None:
    rows = pd.DataFrame(
        {"smape_pct": [10.0, 10.0, 30.0, 30.0], "residual": [0.0, 0.1, 0.2, 0.3], "cluster": [1, 1, 2, 2], "by": "x"}
    )
    line = slice_errors(rows, "by").iloc[0]
    half = 1.6448536 * clustered_se(rows["smape_pct"].to_numpy(), rows["cluster"].to_numpy())
    assert line["high_pct"] - line["smape_pct"] == pytest.approx(half)
    assert half > 1.6448536 * clustered_se(rows["smape_pct"].to_numpy(), np.arange(4))
