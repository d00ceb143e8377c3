"""The pair's interaction against XGBoost's own and the shap package's, with missing values and categories."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.explain import explain_run, interactions, open_run
from core.explain.pairs import pair_values
from core.store import ArtifactStore
from core.train import FAMILIES, Bag, FoldData, TrainSpec
from core.types import Catalog
from tests.explain.test_run import small_run

COLUMNS = 5


def data(*, categorical: bool) -> FoldData:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, COLUMNS)).astype(np.float32)
    x[:, 4] = rng.integers(0, 12, 400)
    x[rng.random(x.shape) < 0.15] = np.nan
    y = np.nan_to_num(x[:, 0]) * np.nan_to_num(x[:, 1]) + np.nan_to_num(x[:, 2]) * (np.nan_to_num(x[:, 4]) % 3)
    names = [f"x{place}" for place in range(COLUMNS)]
    y = y.astype(np.float64)
    return FoldData(x[:300], x[300:], y[:300], y[300:], names, [4] if categorical else [])


def fitted(family: str, made: FoldData):  # type: ignore[no-untyped-def]
    spec = TrainSpec(family, ("size",), learning_rate=0.3, leaves=8, min_leaf_rows=10, max_rounds=25, patience=25)  # type: ignore[arg-type]
    return FAMILIES[family].fit(made, spec, lambda number, score: None, threads=1).model


@pytest.mark.parametrize("categorical", [False, True])
def test_xgboost_gives_the_same(categorical: bool) -> None:
    import xgboost

    made = data(categorical=categorical)
    model = fitted("xgboost", made)
    booster = model.booster
    matrix = xgboost.DMatrix(
        made.x_valid,
        feature_names=booster.feature_names,
        feature_types=booster.feature_types,
        enable_categorical=True,
    )
    own = booster.predict(matrix, iteration_range=(0, 20), pred_interactions=True)
    for first, second in ((0, 1), (2, 4), (1, 3)):
        found = pair_values(model, "xgboost", made.x_valid, first, second, rounds=20)
        np.testing.assert_allclose(found, own[:, first, second] + own[:, second, first], atol=1e-5)
    assert np.abs(pair_values(model, "xgboost", made.x_valid, 0, 1, rounds=20)).max() > 0.05


def test_lightgbm_agrees_with_the_shap_package() -> None:
    import lightgbm
    import shap

    made = data(categorical=False)
    model = fitted("lightgbm", made)
    kept = lightgbm.Booster(model_str=model.booster.model_to_string(num_iteration=20))
    own = shap.TreeExplainer(kept).shap_interaction_values(made.x_valid)
    for first, second in ((0, 1), (2, 4), (1, 3)):
        found = pair_values(model, "lightgbm", made.x_valid, first, second, rounds=20)
        np.testing.assert_allclose(found, own[:, first, second] + own[:, second, first], atol=1e-5)


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_a_columns_interactions_are_what_changes_when_it_is_taken_away(family: str) -> None:
    """Over all pairs with categories and gaps: SHAP values are main effects plus halves of the interactions.

    For a model of two columns alone the pair's value is the prediction less what each column does by itself, which the
    library gives as the SHAP value of the column with the other one averaged away by the trees' own counts.
    """
    made = data(categorical=True)
    two = FoldData(
        made.x_fit[:, [2, 4]],
        made.x_valid[:, [2, 4]],
        made.log_price_fit,
        made.log_price_valid,
        ["x2", "x4"],
        [1],
    )
    model = fitted(family, two)
    pair = pair_values(model, family, two.x_valid, 0, 1, rounds=25)
    shap = model.contributions(two.x_valid, rounds=25)
    alone = shap[:, 0] - pair / 2.0
    # By itself a column's effect hangs on its own value only.
    for value in np.unique(two.x_valid[:, 1][np.isfinite(two.x_valid[:, 1])]):
        other = shap[:, 1] - pair / 2.0
        rows = two.x_valid[:, 1] == value
        assert np.ptp(other[rows]) < 1e-5
    assert np.ptp(alone) > 0.1


def test_a_runs_rows_are_kept_and_odd_pairs_told(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    run, plan = small_run(tiny_catalog, store, "lightgbm")
    opened = open_run(run, tiny_catalog, plan, store=store)
    found = explain_run(run, tiny_catalog, plan, store=store, max_rows=40)
    first, second = (interactions(found, opened, a, b, store=store) for a, b in (("value", "title_chars"),) * 2)
    assert (first.hit, second.hit) == (False, True)
    assert first.value.index.equals(found.sample_ids)
    for pair in (("value", "value"), ("value", "nothing")):
        with pytest.raises(InputError, match="no pair"):
            interactions(found, opened, *pair, store=store)


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_a_pair_of_several_models_is_the_mean_of_theirs(family: str) -> None:
    made = data(categorical=True)
    one, other = fitted(family, made), fitted(family, replace(made, log_price_fit=made.log_price_fit[::-1].copy()))
    alone = [pair_values(model, family, made.x_valid, 0, 1, rounds=20) for model in (one, other)]
    together = pair_values(Bag((one, other)), family, made.x_valid, 0, 1, rounds=20)
    np.testing.assert_allclose(together, (alone[0] + alone[1]) / 2, atol=1e-12)
    assert np.abs(alone[0] - alone[1]).max() > 1e-3
