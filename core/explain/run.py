"""Explain a run: each sampled train row by the fold model that did not see it.

The values come from the libraries' own TreeSHAP (``pred_contrib`` in LightGBM, ``pred_contribs`` in XGBoost), which
is exact for trees and needs no background rows. Source of the method: Lundberg et al. (2020).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import InputError
from core.explain.explanation import Explanation
from core.explain.opened import check_run, open_run
from core.folds import FoldPlan
from core.store import ArtifactStore, cache_key
from core.train import Run
from core.types import ID, Catalog, IntArray, ProgressFn, no_progress

VERSION = 1
MAX_ROWS = 2000
_BASE = "base_log_price"


def explain_run(
    run: Run,
    catalog: Catalog,
    plan: FoldPlan,
    *,
    store: ArtifactStore,
    max_rows: int = MAX_ROWS,
    seed: int = 0,
    report: ProgressFn = no_progress,
) -> Explanation:
    """SHAP values of at most ``max_rows`` train rows drawn with ``seed``, from the cache or computed and kept.

    Args:
        run: A recorded run, made from named blocks alone.
        plan: The plan that the run was trained with.

    Raises:
        InputError: The run belongs to another catalogue or plan, its models are gone, or ``max_rows`` is below 1.
        Cancelled: From ``report``.
    """
    check_run(run, catalog, plan)
    if max_rows < 1:
        raise InputError(f"{max_rows} rows to explain.", "Ask for at least 1.")
    key = cache_key("explain.run", VERSION, {"max_rows": max_rows, "seed": seed}, [run.key])
    rows = _sample(catalog.n_train, max_rows, seed)
    found = store.frame(key, lambda: _explain(run, catalog, plan, rows=rows, store=store, report=report))
    return _unpacked(found.value, run, key=key, seconds=found.seconds, cached=found.hit)


def _sample(n_rows: int, max_rows: int, seed: int) -> IntArray:
    """Positions of the sampled rows, in the file's order."""
    drawn = np.random.default_rng(seed).permutation(n_rows)[:max_rows]
    return np.sort(drawn).astype(np.int64)


def _explain(
    run: Run, catalog: Catalog, plan: FoldPlan, *, rows: IntArray, store: ArtifactStore, report: ProgressFn
) -> pd.DataFrame:
    opened = open_run(run, catalog, plan, store=store)
    n_columns = len(run.columns)
    packed = np.empty((len(rows), 2 * n_columns + 1))
    for fold, model in enumerate(opened.models):
        report(fold / run.n_folds, f"SHAP values, fold {fold + 1} of {run.n_folds}")
        mine = plan.validation_mask(fold)[rows]
        if mine.any():
            seen = opened.reader.rows(fold, "train", rows[mine])
            packed[mine] = np.column_stack([model.contributions(seen, rounds=run.rounds[fold]), seen])
    report(1.0, "SHAP values: done")
    index = pd.Index(catalog.items.train.index[rows], name=ID)
    return pd.DataFrame(packed, index=index, columns=_packed_columns(n_columns))


def _packed_columns(n_columns: int) -> list[str]:
    """One frame holds SHAP values, base value and column values: kept whole or not at all."""
    return [*(f"shap{i}" for i in range(n_columns)), _BASE, *(f"value{i}" for i in range(n_columns))]


def _unpacked(packed: pd.DataFrame, run: Run, *, key: str, seconds: float, cached: bool) -> Explanation:
    n_columns = len(run.columns)
    return Explanation(
        shap=packed.iloc[:, :n_columns].set_axis(run.columns, axis=1),
        base_log_price=packed[_BASE],
        values=packed.iloc[:, n_columns + 1 :].set_axis(run.columns, axis=1),
        column_blocks=list(run.column_blocks),
        key=key,
        seconds=seconds,
        cached=cached,
    )
