"""Weights: exact on tiny data, nested scores that noise cannot improve, clear refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.blend import METHODS, Member, blend, fixed_blend
from core.blend.methods import equal, greedy, slsqp
from core.blend.space import SPACES, Scaled
from core.errors import AlignmentError, InputError
from core.folds import FoldPlan, random_plan
from core.metrics import smape_pct, to_price
from core.types import Catalog


def _member(catalog: Catalog, name: str, noise: float, seed: int) -> Member:
    rng = np.random.default_rng(seed)
    log_price = np.log(catalog.price)
    return Member(
        name,
        log_price + rng.normal(scale=noise, size=len(log_price)),
        pd.Series(rng.normal(size=catalog.n_test), index=catalog.items.test.index),
    )


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


def test_hand_set_weights_are_scored_as_they_are(tiny_catalog: Catalog, plan: FoldPlan):
    one, two = _member(tiny_catalog, "one", 0.4, 1), _member(tiny_catalog, "two", 0.6, 2)
    mixed = fixed_blend([one, two], tiny_catalog.price, plan, {"one": 3.0, "two": 1.0})
    expected = 0.75 * one.oof_log_price + 0.25 * two.oof_log_price
    assert mixed.weights == {"one": 0.75, "two": 0.25}
    assert mixed.nested_smape_pct == mixed.in_sample_smape_pct
    assert mixed.in_sample_smape_pct == pytest.approx(smape_pct(tiny_catalog.price, to_price(expected)))
    assert np.allclose(mixed.test_log_price, 0.75 * one.test_log_price + 0.25 * two.test_log_price)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("method", [name for name in METHODS if name != "single"])
def test_every_mix_beats_its_members_and_is_nested(method, space, tiny_catalog: Catalog, plan: FoldPlan):
    members = [_member(tiny_catalog, f"m{i}", 0.5, i) for i in range(3)]
    mixed = blend(members, tiny_catalog.price, plan, method=method, space=space)
    best = min(smape_pct(tiny_catalog.price, to_price(member.oof_log_price)) for member in members)
    if method != "stack":
        assert sum(mixed.weights.values()) == pytest.approx(1.0)
        assert min(mixed.weights.values()) >= 0
    assert mixed.in_sample_smape_pct < best - 3
    assert mixed.nested_smape_pct < best - 3
    assert mixed.nested_smape_pct == pytest.approx(
        smape_pct(tiny_catalog.price, to_price(mixed.nested_log_price)), abs=1e-9
    )
    oof = mixed.mix({member.name: member.oof_log_price.to_numpy() for member in members})
    assert np.allclose(oof, mixed.oof_log_price)
    if method == "slsqp":
        assert mixed.in_sample_smape_pct <= mixed.nested_smape_pct


def test_nested_weights_never_saw_the_fold(tiny_catalog: Catalog, plan: FoldPlan):
    members = [_member(tiny_catalog, f"m{i}", 0.3 + 0.1 * i, i) for i in range(3)]
    before = blend(members, tiny_catalog.price, plan)
    valid = plan.validation_mask(2)
    price = tiny_catalog.price.where(~valid, tiny_catalog.price * 7)
    after = blend(members, price, plan)
    pd.testing.assert_series_equal(before.nested_log_price[valid], after.nested_log_price[valid], check_exact=True)
    assert before.weights != after.weights


def test_slsqp_finds_the_weights_that_a_grid_finds():
    rng = np.random.default_rng(5)
    truth = rng.normal(2.5, 1.0, size=4000)
    predictions = np.column_stack([truth + rng.normal(scale=s, size=4000) for s in (0.4, 0.8)])
    grid = np.linspace(0, 1, 1001)
    losses = [np.tanh(np.abs(w * predictions[:, 0] + (1 - w) * predictions[:, 1] - truth) / 2).mean() for w in grid]
    rows = Scaled.of(predictions, truth, "log")
    assert slsqp(rows, None).weights[0] == pytest.approx(grid[int(np.argmin(losses))], abs=0.01)


def test_greedy_takes_the_only_good_member_alone():
    rng = np.random.default_rng(6)
    truth = rng.normal(size=500)
    predictions = np.column_stack([rng.normal(size=500), truth, rng.normal(size=500)])
    rows = Scaled.of(predictions, truth, "log")
    assert greedy(rows, None).weights.tolist() == [0.0, 1.0, 0.0]
    assert equal(rows, None).weights.tolist() == [1 / 3] * 3


def test_what_cannot_be_blended_is_refused(tiny_catalog: Catalog, plan: FoldPlan):
    one = _member(tiny_catalog, "one", 0.4, 1)
    turned = replace(one, name="two", oof_log_price=one.oof_log_price.iloc[::-1])
    other_test = replace(one, name="two", test_log_price=one.test_log_price.iloc[:-1])
    for members, error, words in (
        ([], InputError, "at least one member"),
        ([one, one], InputError, "same name"),
        ([one, turned], AlignmentError, "other train rows"),
        ([one, other_test], AlignmentError, "other test rows"),
    ):
        with pytest.raises(error, match=words):
            blend(members, tiny_catalog.price, plan)
    with pytest.raises(InputError, match="method"):
        blend([one], tiny_catalog.price, plan, method="magic")
    for weights in ({"one": 0.0}, {"one": -1.0}, {"one": float("nan")}):
        with pytest.raises(InputError, match="weights"):
            fixed_blend([one], tiny_catalog.price, plan, weights)
