"""The catalogue as it would be with fewer train rows: the fit rows are sub-sampled, the validation rows stay.

The rows that are left out become test rows, so that everything is made for them too, but their prices are not seen.
Fold ``k`` of the plan, cut down to the rows that stay, is then fitted on the part of its fit rows that stays, and its
model scores all of its validation rows: those that stay out of fold, the others as test rows. With all rows kept it is
the run itself.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.embed import catalog_part
from core.folds import FoldPlan
from core.store import cache_key
from core.train import Run
from core.types import BoolArray, Catalog, FloatArray, SplitFrame

VERSION = 1


def drawn_rows(plan: FoldPlan, share: float, *, seed: int) -> BoolArray:
    """True for the train rows that stay: the same share of each fold, and a larger share holds a smaller one's rows."""
    fold_of = plan.fold_of.to_numpy()
    kept = np.zeros(len(fold_of), dtype=np.bool_)
    order = np.random.default_rng([seed, len(fold_of)]).permutation(len(fold_of))
    for fold in range(plan.n_folds):
        mine = order[fold_of[order] == fold]
        kept[mine[: max(2, round(share * len(mine)))]] = True
    return kept


def with_fewer_rows(catalog: Catalog, plan: FoldPlan, kept: BoolArray) -> tuple[Catalog, FoldPlan]:
    """The catalogue and the plan of the rows marked in ``kept``; as they are when that is all of them."""
    if kept.all():
        return catalog, plan
    take = _taker(catalog, kept)
    part = catalog_part(catalog, kept, take, stage="runs", version=VERSION)
    folds = plan.fold_of[kept]
    plan_key = cache_key("runs.part.plan", VERSION, {}, [plan.key, part.key])
    small = FoldPlan(plan.kind, plan.n_folds, plan.seed, folds, plan_key)
    return part, small


def all_rows_log_price(run: Run, plan: FoldPlan) -> FloatArray:
    """``log_price`` of every train row of ``plan`` by the fold model that may score it, shape (n_train,).

    Args:
        run: Of the part, with the part's plan.
        plan: The whole plan.
    """
    ids = plan.fold_of.index
    found = run.oof_log_price.reindex(ids).to_numpy(dtype=np.float64, copy=True)
    for fold in range(plan.n_folds):
        rows = plan.validation_mask(fold) & np.isnan(found)
        if rows.any():
            found[rows] = run.test_fold_log_price[f"fold{fold}"].loc[ids[rows]].to_numpy()
    return found


def _taker(catalog: Catalog, kept: BoolArray) -> Callable[[SplitFrame], SplitFrame]:
    left_out = catalog.items.train.index[~kept]
    # The files may name one product twice, once with its price; the row that must be scored stays.
    rest = ~catalog.items.test.index.isin(left_out)

    def take(frame: SplitFrame) -> SplitFrame:
        return SplitFrame(frame.train[kept], pd.concat([frame.train[~kept], frame.test[rest]]))

    return take
