"""The plans that a run can be asked for, and the question that each of them answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from core.folds.plan import PlanKind

PlanName = Literal["random", "brand", "test-like"]


@dataclass(frozen=True)
class PlanChoice:
    """One plan.

    Attributes:
        kind: Of the :class:`core.folds.FoldPlan` that is drawn.
        title: What a screen calls it.
        answers: What its score is of, in one sentence.
    """

    name: PlanName
    kind: PlanKind
    title: str
    answers: str


PLANS: Mapping[PlanName, PlanChoice] = MappingProxyType(
    {
        choice.name: choice
        for choice in (
            PlanChoice("random", "random", "Random", "The score on rows like train's: any row may be held out."),
            PlanChoice(
                "brand",
                "brand_grouped",
                "Brand-grouped",
                "The score on brands never seen: every brand is held out whole.",
            ),
            PlanChoice(
                "test-like",
                "test_like",
                "Test-like",
                "The score on a mix matched to the test: as many rows of unseen brands as the test file has, of like"
                " sizes.",
            ),
        )
    }
)
"""By the name that commands and jobs use."""

_TITLES: Mapping[str, str] = {
    **{choice.kind: choice.title for choice in PLANS.values()},
    "twins_together": "Duplicates together",
}


def plan_title(kind: str) -> str:
    """What a screen calls plans of that kind."""
    return _TITLES.get(kind, kind)


def plan_place(kind: str) -> int:
    """Where plans of that kind stand in a list; those that cannot be asked for come last."""
    kinds = [choice.kind for choice in PLANS.values()]
    return next((place for place, known in enumerate(kinds) if known == kind), len(kinds))


def on_folds(kind: str) -> str:
    """``", brand-grouped folds"``, to be added to what a run is called; random folds go unsaid."""
    return "" if kind == "random" else f", {plan_title(kind).lower()} folds"


def plan_answers(kind: str) -> str:
    """What scores on plans of that kind are of; ``""`` for one that cannot be asked for."""
    return next((choice.answers for choice in PLANS.values() if choice.kind == kind), "")
