"""Shift or no shift: the verdict from the adversarial AUC, test's unseen brands and the single columns together."""

from __future__ import annotations

import numpy as np

from core.folds import FoldPlan
from core.shift.adversarial import NO_SHIFT_AUC, Adversarial
from core.shift.auc import null_spread
from core.shift.column_drift import ColumnDrift
from core.shift.support import fold_support
from core.types import SplitFrame

NO_SHIFT_UNSEEN = 0.05
CERTAIN = 2.33
"""Standard deviations beyond which one of a hundred alike files lies."""
CERTAIN_P = 0.01
"""A column's adjusted p-value below which it speaks against the verdict "no shift". Below 5 % it alarms and is named:
of twenty alike files one may have such a column, and must not be called shifted for it."""


def unseen_change(named: SplitFrame, plan: FoldPlan, *, seed: int = 0) -> float:
    """Unseen share of the test rows minus that of the validation rows, both as a fold model sees them; −1 to 1.

    Args:
        named: Column ``brand_key``.
    """
    support = fold_support(named, "brand_key", plan, seed=seed)
    return float((support.test["support"] == 0).mean() - (support.train["support"] == 0).mean())


def unseen_spread(named: SplitFrame, plan: FoldPlan, *, seed: int = 0, n_permutations: int = 100) -> float:
    """Standard deviation of :func:`unseen_change` in alike files of these sizes and brands.

    By permuting which brands stand in which row of which file and fold: the support of every row is counted anew,
    because a row's neighbours of the same brand decide it.
    """
    key = named.stacked()["brand_key"]
    code = np.where(key != "", key.factorize()[0], -1)
    rng = np.random.default_rng(seed)
    fold = np.concatenate([np.asarray(plan.fold_of), rng.integers(0, plan.n_folds, len(named.test))])
    n_train = len(named.train)
    changes = [_change(rng.permutation(code), fold, n_train, plan.n_folds) for _ in range(n_permutations)]
    return float(np.std(changes))


def _change(code: np.ndarray, fold: np.ndarray, n_train: int, n_folds: int) -> float:
    """:func:`unseen_change` from whole numbers: brands (−1 unknown) and folds, train rows first."""
    known = code >= 0
    place = code * n_folds + fold
    size = int(code.max(initial=0)) + 1
    in_train = known & (np.arange(len(code)) < n_train)
    total = np.bincount(code[in_train], minlength=size)
    inside = np.bincount(place[in_train], minlength=size * n_folds)
    unseen = known & (total[code] - inside[place] == 0)
    return float(unseen[n_train:].mean() - unseen[:n_train].mean())


def auc_cut(found: Adversarial) -> float:
    """AUC below which files of this size count as alike."""
    return max(NO_SHIFT_AUC, 0.5 + CERTAIN * null_spread(found.n_train, found.n_test))


def no_shift(
    found: Adversarial, *, unseen_change: float, unseen_spread: float = 0.0, drift: ColumnDrift | None = None
) -> bool:
    """True when train and test are alike as far as this data can tell.

    The AUC must be below 0.53, the share of unseen rows within 5 points of what the folds show, each or within what
    ninety-nine of a hundred alike files of this size reach; and no column may differ with an adjusted p-value
    below 1 %.

    Args:
        unseen_change: Unseen share of test minus that of the validation rows, −1 to 1.
        unseen_spread: Its standard deviation in alike files.
        drift: The single columns; not looked at when None.
    """
    by_columns = drift is not None and bool(drift.below(CERTAIN_P))
    return _alike(found, unseen_change, unseen_spread) and not by_columns


def verdict(
    found: Adversarial, *, unseen_change: float, unseen_spread: float = 0.0, drift: ColumnDrift | None = None
) -> str:
    """What the figures say, in a sentence or two for a screen; arguments as for :func:`no_shift`."""
    if no_shift(found, unseen_change=unseen_change, unseen_spread=unseen_spread, drift=drift):
        return (
            "No shift: test looks like train, and its brands are as new to train as a validation row's are to its"
            f" fold. A gap between validation and leaderboard has another cause.{_edge(drift)}"
        )
    change, names = 100.0 * unseen_change, _columns(drift)
    more_new = not _usual(unseen_change, unseen_spread)
    if drift is not None and not more_new and _hardly_told(found):
        return f"A shift in single columns: a classifier hardly tells the files apart (AUC {found.auc:.3f}), but{names}"
    if found.auc < 0.6 and more_new and change > 0:
        return f"Brand shift: the files read alike, but test has {change:.1f} points more rows of unseen brands." + (
            f" Beside that,{names}" if names else ""
        )
    strength = "slight" if found.auc < 0.6 else "clear" if found.auc < 0.75 else "strong"
    number = f"{abs(change):.1f} points {'more' if change > 0 else 'fewer'}"
    brands_too = f", and it has {number} rows of unseen brands than the folds" if more_new else ""
    times = f"{100 * found.auc:.0f} times in 100"
    return f"A {strength} shift: a classifier ranks a test row above a train row {times}{brands_too}." + (
        f" Column by column,{names}" if names else ""
    )


def _hardly_told(found: Adversarial) -> bool:
    return found.auc < auc_cut(found)


def _usual(change: float, spread: float) -> bool:
    return abs(change) < max(NO_SHIFT_UNSEEN, CERTAIN * spread)


def _alike(found: Adversarial, change: float, spread: float) -> bool:
    return _hardly_told(found) and _usual(change, spread)


def _edge(drift: ColumnDrift | None) -> str:
    """Columns that alarm without speaking against the verdict."""
    if drift is None or not drift.alarms:
        return ""
    return f" At the edge of chance:{_columns(drift)}"


def _columns(drift: ColumnDrift | None) -> str:
    """`` 3 of 93 columns differ …``, or nothing."""
    if drift is None or not drift.alarms:
        return ""
    first = drift.table.iloc[0]
    number = len(drift.alarms)
    what = "column differs" if number == 1 else "columns differ"
    where = f"{first['column']} {first['where']}"
    shares = f"{first['train_pct']:.1f} % of train, {first['test_pct']:.1f} % of test"
    return f" {number} of {drift.n_columns} {what} by more than chance allows, first of all {where}: {shares}."
