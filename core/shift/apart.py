"""What the same model scores on brands that it never saw: brand-grouped folds, fitted only when test asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed import catalog_part
from core.features import brands
from core.folds import FoldPlan, grouped_plan, random_plan
from core.shift.verdict import unseen_change
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import BoolArray, Catalog, ProgressFn, SplitFrame, no_progress, part_of

WORTH_FITTING = 0.03
"""Test's unseen share above that of the folds from which the forecast moves by more than its noise: over re-splits
of 6,480 rows, 0.4 more unseen rows move it by about 2 SMAPE."""

VERSION = 1
MAX_ROWS = 15_000
"""Above, whole brands are drawn until they fill so many train rows, and both kinds of folds are fitted on those. The
errors are used relative to each other, which a part of the brands tells as well as all of them, at a fixed cost."""


@dataclass(frozen=True)
class BrandsApart:
    """Out-of-fold predictions of one model by brand-grouped folds, and by the ordinary ones beside them.

    Attributes:
        plan: The brand-grouped plan.
        oof_log_price: By it, indexed by ``sample_id``; of all train rows or of the brands drawn.
        ordinary_oof_log_price: By the ordinary plan; it tells how the model's level stands to that of the blend
            which is forecast.
    """

    plan: FoldPlan
    oof_log_price: pd.Series
    ordinary_oof_log_price: pd.Series


def brands_apart(
    catalog: Catalog, plan: FoldPlan, spec: TrainSpec, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> BrandsApart | None:
    """Fit ``spec`` with whole brands held out, or None when test has hardly more unseen brands than the folds.

    Args:
        plan: The ordinary plan; the run of ``spec`` with it is read from the cache when it was trained before.

    Raises:
        Cancelled: From ``report``; finished folds stay in the cache.
    """
    if not worth_apart(catalog, plan, store=store):
        return None
    key = brands(catalog, store=store).value.train["brand_key"]
    if catalog.n_train > MAX_ROWS:
        kept = drawn_brands(key, max_rows=MAX_ROWS, seed=plan.seed)
        catalog, key = part_of_train(catalog, kept), key[kept]
        plan = random_plan(catalog, n_folds=plan.n_folds, seed=plan.seed)
    apart = grouped_plan(catalog, key, n_folds=plan.n_folds, seed=plan.seed)
    ordinary = train(catalog, plan, spec, store=store, report=part_of(report, 0.0, 0.5), record=False)
    grouped = train(catalog, apart, spec, store=store, report=part_of(report, 0.5, 1.0), record=False)
    return BrandsApart(apart, grouped.oof_log_price, ordinary.oof_log_price)


def worth_apart(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> bool:
    """True when test has so many more unseen brands than the folds that :func:`brands_apart` fits something."""
    return unseen_change(brands(catalog, store=store).value, plan) >= WORTH_FITTING


def drawn_brands(brand_key: pd.Series, *, max_rows: int, seed: int) -> BoolArray:
    """True for the rows of brands drawn at random, whole, until no further one fits into ``max_rows``.

    Whole brands, because half a brand would be taught by fewer rows than it has; a row of an unknown brand is one.
    """
    names = np.where(brand_key == "", [f"\0{i}" for i in range(len(brand_key))], brand_key.to_numpy(dtype=object))
    _, code, size = np.unique(names.astype(str), return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(size))
    fits = np.cumsum(size[order]) <= max_rows
    kept: BoolArray = np.isin(code, order[fits])
    return kept


def part_of_train(catalog: Catalog, kept: BoolArray) -> Catalog:
    """The catalogue of the train rows marked in ``kept``, without test rows; its key follows from both."""

    def part(frame: SplitFrame) -> SplitFrame:
        return SplitFrame(frame.train[kept], frame.test.iloc[:0])

    return catalog_part(catalog, kept, part, stage="shift", version=VERSION)
