"""Plans kept beside the runs that were made on them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.folds import FoldPlan, grouped_plan, keep_plan, kept_plan, random_plan
from core.store import ArtifactStore
from core.types import Catalog


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    ids = tiny_catalog.items.train.index
    return grouped_plan(tiny_catalog, pd.Series([f"g{i % 40}" for i in range(len(ids))], index=ids), seed=2)


def test_a_plan_comes_back_as_it_was(plan: FoldPlan, tiny_catalog: Catalog, store: ArtifactStore):
    assert kept_plan(plan.key, tiny_catalog, store=store) is None
    keep_plan(plan, store=store)
    found = kept_plan(plan.key, tiny_catalog, store=store)
    assert found is not None
    assert (found.kind, found.n_folds, found.seed, found.key) == ("brand_grouped", 5, 2, plan.key)
    pd.testing.assert_series_equal(found.fold_of, plan.fold_of)


def test_random_folds_are_drawn_again_instead(tiny_catalog: Catalog, store: ArtifactStore):
    plain = random_plan(tiny_catalog)
    keep_plan(plain, store=store)
    assert not (store.root / "plans").exists()


@pytest.mark.parametrize("change", [{"folds": "!"}, {"folds": ""}, {"seed": 3}, {"kind": "test_like"}, {"version": 0}])
def test_a_changed_record_is_none(
    change: dict[str, object], plan: FoldPlan, tiny_catalog: Catalog, store: ArtifactStore
):
    keep_plan(plan, store=store)
    (path,) = (store.root / "plans").glob("*.json")
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    assert kept_plan(plan.key, tiny_catalog, store=store) is None


def test_a_plan_is_of_its_rows_alone(plan: FoldPlan, tiny_catalog: Catalog, store: ArtifactStore):
    keep_plan(plan, store=store)
    assert kept_plan(plan.key, replace(tiny_catalog, key="other"), store=store) is None
    assert np.bincount(plan.fold_of).sum() == tiny_catalog.n_train
