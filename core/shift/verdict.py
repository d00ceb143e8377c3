"""Shift or no shift: the verdict from the adversarial AUC and from test's unseen brands together."""

from __future__ import annotations

from core.folds import FoldPlan
from core.shift.adversarial import Adversarial, no_shift
from core.shift.support import fold_support
from core.types import SplitFrame


def unseen_change(named: SplitFrame, plan: FoldPlan, *, seed: int = 0) -> float:
    """Unseen share of the test rows minus that of the validation rows, both as a fold model sees them; −1 to 1.

    Args:
        named: Column ``brand_key``.
    """
    support = fold_support(named, "brand_key", plan, seed=seed)
    return float((support.test["support"] == 0).mean() - (support.train["support"] == 0).mean())


def verdict(found: Adversarial, *, unseen_change: float) -> str:
    """What the two figures say, in a sentence for a screen."""
    change = 100.0 * unseen_change
    if no_shift(found, unseen_change=unseen_change):
        return (
            "No shift: test looks like train, and its brands are as new to train as a validation row's are to its"
            " fold. A gap between validation and leaderboard has another cause."
        )
    if found.auc < 0.6 and change >= 5.0:
        return f"Brand shift: the files read alike, but test has {change:.1f} points more rows of unseen brands."
    strength = "slight" if found.auc < 0.6 else "clear" if found.auc < 0.75 else "strong"
    brands_too = f", and it has {change:+.1f} points more rows of unseen brands" if abs(change) >= 5.0 else ""
    times = f"{100 * found.auc:.0f} times in 100"
    return f"A {strength} shift: a classifier ranks a test row above a train row {times}{brands_too}."
