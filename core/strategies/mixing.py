"""A strategy's models as one: the blend that its file is made from, when it is measured and again later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.blend import Blend, Member, blend, decide
from core.folds import FoldPlan
from core.gains import brand_clusters
from core.metrics import to_log_price
from core.pipeline.run import fold_predictions
from core.shift import Predictions
from core.store import ArtifactStore
from core.strategies.outcome import Outcome, plan_for
from core.strategies.recipe import Strategy
from core.train import Run, load_run
from core.types import ID, Catalog

CONSTANT = "constant"


@dataclass(frozen=True)
class Mixed:
    """What comes out of a strategy.

    Attributes:
        imported: The constant, where there is no run.
        chosen: The blend; a single member has all the weight.
        told: Out-of-fold predictions, weights nested, and the test rows' by each fold.
    """

    plan: FoldPlan
    runs: Sequence[Run]
    imported: Sequence[Member]
    chosen: Blend
    told: Predictions


def mix_runs(catalog: Catalog, plan: FoldPlan, runs: Sequence[Run], *, store: ArtifactStore) -> Mixed:
    """Several runs blended by validation, one as it is, none as the constant."""
    if not runs:
        told = constant(catalog, plan)
        member = Member(CONSTANT, told.oof_log_price, told.test_fold_log_price.mean(axis=1).rename("log_price"))
        return Mixed(plan, (), (member,), blend([member], catalog.price, plan), told)
    members = [Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs]
    weighed = blend(members, catalog.price, plan)
    if len(runs) == 1:
        return Mixed(plan, runs, (), weighed, Predictions(runs[0].oof_log_price, runs[0].test_fold_log_price))
    decision = decide(weighed, members, catalog.price, plan, clusters=brand_clusters(catalog, store=store))
    told = Predictions(decision.blend.nested_log_price, fold_predictions(list(runs), decision))
    return Mixed(plan, runs, (), decision.blend, told)


def find_mixed(strategy: Strategy, outcome: Outcome, catalog: Catalog, *, store: ArtifactStore) -> Mixed | None:
    """What the outcome was measured on, or None when the cache has let one of its runs go."""
    runs = [load_run(run_id, store=store) for run_id in outcome.run_ids]
    there = [run for run in runs if run is not None]
    return mix_runs(catalog, plan_for(strategy, catalog), there, store=store) if len(there) == len(runs) else None


def constant(catalog: Catalog, plan: FoldPlan) -> Predictions:
    """Each row by the median ``log_price`` of the folds that it is not in."""
    log_price = to_log_price(catalog.price)
    oof, by_fold = np.empty(catalog.n_train), {}
    for fold in range(plan.n_folds):
        valid = plan.validation_mask(fold)
        middle = float(np.median(log_price[~valid]))
        oof[valid] = middle
        by_fold[f"fold{fold}"] = np.full(catalog.n_test, middle)
    return Predictions(
        pd.Series(oof, index=catalog.items.train.index, name="log_price"),
        pd.DataFrame(by_fold, index=catalog.items.test.index).rename_axis(ID),
    )
