"""Seeds averaged: the mean of the single models, kept one by one, and nothing else than before for one seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import Cancelled, InputError
from core.folds import random_plan
from core.store import ArtifactStore
from core.train import (
    FAMILIES,
    FoldWatch,
    TrainSpec,
    fold_curves,
    fold_models,
    forget_models,
    load_bag,
    load_run,
    mean_curve,
    models_in,
    rounds_by_others,
    run_matrix,
    train,
)
from core.train.bag import bag_seeds
from core.train.run import model_key
from core.types import Catalog

QUICK = {"max_rounds": 25, "patience": 6, "learning_rate": 0.15, "leaves": 8}


def _spec(family: str = "lightgbm", *, seed: int = 0, seeds: int = 1) -> TrainSpec:
    return TrainSpec(family, ("five_simple", "size"), seed=seed, seeds_bagged=seeds, **QUICK)  # type: ignore[arg-type]


def test_one_seed_is_what_it_was_before_there_was_a_choice():
    assert "seeds_bagged" not in _spec().to_json()
    assert bag_seeds(_spec(seed=4)) == [4]
    assert TrainSpec.from_json(_spec(seeds=3).to_json()) == _spec(seeds=3)


def test_no_two_runs_of_as_many_seeds_share_one():
    drawn = [seed for run in range(4) for seed in bag_seeds(_spec(seed=run, seeds=3))]
    assert drawn == list(range(12))


@pytest.mark.parametrize(("family", "seeds"), [("lightgbm", 0), ("lightgbm", 11), ("linear", 2)])
def test_seeds_that_cannot_be_averaged_are_refused(family: str, seeds: int):
    with pytest.raises(InputError):
        _spec(family, seeds=seeds)


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_a_run_is_the_mean_of_the_single_runs_models(family: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    bagged = train(tiny_catalog, plan, _spec(family, seeds=3), store=store)
    single = [train(tiny_catalog, plan, _spec(family, seed=seed), store=store) for seed in range(3)]
    curves = [fold_curves(run, store=store) for run in single]
    rounds = rounds_by_others([mean_curve([run[fold] for run in curves]) for fold in range(5)])
    assert list(bagged.rounds) == rounds
    models = [fold_models(run, store=store) for run in single]
    for fold in range(5):
        valid, matrix = plan.validation_mask(fold), run_matrix(tiny_catalog, plan, bagged, fold, store=store)
        alone = [run[fold].predict(matrix.train[valid], rounds=rounds[fold]) for run in models]
        assert np.ptp(alone, axis=0).max() > 0
        assert np.array_equal(bagged.oof_log_price[valid], np.mean(alone, axis=0))
        test = [run[fold].predict(matrix.test, rounds=rounds[fold]) for run in models]
        assert np.array_equal(bagged.test_fold_log_price[f"fold{fold}"], np.mean(test, axis=0))


def test_shap_values_are_the_models_mean_and_add_up(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    run = train(tiny_catalog, plan, _spec(seeds=2), store=store)
    (model, matrix) = fold_models(run, store=store)[1], run_matrix(tiny_catalog, plan, run, 1, store=store)
    values = model.contributions(matrix.test[:40], rounds=run.rounds[1])
    parts = [one.contributions(matrix.test[:40], rounds=run.rounds[1]) for one in models_in(model)]
    assert np.array_equal(values, (parts[0] + parts[1]) / 2)
    assert np.allclose(values.sum(axis=1), model.predict(matrix.test[:40], rounds=run.rounds[1]), atol=1e-6)


@pytest.mark.parametrize("family", ["lightgbm", "xgboost"])
def test_the_models_in_one_file_are_the_same_again(family: str, tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog, n_folds=2)
    run = train(tiny_catalog, plan, _spec(family, seeds=2), store=store)
    model, matrix = fold_models(run, store=store)[0], run_matrix(tiny_catalog, plan, run, 0, store=store)
    again = load_bag(model.to_bytes(), FAMILIES[family].load)
    assert again.to_bytes() == model.to_bytes()
    assert np.array_equal(again.predict(matrix.test, rounds=5), model.predict(matrix.test, rounds=5))


def test_a_cancelled_run_goes_on_with_the_next_model(
    tiny_catalog: Catalog, store: ArtifactStore, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    plan, spec = random_plan(tiny_catalog), _spec(seeds=3)
    undisturbed = train(tiny_catalog, plan, spec, store=ArtifactStore(tmp_path / "undisturbed"))

    def cancel(_fraction: float, message: str) -> None:
        if message.startswith("fold 2, seed 3 of 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        train(tiny_catalog, plan, spec, store=store, report=cancel)
    kept = [[store.has(model_key(undisturbed.key, fold, place)) for place in range(3)] for fold in range(3)]
    assert kept == [[True] * 3, [True, True, False], [False] * 3]
    touched: list[str] = []
    told: list[float] = []

    def listen(fraction: float, message: str) -> None:
        told.append(fraction)
        touched.append(message.partition(" of ")[0])

    resumed = train(tiny_catalog, plan, spec, store=store, report=listen)
    assert "fold 2, seed 3" in touched
    assert not {"fold 1, seed 1", "fold 2, seed 1", "fold 2, seed 2"} & set(touched)
    assert told == sorted(told)
    pd.testing.assert_series_equal(undisturbed.oof_log_price, resumed.oof_log_price, check_exact=True)


def test_a_watcher_is_told_which_model_it_is_and_of_the_mean_at_the_end(tiny_catalog: Catalog, store: ArtifactStore):
    class Watch(FoldWatch):
        def __init__(self) -> None:
            self.places: set[tuple[int, int]] = set()
            self.curves: dict[int, np.ndarray] = {}

        def round(self, fold: int, number: int, smape_pct: float, *, place: int = 0) -> None:
            self.places.add((fold, place))

        def finished(self, fold: int, curve: np.ndarray) -> None:
            self.curves[fold] = curve

    watch, plan = Watch(), random_plan(tiny_catalog, n_folds=2)
    run = train(tiny_catalog, plan, _spec(seeds=2), store=store, watch=watch)
    assert watch.places == {(0, 0), (0, 1), (1, 0), (1, 1)}
    for fold, curve in enumerate(fold_curves(run, store=store)):
        assert np.array_equal(watch.curves[fold], curve)


def test_a_run_without_one_of_its_models_has_none(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog, n_folds=2)
    run = train(tiny_catalog, plan, _spec(seeds=2), store=store)
    assert len(fold_models(run, store=store)) == 2
    store.forget(model_key(run.key, 1, 1))
    assert fold_models(run, store=store) == []
    forget_models(run, store=store)
    assert not any(store.has(model_key(run.key, fold, place)) for fold in range(2) for place in range(2))


def test_the_record_says_how_many(tiny_catalog: Catalog, store: ArtifactStore):
    run = train(tiny_catalog, random_plan(tiny_catalog, n_folds=2), _spec(seeds=2), store=store)
    again = load_run(run.run_id, store=store)
    assert again is not None
    assert again.spec == replace(_spec(), seeds_bagged=2)
    assert all(rounds <= 25 for rounds in again.facts.fitted_rounds)
