"""Fold plans: at random, by brand, with duplicates kept together, and like the test file."""

from core.folds.choices import PLANS, PlanChoice, PlanName, on_folds, plan_answers, plan_place, plan_title
from core.folds.kept import keep_plan, kept_plan
from core.folds.like_test import CELLS, MatchedPlan, like_test_plan, unseen_pct
from core.folds.plan import FoldPlan, PlanKind, grouped_plan, make_plan, random_plan, together_plan

__all__ = [
    "CELLS",
    "PLANS",
    "FoldPlan",
    "MatchedPlan",
    "PlanChoice",
    "PlanKind",
    "PlanName",
    "grouped_plan",
    "keep_plan",
    "kept_plan",
    "like_test_plan",
    "make_plan",
    "on_folds",
    "plan_answers",
    "plan_place",
    "plan_title",
    "random_plan",
    "together_plan",
    "unseen_pct",
]
