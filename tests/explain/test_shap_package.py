"""SHAP values against the shap package: through its interface, and by its own walk over the trees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.explain import explain_run
from core.store import ArtifactStore
from core.train import FoldModel, fold_models, run_matrix
from core.types import Catalog, Float32Array, FloatArray
from tests.explain.test_pairs import data, fitted
from tests.explain.test_run import small_run

ATOL = 1e-5
ROUNDS = 20


def first_rounds(model: FoldModel, family: str, rounds: int) -> Any:
    """The library's own model of the first rounds alone."""
    booster = model.booster  # type: ignore[attr-defined]
    if family == "lightgbm":
        return type(booster)(model_str=booster.model_to_string(num_iteration=rounds))
    return booster[:rounds]


def rows_for(booster: Any, family: str, x: Float32Array) -> Any:
    """The rows as the package has to be given them: XGBoost must be told which columns hold categories."""
    if family == "lightgbm":
        return x
    import xgboost

    return xgboost.DMatrix(
        x, feature_names=booster.feature_names, feature_types=booster.feature_types, enable_categorical=True
    )


def own_walk(booster: Any, x: Float32Array) -> FloatArray:
    """SHAP values by the package's own TreeSHAP: it asks XGBoost and LightGBM for theirs where it may."""
    import shap

    explainer = shap.TreeExplainer(booster)
    explainer.model.model_type = "internal"
    return np.asarray(explainer.shap_values(x, check_additivity=False))


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_every_row_of_a_run_agrees(tiny_catalog: Catalog, store: ArtifactStore, family: Any) -> None:
    import shap

    run, plan = small_run(tiny_catalog, store, family)
    assert any(column.startswith("category") for column in run.columns)
    found = explain_run(run, tiny_catalog, plan, store=store, max_rows=10_000)
    for fold, model in enumerate(fold_models(run, store=store)):
        rows = plan.validation_mask(fold)
        seen = run_matrix(tiny_catalog, plan, run, fold, store=store).train[rows]
        kept = first_rounds(model, family, run.rounds[fold])
        expected = shap.TreeExplainer(kept).shap_values(rows_for(kept, family, seen))
        np.testing.assert_allclose(found.shap.to_numpy()[rows], expected, atol=ATOL)
        np.testing.assert_array_equal(found.values.to_numpy()[rows].astype(np.float32), seen)


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_the_packages_own_walk_over_the_trees_gives_the_same(family: str) -> None:
    made = data(categorical=False)
    assert np.isnan(made.x_valid).any()
    model = fitted(family, made)
    found = model.contributions(made.x_valid, rounds=ROUNDS)
    expected = own_walk(first_rounds(model, family, ROUNDS), made.x_valid)
    np.testing.assert_allclose(found[:, :-1], expected, atol=ATOL)
    assert np.abs(expected).max() > 0.1
