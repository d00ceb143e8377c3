"""The decision: moves where residuals lean, stays where they do not, and never learns from the fold it scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.blend import Blend, Decision, Member, blend, decide, fixed_blend
from core.blend.decision import SHIFTS, best_shift
from core.errors import AlignmentError
from core.folds import FoldPlan, random_plan
from core.metrics import log_smape_pct, smape_pct, to_log_price, to_price
from core.types import Catalog

N_ROWS = 300


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


def _members(catalog: Catalog, residual: np.ndarray, *, apart: np.ndarray | float = 0.0) -> list[Member]:
    """Two members whose mean misses each ``log_price`` by ``residual``."""
    log_price = np.log(catalog.price)
    test = pd.Series(np.linspace(1, 4, catalog.n_test), index=catalog.items.test.index)
    return [
        Member(name, log_price - residual + sign * apart, test + sign * np.mean(apart))
        for name, sign in (("one", 1.0), ("two", -1.0))
    ]


def _decided(catalog: Catalog, plan: FoldPlan, members: list[Member]) -> tuple[Blend, Decision]:
    mixed = blend(members, catalog.price, plan, method="equal")
    return mixed, decide(mixed, members, catalog.price, plan, clusters=np.arange(N_ROWS))


def test_the_best_shift_is_the_one_that_a_scan_finds():
    residual = np.random.default_rng(1).gamma(1.0, 0.3, size=400) - 0.25
    losses = {float(shift): np.tanh(np.abs(residual - shift) / 2).mean() for shift in SHIFTS}
    assert best_shift(residual) == pytest.approx(min(losses, key=lambda shift: losses[shift]), abs=1e-9)
    assert best_shift(np.array([])) == 0.0
    assert best_shift(np.full(3, 0.07)) == 0.07


def test_the_same_lean_everywhere_is_found_and_taken_back(tiny_catalog: Catalog, plan: FoldPlan):
    members = _members(tiny_catalog, 0.1 + 0.02 * np.random.default_rng(2).normal(size=N_ROWS))
    mixed, decision = _decided(tiny_catalog, plan, members)
    assert decision.rule == "shift"
    assert decision.gains["shift"].low_pct > 5
    assert decision.blend.nested_smape_pct < mixed.nested_smape_pct - 5
    assert decision.chosen.gain_pct == pytest.approx(mixed.nested_smape_pct - decision.blend.nested_smape_pct)
    assert decision.test_move.to_numpy() == pytest.approx(0.1, abs=0.011)
    assert np.allclose(decision.blend.test_log_price, mixed.test_log_price + decision.test_move)
    log_price = to_log_price(tiny_catalog.price)
    assert decision.blend.in_sample_smape_pct == log_smape_pct(log_price, decision.blend.oof_log_price.to_numpy())
    honest = smape_pct(tiny_catalog.price, to_price(decision.blend.nested_log_price))
    assert decision.blend.nested_smape_pct == pytest.approx(honest, abs=1e-9)


def test_a_lean_of_the_rows_that_members_disagree_on_needs_the_spread(tiny_catalog: Catalog, plan: FoldPlan):
    rng = np.random.default_rng(3)
    wide = rng.permutation(N_ROWS) < N_ROWS // 5
    residual = np.where(wide, 0.2, 0.0) + 0.01 * rng.normal(size=N_ROWS)
    _, decision = _decided(tiny_catalog, plan, _members(tiny_catalog, residual, apart=np.where(wide, 0.3, 0.05)))
    assert decision.rule == "spread"
    assert decision.gains["spread"].gain_pct > decision.gains["shift"].gain_pct + 2


def test_nothing_moves_where_nothing_leans(tiny_catalog: Catalog, plan: FoldPlan):
    for seed in range(5):
        residual = 0.5 * np.random.default_rng(seed).normal(size=N_ROWS)
        mixed, decision = _decided(tiny_catalog, plan, _members(tiny_catalog, residual))
        assert decision.rule == "none"
        assert decision.blend is mixed
        assert (decision.test_move == 0).all()
    told = decision.to_json()
    assert told["rule"] == "none"
    assert set(told["rules"]) == {"shift", "spread"}


def test_a_fold_is_moved_by_what_the_others_teach(tiny_catalog: Catalog, plan: FoldPlan):
    residual = 0.1 + 0.02 * np.random.default_rng(4).normal(size=N_ROWS)
    members = _members(tiny_catalog, residual)
    _, before = _decided(tiny_catalog, plan, members)
    valid = plan.validation_mask(3)
    price = tiny_catalog.price.where(~valid, tiny_catalog.price * 0.2)
    mixed = blend(members, price, plan, method="equal")
    after = decide(mixed, members, price, plan, clusters=np.arange(N_ROWS))
    assert before.rule == after.rule == "shift"
    pd.testing.assert_series_equal(
        before.blend.nested_log_price[valid], after.blend.nested_log_price[valid], check_exact=True
    )


def test_weights_by_hand_are_kept(tiny_catalog: Catalog, plan: FoldPlan):
    members = _members(tiny_catalog, np.full(N_ROWS, 0.1), apart=0.2)
    mixed = fixed_blend(members, tiny_catalog.price, plan, {"one": 1.0, "two": 3.0})
    decision = decide(mixed, members, tiny_catalog.price, plan, clusters=np.arange(N_ROWS))
    # The mean of the members is off by 0.1, these weights by 0.1 less: they hit.
    assert decision.blend.nested_smape_pct == pytest.approx(0.0, abs=1.0)
    assert decision.blend.weights == {"one": 0.25, "two": 0.75}


def test_other_rows_are_refused(tiny_catalog: Catalog, plan: FoldPlan):
    members = _members(tiny_catalog, np.zeros(N_ROWS))
    mixed = blend(members, tiny_catalog.price, plan, method="equal")
    with pytest.raises(AlignmentError):
        decide(mixed, members, tiny_catalog.price.iloc[::-1], plan, clusters=np.arange(N_ROWS))
