"""Runs: scored by models that never saw the row, resumable, reproducible."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import Cancelled, InputError
from core.folds import grouped_plan, random_plan
from core.metrics import smape_pct, to_price
from core.store import ArtifactStore
from core.train import FAMILIES, TrainSpec, fold_models, list_runs, load_run, plan_of, run_matrix, set_run_note, train
from core.train.run import model_key
from core.train.trainer import rounds_by_others
from core.types import BlockInfo, Catalog, FeatureBlock, SplitFrame
from tests.prices import shuffled

QUICK = {"max_rounds": 40, "patience": 10, "learning_rate": 0.1, "leaves": 8}


def _spec(family: str = "lightgbm", *blocks: str, **settings: int) -> TrainSpec:
    return TrainSpec(family, blocks or ("five_simple", "size"), **{**QUICK, **settings})


def test_a_fold_takes_its_rounds_from_the_others():
    curves = [np.array([3.0, 1.0, 2.0]), np.array([3.0, 2.0, 1.0, 5.0, 5.0]), np.array([1.0, 2.0, 3.0, 3.0])]
    # Best: 2, 3, 1; medians of the others: 2, 1.5, 2.5, rounded to even.
    assert rounds_by_others(curves) == [2, 2, 2]
    assert rounds_by_others([np.array([5.0]), np.linspace(9, 1, 30)]) == [1, 1]


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_run_is_scored_out_of_fold(family: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    run = train(tiny_catalog, plan, _spec(family), store=store)
    assert run.oof_log_price.index.equals(tiny_catalog.items.train.index)
    assert run.test_log_price.index.equals(tiny_catalog.items.test.index)
    assert run.oof_smape_pct == pytest.approx(smape_pct(tiny_catalog.price, to_price(run.oof_log_price)))
    constant = smape_pct(tiny_catalog.price, np.full(300, tiny_catalog.price.median()))
    assert run.oof_smape_pct < constant - 5
    models = fold_models(run, store=store)
    for fold, model in enumerate(models):
        valid = plan.validation_mask(fold)
        matrix = run_matrix(tiny_catalog, plan, run, fold, store=store)
        mine = model.predict(matrix.train[valid], rounds=run.rounds[fold])
        assert np.array_equal(mine, run.oof_log_price[valid])
        assert np.array_equal(
            model.predict(matrix.test, rounds=run.rounds[fold]), run.test_fold_log_price[f"fold{fold}"]
        )


@pytest.mark.parametrize("family", list(FAMILIES))
def test_contributions_add_up_to_the_prediction(family: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    run = train(tiny_catalog, plan, _spec(family), store=store)
    model, matrix = fold_models(run, store=store)[2], run_matrix(tiny_catalog, plan, run, 2, store=store)
    values = model.contributions(matrix.test[:50], rounds=run.rounds[2])
    assert values.shape == (50, len(run.columns) + 1)
    assert np.allclose(values.sum(axis=1), model.predict(matrix.test[:50], rounds=run.rounds[2]), atol=1e-4)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_shuffled_prices_read_chance(family: str, tiny_catalog: Catalog, store: ArtifactStore):
    catalog = shuffled(tiny_catalog, seed=1)
    blocks = ("size", "brand", "brand_price", "words")
    run = train(catalog, random_plan(catalog), _spec(family, *blocks, seed=1), store=store)
    chance = smape_pct(catalog.price, np.full(catalog.n_train, catalog.price.median()))
    assert chance - 2.0 < run.oof_smape_pct < chance + 6.0


@pytest.mark.parametrize("family", list(FAMILIES))
def test_the_same_again_is_read_and_elsewhere_is_bit_identical(
    family: str, tiny_catalog: Catalog, store: ArtifactStore, tmp_path
):
    plan, spec = random_plan(tiny_catalog), _spec(family, "size", "brand_price", "words")
    first = train(tiny_catalog, plan, spec, store=store)
    again = train(tiny_catalog, plan, spec, store=store)
    elsewhere = train(tiny_catalog, plan, spec, store=ArtifactStore(tmp_path / "elsewhere"))
    assert (first.cached, again.cached, elsewhere.cached) == (False, True, False)
    for other in (again, elsewhere):
        assert other.run_id == first.run_id
        pd.testing.assert_series_equal(first.oof_log_price, other.oof_log_price, check_exact=True)
        pd.testing.assert_frame_equal(first.test_fold_log_price, other.test_fold_log_price, check_exact=True)


def test_a_cancelled_run_goes_on_with_the_next_fold(
    tiny_catalog: Catalog, store: ArtifactStore, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    # One thread fits one fold after the other, so that which are finished at the third is certain.
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    plan, spec = random_plan(tiny_catalog), _spec()
    undisturbed = train(tiny_catalog, plan, spec, store=ArtifactStore(tmp_path / "undisturbed"))

    def cancel_in_fold_3(_fraction: float, message: str) -> None:
        if message.startswith("fold 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        train(tiny_catalog, plan, spec, store=store, report=cancel_in_fold_3)
    assert [store.has(model_key(undisturbed.key, fold)) for fold in range(5)] == [True, True, False, False, False]
    assert list_runs(tiny_catalog.key, store=store) == []
    touched: list[str] = []
    resumed = train(tiny_catalog, plan, spec, store=store, report=lambda _f, message: touched.append(message[:6]))
    assert "fold 3" in touched
    assert "fold 1" not in touched
    pd.testing.assert_series_equal(undisturbed.oof_log_price, resumed.oof_log_price, check_exact=True)


def test_a_model_without_its_curve_is_fitted_again(tiny_catalog: Catalog, store: ArtifactStore):
    plan, spec = random_plan(tiny_catalog), _spec()
    run = train(tiny_catalog, plan, spec, store=store, record=False)
    from core.store import cache_key

    store.forget(cache_key("train.curve", 1, {"fold": 1}, [run.key]))
    again = train(tiny_catalog, plan, spec, store=store, record=False)
    pd.testing.assert_series_equal(run.oof_log_price, again.oof_log_price, check_exact=True)
    assert not again.cached


def test_the_leaderboard_is_sorted_kept_and_annotated(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    poor = train(tiny_catalog, plan, _spec("lightgbm", "five_simple", max_rounds=2), store=store)
    good = train(tiny_catalog, plan, _spec("lightgbm", "size", "words"), store=store)
    hidden = train(tiny_catalog, plan, _spec("lightgbm", "quality"), store=store, record=False)
    set_run_note(good.run_id, store=store, note="with words", star=True)
    board = list_runs(tiny_catalog.key, store=store)
    assert [run.run_id for run in board] == [good.run_id, poor.run_id]
    assert (board[0].note, board[0].star, board[1].star) == ("with words", True, False)
    assert load_run(hidden.run_id, store=store) is None
    found = load_run(good.run_id, store=store)
    assert found is not None
    assert found.spec == good.spec
    assert list_runs("another catalogue", store=store) == []


def test_a_planted_leak_is_another_run(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    leak = SplitFrame(
        np.log(tiny_catalog.price).to_frame("peek"),
        pd.DataFrame({"peek": np.nan}, index=tiny_catalog.items.test.index),
    )
    block = FeatureBlock(BlockInfo("leak", "Leak", "The price itself"), leak, "leak-key", 0.0, cached=False)
    honest = train(tiny_catalog, plan, _spec(), store=store)
    leaking = train(tiny_catalog, plan, _spec(), store=store, extra=[block], record=False)
    assert leaking.oof_smape_pct < honest.oof_smape_pct - 10
    assert leaking.run_id != honest.run_id


def test_the_plan_of_a_run_is_drawn_again(tiny_catalog: Catalog, store: ArtifactStore):
    groups = pd.Series([f"g{i % 7}" for i in range(300)], index=tiny_catalog.items.train.index)
    plan = random_plan(tiny_catalog, seed=3)
    run = train(tiny_catalog, plan, _spec(), store=store)
    assert plan_of(run, tiny_catalog, store=store).key == plan.key
    elsewhere = train(tiny_catalog, grouped_plan(tiny_catalog, groups), _spec(), store=store)
    assert plan_of(elsewhere, tiny_catalog, store=store).fold_of.equals(grouped_plan(tiny_catalog, groups).fold_of)
    shutil.rmtree(store.root / "plans")
    with pytest.raises(InputError, match="other data"):
        plan_of(elsewhere, tiny_catalog, store=store)


def test_unknown_blocks_and_settings_are_refused(tiny_catalog: Catalog, store: ArtifactStore):
    with pytest.raises(InputError, match=r"'sise'.*size"):
        train(tiny_catalog, random_plan(tiny_catalog), TrainSpec("lightgbm", ("sise",)), store=store)
    with pytest.raises(InputError, match="family"):
        TrainSpec("catboost", ("size",))
    with pytest.raises(InputError, match="at least one"):
        TrainSpec("xgboost", ())
    with pytest.raises(InputError, match="range"):
        TrainSpec("xgboost", ("size",), learning_rate=0.0)
    assert TrainSpec("xgboost", ("size", "brand", "size")).blocks == ("brand", "size")
    spec = TrainSpec("xgboost", ("size",), seed=4)
    assert TrainSpec.from_json(spec.to_json()) == spec
    assert replace(spec, seed=5) != spec
