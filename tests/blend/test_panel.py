"""Members side by side: the same blends as one by one, also where a member has no test predictions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.blend import Member, Panel, assess, blend, decide, diversity, fixed_blend, lacking_test, leaving_out_costs
from core.blend.remembered import remembered_assessment
from core.folds import FoldPlan, random_plan
from core.metrics import smape_pct, to_price
from core.store import ArtifactStore
from core.types import Catalog


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


def _members(catalog: Catalog) -> list[Member]:
    rng = np.random.default_rng(2)
    log_price = np.log(catalog.price)
    test = catalog.items.test.index
    return [
        Member(
            name,
            log_price + rng.normal(scale=noise, size=len(log_price)),
            pd.Series(rng.normal(size=len(test)), index=test),
        )
        for name, noise in (("a", 0.3), ("b", 0.4), ("c", 0.5))
    ]


def test_by_hand_in_price_space_is_a_mean_of_prices(tiny_catalog: Catalog, plan: FoldPlan):
    members = _members(tiny_catalog)
    mixed = Panel.of(members, tiny_catalog.price, plan).by_hand({"a": 1, "b": 3}, space="price")
    mean = 0.25 * to_price(members[0].oof_log_price) + 0.75 * to_price(members[1].oof_log_price)
    assert mixed.nested_smape_pct == pytest.approx(smape_pct(tiny_catalog.price, mean))
    asked = 0.25 * to_price(members[0].test_log_price) + 0.75 * to_price(members[1].test_log_price)
    assert np.allclose(to_price(mixed.test_log_price), asked)
    assert (mixed.method, mixed.space) == ("manual", "price")


def test_a_remembered_method_gives_the_blend_that_fitting_gives(
    tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore
):
    members = _members(tiny_catalog)
    panel = Panel.of(members, tiny_catalog.price, plan)
    fresh = remembered_assessment(panel, tiny_catalog, store=store)
    again = remembered_assessment(panel, tiny_catalog, store=store)
    assert [vars(one)["worse_pct"] for one in again.scores] == [one.worse_pct for one in fresh.scores]
    assert again.chosen == assess(members, tiny_catalog.price, plan).chosen
    for score in again.scores:
        ours = panel.by_score(score)
        fitted = blend(members, tiny_catalog.price, plan, method=score.method.name, space=score.space)
        assert ours.weights == pytest.approx(fitted.weights, abs=1e-12)
        assert ours.nested_smape_pct == pytest.approx(fitted.nested_smape_pct, abs=1e-9)
        assert np.allclose(ours.test_log_price, fitted.test_log_price)


def test_a_member_without_test_predictions_is_weighed_and_keeps_the_blend_from_export(
    tiny_catalog: Catalog, plan: FoldPlan
):
    members = _members(tiny_catalog)
    members[2] = replace(members[2], test_log_price=members[2].test_log_price.iloc[:0])
    price, clusters = tiny_catalog.price, np.arange(tiny_catalog.n_train)
    with_it = fixed_blend(members, price, plan, {"a": 1.0, "c": 1.0})
    without = fixed_blend(members, price, plan, {"a": 1.0, "b": 1.0})
    assert not with_it.exportable
    assert lacking_test(members, with_it.weights) == ["c"]
    assert without.exportable
    assert lacking_test(members, without.weights) == []
    expected = 0.5 * members[0].test_log_price + 0.5 * members[1].test_log_price
    assert np.allclose(without.test_log_price, expected)
    assert len(decide(with_it, members, price, plan, clusters=clusters).test_move) == 0
    assert len(decide(without, members, price, plan, clusters=clusters).test_move) == tiny_catalog.n_test
    assert not blend(members, price, plan, method="equal").exportable


def test_leaving_the_best_out_costs_most(tiny_catalog: Catalog, plan: FoldPlan):
    members = _members(tiny_catalog)
    cost = leaving_out_costs(members, tiny_catalog.price, plan, method="slsqp", space="log")
    all_three = blend(members, tiny_catalog.price, plan)
    rest = blend(members[1:], tiny_catalog.price, plan)
    assert cost[0] == pytest.approx(rest.nested_smape_pct - all_three.nested_smape_pct)
    assert cost[0] == max(cost)


def test_diversity_is_what_mixing_gains(tiny_catalog: Catalog, plan: FoldPlan):
    one, two, _ = _members(tiny_catalog)
    same = replace(one, name="same")
    for other, gains in ((same, False), (two, True)):
        panel = Panel.of([one, other], tiny_catalog.price, plan)
        mixed = panel.by_hand({one.name: 1.0, other.name: 1.0})
        found = diversity(panel, mixed.weights, mixed.nested_smape_pct)
        assert (found.gain_pct > 1) == gains
        assert found.gain_pct == pytest.approx(0.0, abs=1e-9) or gains
        assert found.apart[0, 1] == pytest.approx((one.oof_log_price - other.oof_log_price).abs().mean())
        assert (found.correlation[0, 1] > 0.999) == (not gains)
