"""The members of a blend share one fold plan, and none predicts one fold's rows too well.

A member that was trained with labels of a fold's validation rows (pseudo-labels, another split) errs less there than
elsewhere. Each member's error in each fold is compared with the median of its other folds: beside the other members'
errors on the same rows, which takes the rows' own difficulty away, and alone, for when all members share the fault.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.blend import Blend
from core.folds import FoldPlan
from core.metrics import row_smape_pct, to_price
from core.sentinel.verdict import Finding
from core.train import Run
from core.types import Catalog, FloatArray, IntArray

BESIDE_PCT = 4.0
"""SMAPE that a member may be better in one fold than in its others, measured beside the other members."""
ALONE_PCT: Mapping[str, float] = {"random": 6.0, "twins_together": 6.0, "test_like": 12.0, "brand_grouped": 12.0}
"""The same without other members, by kind of plan: folds that hold whole brands differ more by nature."""
SPANS = 5.0
"""Standard errors by which the drop must exceed zero too."""


@dataclass(frozen=True)
class Drop:
    """How much better one member is in one fold than in its others.

    Attributes:
        smape_pct: Points, positive when better.
        error_pct: Standard error of the fold's mean.
    """

    fold: int
    smape_pct: float
    error_pct: float

    def alarming(self, limit_pct: float) -> bool:
        """Whether it is beyond ``limit_pct`` and beyond chance."""
        return self.smape_pct > limit_pct and self.smape_pct > SPANS * self.error_pct


def fold_mismatch(catalog: Catalog, plan: FoldPlan, runs: Sequence[Run], blend: Blend | None) -> Finding:
    """Compare plans, then errors fold by fold."""
    other = [run.run_id for run in runs if run.plan_key != plan.key or run.n_folds != plan.n_folds]
    other += [run.run_id for run in runs if not run.oof_log_price.index.equals(catalog.items.train.index)]
    if other:
        names = ", ".join(dict.fromkeys(other))
        return Finding("fail", f"{len(set(other))} of {len(runs)} members were not made on this fold plan: {names}.")
    known = {run.run_id for run in runs}
    strange = [name for name, weight in (blend.weights if blend else {}).items() if weight > 0 and name not in known]
    if strange:
        return Finding("warn", f"The blend has members whose run was not handed in: {', '.join(strange)}.")
    errors = {
        run.run_id: row_smape_pct(catalog.price, to_price(run.oof_log_price.to_numpy(dtype=np.float64))) for run in runs
    }
    return judged(errors, plan.fold_of.to_numpy().astype(np.int64), alone_limit_pct=ALONE_PCT[plan.kind])


def judged(errors: Mapping[str, FloatArray], fold: IntArray, *, alone_limit_pct: float) -> Finding:
    """The verdict on the members' row errors (SMAPE in percent) under one fold plan."""
    largest = 0.0
    for name, own in errors.items():
        others = [other for member, other in errors.items() if member != name]
        beside = largest_drop(own - np.median(others, axis=0), fold) if others else None
        alone = largest_drop(own, fold)
        drop = beside if beside is not None and beside.alarming(BESIDE_PCT) else alone
        if drop.alarming(BESIDE_PCT if drop is beside else alone_limit_pct):
            return Finding("fail", _told(name, own, others, fold, drop))
        largest = max(largest, (beside or alone).smape_pct)
    who, against, limit = (
        (f"All {len(errors)} members share", "beside the others", BESIDE_PCT)
        if len(errors) > 1
        else ("The run has", "alone", alone_limit_pct)
    )
    return Finding(
        "pass",
        f"{who} the fold plan, and in no fold is one better than in its others by more than {largest:.2f} SMAPE"
        f" {against} ({limit:g} is let pass).",
    )


def largest_drop(errors: FloatArray, fold: IntArray) -> Drop:
    """The fold whose mean error lies furthest below the median of the other folds' means.

    Args:
        errors: Shape (n_rows,): a member's row errors, or what they are more than the other members'.
    """
    numbers = np.unique(fold)
    means = np.array([errors[fold == number].mean() for number in numbers])
    drops = [float(np.median(np.delete(means, place))) - float(mean) for place, mean in enumerate(means)]
    place = int(np.argmax(drops))
    rows = errors[fold == numbers[place]]
    spread = max(float(rows.std()), float(errors.std()))
    return Drop(int(numbers[place]), drops[place], spread / float(np.sqrt(rows.size)))


def _told(name: str, own: FloatArray, others: Sequence[FloatArray], fold: IntArray, drop: Drop) -> str:
    here = fold == drop.fold
    text = (
        f"Member {name} reads {own[here].mean():.1f} % SMAPE in fold {drop.fold + 1} and {own[~here].mean():.1f} % in"
        " its other folds"
    )
    if others:
        middle = np.median(others, axis=0)
        text += f", where the other members read {middle[here].mean():.1f} % and {middle[~here].mean():.1f} %"
    return f"{text}: {drop.smape_pct / max(drop.error_pct, 1e-9):.0f} standard errors too good."
