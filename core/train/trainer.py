"""Five fold models, and a score that none of them chose for itself.

Each fold is fitted with early stopping on its own validation SMAPE, but predicts with the number of rounds that is the
median of the **other** folds' best: a fold that picked its own would score itself too well. Each fold is kept as it
is finished, so a killed run goes on with the next fold; where several seeds are averaged, with the next of its models.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.config import settings
from core.errors import InputError
from core.folds import FoldPlan, keep_plan
from core.memory import peak_bytes
from core.metrics import log_smape_pct, to_log_price
from core.store import ArtifactStore, cache_key
from core.train.block_keys import block_keys
from core.train.facts import RunFacts
from core.train.families import FAMILIES
from core.train.fold_fit import FittedFold, fit_fold
from core.train.matrix import Ingredients, Matrix, fold_matrix, gather, known_blocks
from core.train.run import Run, find_run, keep_run
from core.train.side_by_side import fit_folds, folds_at_once
from core.train.spec import TrainSpec
from core.train.watch import UNWATCHED, FoldWatch
from core.types import ID, Catalog, FeatureBlock, FloatArray, ProgressFn, no_progress, part_of

VERSION = 1


def train(
    catalog: Catalog,
    plan: FoldPlan,
    spec: TrainSpec,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
    extra: Sequence[FeatureBlock] = (),
    record: bool = True,
    watch: FoldWatch = UNWATCHED,
) -> Run:
    """Fit ``spec`` on every fold of ``plan``, or read the run when it was fitted before.

    Args:
        extra: Blocks handed in beside the named ones; they are part of the run's key.
        record: False keeps the run off the leaderboard (for a deliberately leaking one) and its predictions uncached.
        watch: Told of every round.

    Raises:
        InputError: An unknown block.
        Cancelled: From ``report``; finished folds stay in the cache.
    """
    ingredients = gather(catalog, plan, spec.blocks, store=store, extra=extra, report=part_of(report, 0.0, 0.3))
    key = _run_key(spec, plan, ingredients)
    found = find_run(key, store=store)
    if found is not None:
        report(1.0, f"{FAMILIES[spec.family].title}: cached")
        return found
    run = _fit_all(catalog, plan, spec, ingredients, key, store=store, report=part_of(report, 0.3, 1.0), watch=watch)
    if record:
        keep_plan(plan, store=store)
        keep_run(run, store=store, created=datetime.now(UTC).isoformat(timespec="seconds"))
    return run


def run_matrix(catalog: Catalog, plan: FoldPlan, run: Run, fold: int, *, store: ArtifactStore) -> Matrix:
    """The matrix that fold ``fold`` of a recorded run was fitted on.

    Raises:
        InputError: The products are read otherwise now, by other corrections or another version.
    """
    return fold_matrix(run_ingredients(catalog, plan, run, store=store), fold)


def run_ingredients(catalog: Catalog, plan: FoldPlan, run: Run, *, store: ArtifactStore) -> Ingredients:
    """The blocks that a recorded run was fitted on.

    Raises:
        InputError: The products are read otherwise now, by other corrections or another version.
    """
    ingredients = gather(catalog, plan, run.spec.blocks, store=store)
    if _run_key(run.spec, plan, ingredients) != run.key:
        raise InputError(
            f"run {run.run_id} was trained on other readings of these products than hold now.",
            "Train it again, or take back what was corrected since.",
        )
    return ingredients


def is_trained(catalog: Catalog, plan: FoldPlan, spec: TrainSpec, *, store: ArtifactStore) -> bool:
    """True when :func:`train` would read the run; no block is read or computed for the answer.

    Raises:
        InputError: An unknown block.
    """
    keys, known = block_keys(catalog, plan, spec.blocks, store=store), known_blocks(catalog)
    in_order = sorted(spec.blocks, key=lambda name: (known[name].uses_target, name))
    return find_run(_key_of(spec, plan, [keys[name] for name in in_order]), store=store) is not None


def _run_key(spec: TrainSpec, plan: FoldPlan, ingredients: Ingredients) -> str:
    return _key_of(spec, plan, ingredients.keys)


def _key_of(spec: TrainSpec, plan: FoldPlan, parents: Sequence[str]) -> str:
    settings = {**spec.to_json(), "family_version": FAMILIES[spec.family].version}
    return cache_key("train", VERSION, settings, [plan.key, *parents])


def _fit_all(
    catalog: Catalog,
    plan: FoldPlan,
    spec: TrainSpec,
    ingredients: Ingredients,
    key: str,
    *,
    store: ArtifactStore,
    report: ProgressFn,
    watch: FoldWatch,
) -> Run:
    log_price = to_log_price(catalog.price)
    threads = settings().threads
    at_once, each = folds_at_once(spec.family, plan.n_folds, threads)

    def fit(fold: int, told: ProgressFn) -> FittedFold:
        return fit_fold(
            plan, spec, ingredients, log_price, fold, key, threads=each, store=store, report=told, watch=watch
        )

    fitted = fit_folds(fit, plan.n_folds, at_once=at_once, report=report)
    rounds = rounds_by_others([fold.curve for fold in fitted])
    oof = np.full(catalog.n_train, np.nan)
    test = np.empty((catalog.n_test, plan.n_folds))
    scores, predict_seconds = [], 0.0
    for fold, item in enumerate(fitted):
        matrix, valid = fold_matrix(ingredients, fold), plan.validation_mask(fold)
        started = time.perf_counter()
        oof[valid] = item.model.predict(matrix.train[valid], rounds=rounds[fold])
        if catalog.n_test:
            test[:, fold] = item.model.predict(matrix.test, rounds=rounds[fold])
        predict_seconds += time.perf_counter() - started
        scores.append(log_smape_pct(log_price[valid], oof[valid]))
    return Run(
        key=key,
        spec=spec,
        catalog_key=catalog.key,
        plan_key=plan.key,
        plan_kind=plan.kind,
        plan_seed=plan.seed,
        n_folds=plan.n_folds,
        oof_log_price=pd.Series(oof, index=catalog.items.train.index, name="log_price"),
        test_fold_log_price=pd.DataFrame(
            test, index=catalog.items.test.index, columns=[f"fold{i}" for i in range(plan.n_folds)]
        ).rename_axis(ID),
        fold_smape_pct=tuple(scores),
        oof_smape_pct=log_smape_pct(log_price, oof),
        rounds=tuple(rounds),
        columns=matrix.columns,
        column_blocks=matrix.column_blocks,
        seconds=sum(item.seconds for item in fitted) / at_once,
        cached=all(item.cached for item in fitted),
        facts=RunFacts(
            catalog_name=catalog.name,
            overrides_key=catalog.overrides.key,
            n_train=catalog.n_train,
            n_test=catalog.n_test,
            family_version=FAMILIES[spec.family].version,
            block_keys={name: block.key for name, block in ingredients.named.items()},
            block_seconds={name: float(block.seconds) for name, block in ingredients.named.items()},
            fitted_rounds=tuple(item.fitted_rounds for item in fitted),
            threads=threads,
            predict_seconds=predict_seconds,
            peak_gib=peak_bytes() / 2**30,
        ),
    )


def rounds_by_others(curves: Sequence[FloatArray]) -> list[int]:
    """For each fold the median of the other folds' best number of rounds, at most what the fold has.

    >>> rounds_by_others([np.array([3.0, 1.0, 2.0]), np.array([3.0, 2.0, 1.0]), np.array([1.0, 2.0, 3.0])])
    [2, 2, 2]
    """
    best = [int(np.argmin(curve)) + 1 for curve in curves]
    chosen = []
    for fold, curve in enumerate(curves):
        others = [rounds for other, rounds in enumerate(best) if other != fold]
        chosen.append(min(len(curve), max(1, round(float(np.median(others))))))
    return chosen
