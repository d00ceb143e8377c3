from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.features import brands
from core.folds import random_plan
from core.shift import (
    Adversarial,
    beyond_support_pct,
    catalog_adversarial,
    effective_rows,
    most_alike,
    propensity_bins,
)
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame


def found(train: list[float], test: list[float]) -> Adversarial:
    sides = [
        pd.DataFrame({"propensity": values}, index=pd.Index([f"{name}{i}" for i in range(len(values))], name=ID))
        for name, values in (("a", train), ("b", test))
    ]
    top = pd.DataFrame(columns=["column", "modality", "weight", "auc_alone"])
    return Adversarial(0.5, 0.4, 0.6, {}, SplitFrame(*sides), top, len(train), len(test))


def test_bins_hold_every_row_once() -> None:
    bins = propensity_bins(found([0.1, 0.2, 0.2, 0.5], [0.5, 0.9]), bins=4)
    assert bins["train_pct"].tolist() == [75.0, 0.0, 25.0, 0.0]
    assert bins["test_pct"].tolist() == [0.0, 0.0, 50.0, 50.0]
    assert (bins["low"].iloc[0], bins["high"].iloc[-1]) == pytest.approx((0.1, 0.9))


def test_one_propensity_for_all_still_has_bins() -> None:
    bins = propensity_bins(found([0.5] * 3, [0.5] * 2))
    assert bins[["train_pct", "test_pct"]].sum().tolist() == pytest.approx([100.0, 100.0])


def test_equal_weights_keep_every_row_and_unequal_ones_do_not() -> None:
    assert effective_rows(found([0.4] * 50, [0.4] * 30)) == pytest.approx(50.0)
    # Odds of 1 and 3: weights 0.5 and 1.5 about their mean.
    two = found([0.5] * 20 + [0.75] * 20, [0.5] * 40)
    assert effective_rows(two) == pytest.approx(40.0**2 / (20 * (0.25 + 2.25)))


def test_test_rows_beyond_all_but_one_percent_of_train() -> None:
    train = np.linspace(0.0, 0.5, 101).tolist()
    assert beyond_support_pct(found(train, [0.2, 0.494, 0.4951, 0.9])) == pytest.approx(50.0)
    assert beyond_support_pct(found(train, [])) == 0.0


def test_the_rows_most_like_test_come_with_their_product(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    told = catalog_adversarial(tiny_catalog, random_plan(tiny_catalog), store=store)
    named = brands(tiny_catalog, store=store).value
    train, test = (most_alike(tiny_catalog, named, told, store=store, side=side, n=5) for side in ("train", "test"))
    assert train["propensity"].is_monotonic_decreasing
    assert train["propensity"].iloc[0] == told.propensity.train["propensity"].max()
    assert train["price"].tolist() == tiny_catalog.price[train[ID]].tolist()
    assert "price" not in test
    assert test["title"].str.len().gt(0).all()
