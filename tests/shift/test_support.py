from __future__ import annotations

import numpy as np
import pandas as pd

from core.folds import FoldPlan, random_plan
from core.shift import fold_support, rows_in_both, support_level
from core.types import ID, Catalog, SplitFrame


def frame(ids: str, keys: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"brand_key": keys}, index=pd.Index(list(ids), name=ID))


KEYS = SplitFrame(frame("abcdef", ["x", "x", "x", "y", "", "x"]), frame("uvw", ["x", "z", ""]))
PLAN = FoldPlan("random", 2, 0, pd.Series([0, 0, 1, 1, 0, 1], index=KEYS.train.index), "key")


def test_a_train_row_does_not_count_its_own_fold() -> None:
    support = fold_support(KEYS, "brand_key", PLAN).train["support"]
    assert support.iloc[:4].tolist() == [2.0, 2.0, 2.0, 0.0]
    assert np.isnan(support["e"])


def test_a_test_row_sees_what_one_fold_model_saw() -> None:
    for seed in range(4):
        support = fold_support(KEYS, "brand_key", PLAN, seed=seed).test["support"]
        assert support["u"] == 2.0
        assert support["v"] == 0.0
        assert np.isnan(support["w"])


def test_rows_of_a_brand_in_both_files() -> None:
    train, test = rows_in_both(KEYS, "brand_key")
    assert train.tolist() == [5.0, 5.0, 5.0, 1.0, 0.0, 5.0]
    assert test.tolist() == [5.0, 1.0, 0.0]


def test_agrees_with_a_plain_count(tiny_catalog: Catalog) -> None:
    draw = np.random.default_rng(1)
    train, test = tiny_catalog.items.train.index, tiny_catalog.items.test.index
    keys = SplitFrame(
        pd.DataFrame({"k": [f"b{i}" for i in draw.integers(0, 40, len(train))]}, index=train),
        pd.DataFrame({"k": [f"b{i}" for i in draw.integers(0, 60, len(test))]}, index=test),
    )
    plan = random_plan(tiny_catalog)
    found = fold_support(keys, "k", plan, seed=5)
    key, fold = keys.train["k"].tolist(), plan.fold_of.tolist()
    plain = [sum(key[j] == key[i] and fold[j] != fold[i] for j in range(len(key))) for i in range(len(key))]
    assert found.train["support"].tolist() == plain
    possible = [
        {sum(k == name and f != out for k, f in zip(key, fold, strict=True)) for out in range(5)}
        for name in keys.test["k"]
    ]
    assert all(value in options for value, options in zip(found.test["support"], possible, strict=True))


def test_levels_follow_the_threshold() -> None:
    level = support_level(pd.Series([0.0, 1.0, 4.0, 5.0, np.nan]), rare_below=5)
    assert level.tolist() == ["unseen", "rare", "rare", "well", "unknown"]
