from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.features import brands
from core.folds import random_plan
from core.shift import Predictions, brands_apart, catalog_forecast
from core.shift import apart as apart_module
from core.shift.apart import drawn_brands, part_of_train
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog


def test_brands_are_drawn_whole_and_unknown_rows_one_by_one() -> None:
    key = pd.Series(["a"] * 4 + ["b"] * 4 + [""] * 4)
    for seed in range(8):
        kept = drawn_brands(key, max_rows=7, seed=seed)
        assert kept.sum() <= 7
        assert kept[:4].sum() in (0, 4)
        assert kept[4:8].sum() in (0, 4)
    assert drawn_brands(key, max_rows=12, seed=0).all()


def test_a_part_of_train_has_its_own_key_and_no_test_rows(tiny_catalog: Catalog) -> None:
    kept = np.arange(tiny_catalog.n_train) % 3 == 0
    part = part_of_train(tiny_catalog, kept)
    assert (part.n_train, part.n_test) == (kept.sum(), 0)
    assert part.price.equals(tiny_catalog.price[kept])
    assert part.key not in (tiny_catalog.key, part_of_train(tiny_catalog, ~kept).key)


def test_a_large_catalogue_is_held_apart_by_a_part_of_its_brands(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart_module, "MAX_ROWS", 150)
    monkeypatch.setattr(apart_module, "WORTH_FITTING", -1.0)
    plan = random_plan(tiny_catalog)
    spec = TrainSpec("lightgbm", ("five_simple", "brand_price"), learning_rate=0.2, max_rounds=20, min_leaf_rows=5)
    found = brands_apart(tiny_catalog, plan, spec, store=store)
    assert found is not None
    ids = found.oof_log_price.index
    assert 100 < len(ids) <= 150
    key = brands(tiny_catalog, store=store).value.train["brand_key"]
    assert not set(key[ids]) & set(key.drop(ids)) - {""}
    run = train(tiny_catalog, plan, spec, store=store)
    predictions = Predictions(run.oof_log_price, run.test_fold_log_price)
    seen = catalog_forecast(tiny_catalog, plan, predictions, store=store, apart=found)
    assert 0 < seen.low_pct < seen.high_pct < 200
