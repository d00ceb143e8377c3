from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.explain import explain_run, interactions, open_run
from core.folds import FoldPlan, random_plan
from core.store import ArtifactStore
from core.train import Run, TrainSpec, train
from core.train.spec import FamilyName
from core.types import Catalog


def small_run(catalog: Catalog, store: ArtifactStore, family: FamilyName) -> tuple[Run, FoldPlan]:
    plan = random_plan(catalog, n_folds=3)
    spec = TrainSpec(family, ("five_simple", "category"), learning_rate=0.2, max_rounds=12, leaves=7, min_leaf_rows=5)
    return train(catalog, plan, spec, store=store), plan


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_values_add_up_to_the_out_of_fold_prediction(
    tiny_catalog: Catalog, store: ArtifactStore, family: FamilyName
) -> None:
    run, plan = small_run(tiny_catalog, store, family)
    found = explain_run(run, tiny_catalog, plan, store=store, max_rows=80)
    assert found.shap.shape == (80, len(run.columns))
    assert found.column_blocks == run.column_blocks
    np.testing.assert_allclose(found.log_price, run.oof_log_price[found.sample_ids], atol=1e-4)


def test_the_second_time_it_comes_from_the_cache(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = small_run(tiny_catalog, store, "lightgbm")
    first, second = (explain_run(run, tiny_catalog, plan, store=store, max_rows=30) for _ in range(2))
    assert (first.cached, second.cached) == (False, True)
    pd.testing.assert_frame_equal(first.shap, second.shap)
    assert first.key != explain_run(run, tiny_catalog, plan, store=store, max_rows=31).key


def test_other_data_gone_models_and_no_rows_are_told(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = small_run(tiny_catalog, store, "lightgbm")
    with pytest.raises(InputError, match="other data or other folds"):
        explain_run(run, tiny_catalog, random_plan(tiny_catalog, n_folds=3, seed=1), store=store)
    with pytest.raises(InputError, match="0 rows"):
        explain_run(run, tiny_catalog, plan, store=store, max_rows=0)
    with pytest.raises(InputError, match="no longer in the cache"):
        explain_run(replace(run, key="gone"), tiny_catalog, plan, store=store)


def test_a_linear_run_is_explained_and_opened_like_any_other(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = small_run(tiny_catalog, store, "linear")
    found = explain_run(run, tiny_catalog, plan, store=store, max_rows=30)
    np.testing.assert_allclose(found.log_price, run.oof_log_price[found.sample_ids], atol=1e-4)
    opened = open_run(run, tiny_catalog, plan, store=store)
    assert opened.reasons("test", 0).log_price == pytest.approx(run.test_log_price.iloc[0], abs=1e-12)
    with pytest.raises(InputError, match="no trees"):
        interactions(found, opened, "value", "title_chars", store=store)
