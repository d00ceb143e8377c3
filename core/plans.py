"""A fold plan by its name: what a page, a job and a command ask for is drawn here, from the brands as they are read."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features import artifact_key, brands
from core.folds import PLANS, FoldPlan, MatchedPlan, PlanName, grouped_plan, like_test_plan, random_plan
from core.metrics import row_smape_pct, to_price
from core.shift import TWINS_MATTER, apart_share, catalog_duplicates, duplicate_groups, fold_support, rows_in_both
from core.store import ArtifactStore, cache_key
from core.types import Catalog, JsonDict

VERSION = 1


def plan_name(value: object) -> PlanName:
    """The name checked.

    Raises:
        InputError: There is no such plan.
    """
    found = next((name for name in PLANS if name == value), None)
    if found is None:
        raise InputError(f"no fold plan {value!r}.", f"Take one of {', '.join(PLANS)}.")
    return found


def plan_asked(params: JsonDict) -> PlanName:
    """The plan that a job was asked for; random where its parameters are of before there was a choice."""
    return plan_name(params.get("plan", "random"))


def draw_plan(catalog: Catalog, name: PlanName, *, store: ArtifactStore, n_folds: int = 5, seed: int = 0) -> FoldPlan:
    """The plan of that name; brands are read first where it looks at them.

    Raises:
        InputError: Too few train rows, or test-like folds for a test file without a readable brand.
    """
    if name == "random":
        return random_plan(catalog, n_folds=n_folds, seed=seed)
    if name == "brand":
        key = brands(catalog, store=store).value.train["brand_key"]
        return grouped_plan(catalog, key, n_folds=n_folds, seed=seed)
    matched = _matched(catalog, store=store, n_folds=n_folds, seed=seed)
    weight = matched.row_weight.to_numpy(dtype=np.float64)
    store.array(_weight_key(matched.plan.key), lambda: weight)
    store.json(_note_key(matched.plan.key), lambda: {"note": matched.note})
    return matched.plan


def can_draw(catalog: Catalog, name: PlanName, *, store: ArtifactStore) -> bool:
    """True when :func:`draw_plan` is quick: nothing has to be read for it first."""
    return name == "random" or store.has(artifact_key(catalog, "brands"))


def matched_smape_pct(plan_key: str, log_price: pd.Series, price: pd.Series, *, store: ArtifactStore) -> float | None:
    """Out-of-fold SMAPE on test-like folds with the rows weighted to the test's mix, where no draw can meet it.

    None for other folds, or when the plan's weights are gone from the cache.

    Args:
        log_price: Out-of-fold predictions, indexed like ``price`` (dollars).
    """
    weight = store.find_array(_weight_key(plan_key))
    if weight is None or not log_price.index.equals(price.index):
        return None
    return float(np.average(row_smape_pct(price, to_price(log_price)), weights=weight))


def matched_note(plan_key: str, *, store: ArtifactStore) -> str:
    """How near a test-like plan comes to the test's mix; ``""`` when that is not known."""
    found = store.find_json(_note_key(plan_key))
    return "" if found is None else str(found["note"])


def _matched(catalog: Catalog, *, store: ArtifactStore, n_folds: int, seed: int) -> MatchedPlan:
    """As the gap ladder draws them, on all rows."""
    named = brands(catalog, store=store).value
    plain = random_plan(catalog, n_folds=n_folds, seed=seed)
    view = fold_support(named, "brand_key", plain, seed=seed)
    in_both, test_in_both = rows_in_both(named, "brand_key")
    groups = duplicate_groups(catalog)
    twins = apart_share(groups, plain)
    test_twins = catalog_duplicates(catalog, store=store).n_test_rows / max(1, catalog.n_test)
    return like_test_plan(
        catalog,
        named.train["brand_key"],
        in_both,
        test_support=view.test["support"].to_numpy(dtype=np.float64),
        test_brand_rows=test_in_both,
        groups=groups if twins > TWINS_MATTER and test_twins < twins / 2 else None,
        n_folds=n_folds,
        seed=seed,
    )


def _weight_key(plan_key: str) -> str:
    return cache_key("plans.weight", VERSION, {}, [plan_key])


def _note_key(plan_key: str) -> str:
    return cache_key("plans.note", VERSION, {}, [plan_key])
