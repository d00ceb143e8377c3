"""The fold plan that a kept run was made on: as it was kept, or drawn again."""

from __future__ import annotations

from core.errors import InputError
from core.features import brands
from core.folds import FoldPlan, grouped_plan, kept_plan, random_plan
from core.store import ArtifactStore
from core.train.run import Run, RunRecord
from core.types import Catalog


def plan_of(run: Run | RunRecord, catalog: Catalog, *, store: ArtifactStore) -> FoldPlan:
    """The run's plan.

    Raises:
        InputError: The run belongs to other data, or it is of a version that kept no plans and its folds are of a kind
            that is not drawn from brands and seed alone.
    """
    kept = kept_plan(run.plan_key, catalog, store=store)
    if kept is not None:
        return kept
    if run.plan_kind == "random":
        plan = random_plan(catalog, n_folds=run.n_folds, seed=run.plan_seed)
    else:
        groups = brands(catalog, store=store).value.train["brand_key"]
        plan = grouped_plan(catalog, groups, n_folds=run.n_folds, seed=run.plan_seed)
    if plan.key != run.plan_key:
        raise InputError(f"run {run.run_id} was trained on other data.", "Train it again on this.")
    return plan
