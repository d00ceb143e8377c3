"""Fold plans: at random, by brand, with duplicates kept together, and like the test file."""

from core.folds.like_test import SUPPORT_BANDS, MatchedPlan, like_test_plan
from core.folds.plan import FoldPlan, PlanKind, grouped_plan, random_plan, together_plan

__all__ = [
    "SUPPORT_BANDS",
    "FoldPlan",
    "MatchedPlan",
    "PlanKind",
    "grouped_plan",
    "like_test_plan",
    "random_plan",
    "together_plan",
]
