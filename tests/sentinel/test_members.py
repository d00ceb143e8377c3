"""Members from outside under the sentinel: an honest one passes, each fault is found by its own check."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.blend import Member
from core.folds import FoldPlan, random_plan
from core.sentinel import MEMBER_CHECKS, Suspect, examine_members
from core.types import Catalog


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


def _member(catalog: Catalog, name: str, residual: np.ndarray | float) -> Member:
    return Member(name, np.log(catalog.price) + residual, pd.Series(dtype=float))


def _noise(catalog: Catalog, seed: int, scale: float = 0.4) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=scale, size=catalog.n_train)


def _verdicts(suspect: Suspect, others: list[Member], catalog: Catalog, plan: FoldPlan) -> dict[str, str]:
    found = examine_members([suspect], others, catalog.price, plan)[suspect.member.name]
    assert [one.check for one in found] == list(MEMBER_CHECKS)
    return {one.check: one.verdict for one in found}


def test_an_honest_member_on_these_folds_passes(tiny_catalog: Catalog, plan: FoldPlan):
    others = [_member(tiny_catalog, f"run{seed}", _noise(tiny_catalog, seed)) for seed in (1, 2)]
    # The same folds by other numbers.
    fold = (plan.fold_of + 3) % plan.n_folds
    suspect = Suspect(_member(tiny_catalog, "theirs", _noise(tiny_catalog, 3)), fold)
    assert set(_verdicts(suspect, others, tiny_catalog, plan).values()) == {"pass"}


def test_other_folds_and_unknown_ones_are_warned_of(tiny_catalog: Catalog, plan: FoldPlan):
    others = [_member(tiny_catalog, "run", _noise(tiny_catalog, 1))]
    member = _member(tiny_catalog, "theirs", _noise(tiny_catalog, 3))
    fold = plan.fold_of.copy()
    fold.iloc[:7] = (fold.iloc[:7] + 1) % plan.n_folds
    found = examine_members([Suspect(member, fold)], others, tiny_catalog.price, plan)["theirs"][0]
    assert found.verdict == "warn"
    assert "7 of 300 rows lie elsewhere" in found.evidence
    assert _verdicts(Suspect(member, None), others, tiny_catalog, plan)["member_folds"] == "warn"


def test_a_score_too_good_fails_beside_others_and_alone(tiny_catalog: Catalog, plan: FoldPlan):
    leak = Suspect(_member(tiny_catalog, "leak", _noise(tiny_catalog, 3, scale=0.05)), plan.fold_of)
    others = [_member(tiny_catalog, "run", _noise(tiny_catalog, 1))]
    assert _verdicts(leak, others, tiny_catalog, plan)["member_score"] == "fail"
    assert _verdicts(leak, [], tiny_catalog, plan)["member_score"] == "fail"


def test_a_fold_whose_labels_were_seen_fails(tiny_catalog: Catalog, plan: FoldPlan):
    noise = _noise(tiny_catalog, 3)
    seen = np.where(plan.validation_mask(2), 0.1 * noise, noise)
    others = [_member(tiny_catalog, "run", _noise(tiny_catalog, 1))]
    suspect = Suspect(_member(tiny_catalog, "theirs", seen), plan.fold_of)
    assert _verdicts(suspect, others, tiny_catalog, plan)["member_fold_drop"] == "fail"


def test_an_echo_and_a_constant_are_told(tiny_catalog: Catalog, plan: FoldPlan):
    others = [_member(tiny_catalog, "run", _noise(tiny_catalog, 1))]
    echo = Suspect(_member(tiny_catalog, "echo", _noise(tiny_catalog, 1)), plan.fold_of)
    assert _verdicts(echo, others, tiny_catalog, plan)["member_own_voice"] == "warn"
    flat = Suspect(_member(tiny_catalog, "flat", 1.0 - np.log(tiny_catalog.price)), plan.fold_of)
    assert _verdicts(flat, others, tiny_catalog, plan)["member_own_voice"] == "fail"
