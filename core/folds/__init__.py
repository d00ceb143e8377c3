"""Fold plans: at random, by brand, with duplicates kept together, and like the test file."""

from core.folds.like_test import CELLS, MatchedPlan, like_test_plan, unseen_pct
from core.folds.plan import FoldPlan, PlanKind, grouped_plan, make_plan, random_plan, together_plan

__all__ = [
    "CELLS",
    "FoldPlan",
    "MatchedPlan",
    "PlanKind",
    "grouped_plan",
    "like_test_plan",
    "make_plan",
    "random_plan",
    "together_plan",
    "unseen_pct",
]
