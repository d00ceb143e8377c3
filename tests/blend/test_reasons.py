"""SHAP of a blend: it adds up in both spaces, is the members' own in log space, and leaves strangers whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.blend import Blend, Member, Panel, blend_reasons
from core.errors import InputError
from core.explain import Explanation, explain_run
from core.folds import FoldPlan, random_plan
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog


@pytest.fixture
def plan(tiny_catalog: Catalog) -> FoldPlan:
    return random_plan(tiny_catalog)


@pytest.fixture
def made(tiny_catalog: Catalog, plan: FoldPlan, store: ArtifactStore) -> tuple[list[Member], dict[str, Explanation]]:
    """Three runs that are explained, and a member from outside."""
    specs = [
        TrainSpec("lightgbm", ("size", "five_simple"), max_rounds=30, learning_rate=0.2),
        TrainSpec("xgboost", ("size",), max_rounds=30, learning_rate=0.2),
        TrainSpec("linear", ("five_simple",)),
    ]
    runs = [train(tiny_catalog, plan, spec, store=store) for spec in specs]
    explained = {run.run_id: explain_run(run, tiny_catalog, plan, store=store, max_rows=60, seed=3) for run in runs}
    noise = np.random.default_rng(0).normal(scale=0.5, size=tiny_catalog.n_train)
    stranger = Member("stranger", np.log(tiny_catalog.price) + noise, runs[0].test_log_price)
    return [*(Member(run.run_id, run.oof_log_price, run.test_log_price) for run in runs), stranger], explained


def _mixed(catalog: Catalog, plan: FoldPlan, members: list[Member], space: str) -> Blend:
    weights = dict(zip([member.name for member in members], (0.3, 0.4, 0.1, 0.2), strict=True))
    return Panel.of(members, catalog.price, plan).by_hand(weights, space=space)  # type: ignore[arg-type]


@pytest.mark.parametrize("space", ["log", "price"])
def test_blocks_and_members_add_up_to_the_blend(space, made, tiny_catalog: Catalog, plan: FoldPlan):
    members, explained = made
    mixed = _mixed(tiny_catalog, plan, members, space)
    reasons = blend_reasons(mixed, members, explained)
    total = reasons.base_log_price + reasons.blocks.sum(axis=1) + reasons.whole.sum(axis=1)
    assert len(total) == 60
    assert np.abs(total - mixed.oof_log_price.loc[total.index]).max() < 1e-4
    assert reasons.gap < 1e-4
    assert set(reasons.blocks.columns) == {"size", "five_simple"}
    assert list(reasons.whole.columns) == ["stranger"]
    table = reasons.importance()
    assert table["share_pct"].sum() == pytest.approx(100.0)
    assert table.loc[table["part"] == "stranger", "is_member"].tolist() == [True]


def test_in_log_space_they_are_weights_times_the_members_own(made, tiny_catalog: Catalog, plan: FoldPlan):
    members, explained = made
    reasons = blend_reasons(_mixed(tiny_catalog, plan, members, "log"), members, explained)
    by_hand = 0.0
    for weight, one in zip((0.3, 0.4, 0.1), explained.values(), strict=True):
        mine = [block == "size" for block in one.column_blocks]
        by_hand = by_hand + weight * one.shap.loc[:, mine].sum(axis=1)
    assert np.allclose(reasons.blocks["size"], by_hand)
    known = members[3].oof_log_price
    assert np.allclose(reasons.whole["stranger"], 0.2 * (known - known.mean()).loc[reasons.whole.index])


def test_members_without_weight_and_without_models(made, tiny_catalog: Catalog, plan: FoldPlan):
    members, _ = made
    mixed = Panel.of(members, tiny_catalog.price, plan).by_hand({members[0].name: 1.0, "stranger": 1.0}, space="price")
    reasons = blend_reasons(mixed, members, {})
    assert reasons.blocks.shape == (tiny_catalog.n_train, 0)
    assert list(reasons.whole.columns) == [members[0].name, "stranger"]
    assert reasons.gap < 1e-6


def test_a_blend_that_was_moved_is_refused(made, tiny_catalog: Catalog, plan: FoldPlan):
    members, explained = made
    mixed = _mixed(tiny_catalog, plan, members, "log")
    moved = replace(mixed, oof_log_price=mixed.oof_log_price + 0.05)
    with pytest.raises(InputError, match=r"miss the blend's log_price by 0\.05"):
        blend_reasons(moved, members, explained)
    turned = {
        name: replace(one, **{part: getattr(one, part).iloc[::-1] for part in ("shap", "values", "base_log_price")})
        if place
        else one
        for place, (name, one) in enumerate(explained.items())
    }
    with pytest.raises(Exception, match="different rows"):
        blend_reasons(mixed, members, turned)
    assert isinstance(mixed.oof_log_price, pd.Series)
