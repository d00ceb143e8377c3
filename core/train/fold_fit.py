"""The models of one fold, each fitted or read from the cache, and the fold that they are together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from core.errors import StorageError
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.train.bag import as_one, bag_seeds, mean_curve
from core.train.families import FAMILIES
from core.train.family import FoldData, FoldModel
from core.train.matrix import Ingredients, fold_matrix
from core.train.run import curve_key, model_key
from core.train.spec import TrainSpec
from core.train.watch import FoldWatch
from core.types import FloatArray, ProgressFn, part_of


@dataclass(frozen=True)
class FittedFold:
    """``fitted_rounds``: of one model; the mean where several seeds are averaged."""

    model: FoldModel
    curve: FloatArray
    fitted_rounds: int
    seconds: float
    cached: bool

    @classmethod
    def of(cls, fitted: Sequence[FittedFold]) -> FittedFold:
        """The fold of several models as one; of a single one itself."""
        return cls(
            as_one([item.model for item in fitted]),
            mean_curve([item.curve for item in fitted]),
            round(float(np.mean([item.fitted_rounds for item in fitted]))),
            sum(item.seconds for item in fitted),
            all(item.cached for item in fitted),
        )


def fit_fold(
    plan: FoldPlan,
    spec: TrainSpec,
    ingredients: Ingredients,
    log_price: FloatArray,
    fold: int,
    key: str,
    *,
    threads: int,
    store: ArtifactStore,
    report: ProgressFn,
    watch: FoldWatch,
) -> FittedFold:
    """The fold's models, one a seed, each kept as it is finished."""
    cut = _CutFold(plan, ingredients, log_price, fold)
    seeds = bag_seeds(spec)
    fitted = [
        _fit_model(
            cut,
            replace(spec, seed=seed, seeds_bagged=1),
            (key, place),
            of_seeds=len(seeds),
            threads=threads,
            store=store,
            report=part_of(report, place / len(seeds), (place + 1) / len(seeds)),
            watch=watch,
        )
        for place, seed in enumerate(seeds)
    ]
    found = FittedFold.of(fitted)
    watch.finished(fold, found.curve)
    return found


@dataclass
class _CutFold:
    """A fold's rows, cut out when the first model asks for them: what is cached needs none."""

    plan: FoldPlan
    ingredients: Ingredients
    log_price: FloatArray
    fold: int

    @cached_property
    def data(self) -> FoldData:
        """Ready to fit."""
        valid = self.plan.validation_mask(self.fold)
        return FoldData.of(fold_matrix(self.ingredients, self.fold), self.log_price, valid)


def _fit_model(
    cut: _CutFold,
    spec: TrainSpec,
    place_of: tuple[str, int],
    *,
    of_seeds: int,
    threads: int,
    store: ArtifactStore,
    report: ProgressFn,
    watch: FoldWatch,
) -> FittedFold:
    """One model of a fold, fitted or read; ``place_of`` is the run's key and the model's place among its seeds."""
    family, fold = FAMILIES[spec.family], cut.fold
    key, place = place_of
    label = f"fold {fold + 1}" + (f", seed {place + 1} of {of_seeds}" if of_seeds > 1 else "")
    curves: list[FloatArray] = []

    def fit() -> bytes:
        def on_round(number: int, score: float) -> None:
            # Rounds to come are unknown while they still help; this curve nears 1 and never runs back.
            report(
                number / (number + (family.patience or spec.patience)), f"{label}, round {number}: {score:.2f} % SMAPE"
            )
            watch.round(fold, number, score, place=place)

        result = family.fit(cut.data, spec, on_round, threads=threads)
        curves.append(result.curve)
        return result.model.to_bytes()

    curve = store.find_array(curve_key(key, fold, place))
    if curve is None:
        # Killed between the two writes: without its curve a model is not finished.
        store.forget(model_key(key, fold, place))
    stored = store.raw(model_key(key, fold, place), fit)
    if curves:
        curve = curves[0]
        store.keep_array(curve_key(key, fold, place), curve)
    if curve is None:
        raise StorageError("the cache lost a fold's validation curve between two reads. Start the run again.")
    return FittedFold(family.load(stored.value), curve, len(curve), stored.seconds, stored.hit)
