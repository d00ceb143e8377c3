"""Fold plans by name, and that runs on any of them can be looked at afterwards."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.explain import explain_run, open_run
from core.features import brands
from core.folds import PLANS, PlanName, plan_answers, plan_title
from core.metrics import smape_pct, to_price
from core.overrides import Override, Overrides
from core.plans import can_draw, draw_plan, matched_note, matched_smape_pct, plan_asked
from core.runs import board, compare_runs, standings
from core.store import ArtifactStore
from core.train import TrainSpec, all_runs, load_run, plan_of, train
from core.types import Catalog

SPEC = TrainSpec("lightgbm", ("five_simple", "brand_price"), max_rounds=12, patience=12, learning_rate=0.2, leaves=6)


@pytest.mark.parametrize("name", list(PLANS))
def test_a_plan_is_of_its_kind_and_the_same_again(name: PlanName, tiny_catalog: Catalog, store: ArtifactStore):
    plan = draw_plan(tiny_catalog, name, store=store)
    assert plan.kind == PLANS[name].kind
    assert plan.key == draw_plan(tiny_catalog, name, store=store).key
    assert plan.key != draw_plan(tiny_catalog, name, store=store, seed=1).key
    assert sorted(plan.fold_of.unique()) == [0, 1, 2, 3, 4]
    assert plan_title(plan.kind) == PLANS[name].title
    assert plan_answers(plan.kind).endswith(".")


def test_brands_are_whole_in_one_plan_and_as_in_test_in_the_other(tiny_catalog: Catalog, store: ArtifactStore):
    assert not can_draw(tiny_catalog, "brand", store=store)
    key = brands(tiny_catalog, store=store).value.train["brand_key"]
    assert can_draw(tiny_catalog, "brand", store=store)
    known = (key != "").to_numpy()
    spread = {
        name: draw_plan(tiny_catalog, name, store=store).fold_of[known].groupby(key[known].to_numpy()).nunique()
        for name in PLANS
    }
    assert spread["brand"].max() == 1
    assert spread["test-like"].max() > 1
    # Three in ten test rows are of unseen brands, far more than random folds hold out by chance.
    assert (spread["test-like"] == 1).mean() > (spread["random"] == 1).mean()


def test_a_name_that_is_none_is_refused_and_an_old_job_is_random():
    assert plan_asked({"source": {}}) == "random"
    assert plan_asked({"plan": "test-like"}) == "test-like"
    for wrong in ("brands", None, 3):
        with pytest.raises(InputError, match="no fold plan"):
            plan_asked({"plan": wrong})


def test_a_test_like_score_is_weighted_to_the_tests_mix(tiny_catalog: Catalog, store: ArtifactStore):
    price, plan = tiny_catalog.price, draw_plan(tiny_catalog, "test-like", store=store)
    run = train(tiny_catalog, plan, SPEC, store=store)
    matched = matched_smape_pct(plan.key, run.oof_log_price, price, store=store)
    assert matched is not None
    assert abs(matched - smape_pct(price, to_price(run.oof_log_price))) < 10
    assert "as they are weighted" in matched_note(plan.key, store=store)
    assert matched_smape_pct("another plan", run.oof_log_price, price, store=store) is None
    assert matched_note("another plan", store=store) == ""


@pytest.mark.parametrize("name", list(PLANS))
def test_a_run_on_any_plan_can_be_explained_and_stands(name: PlanName, tiny_catalog: Catalog, store: ArtifactStore):
    run = train(tiny_catalog, draw_plan(tiny_catalog, name, store=store), SPEC, store=store)
    records = all_runs(store=store)
    assert standings(records, tiny_catalog, store=store) == {run.run_id: "current"}
    again = load_run(run.run_id, store=store)
    assert again is not None
    plan = plan_of(again, tiny_catalog, store=store)
    found = explain_run(again, tiny_catalog, plan, store=store, max_rows=30)
    np.testing.assert_allclose(found.log_price, run.oof_log_price[found.sample_ids], atol=1e-4)
    opened = open_run(again, tiny_catalog, plan, store=store)
    assert opened.reasons("train", 3).log_price == run.oof_log_price.iloc[3]


@pytest.mark.parametrize("name", ["brand", "test-like"])
def test_a_plan_stays_when_brands_are_read_otherwise(name: PlanName, tiny_catalog: Catalog, store: ArtifactStore):
    plan = draw_plan(tiny_catalog, name, store=store)
    run = train(tiny_catalog, plan, replace(SPEC, blocks=("five_simple",)), store=store)
    lines = tuple(Override("brand", "Quillmoor", "train", str(one)) for one in tiny_catalog.items.train.index[:60])
    corrected = replace(tiny_catalog, overrides=Overrides(lines, "key"))
    assert draw_plan(corrected, name, store=store).key != plan.key
    assert plan_of(run, corrected, store=store).key == plan.key


def test_plans_are_ranked_apart_and_a_comparison_has_no_folds(tiny_catalog: Catalog, store: ArtifactStore):
    runs = {
        (name, rounds): train(
            tiny_catalog, draw_plan(tiny_catalog, name, store=store), replace(SPEC, max_rounds=rounds), store=store
        )
        for name in PLANS
        for rounds in (2, 12)
    }
    records = all_runs(store=store)
    table = board(records, standings(records, tiny_catalog, store=store), {})
    assert list(table["plan"]) == [choice.title for choice in PLANS.values() for _ in range(2)]
    for title, lines in table.groupby("plan"):
        assert lines["against_best"].min() == 0.0, title
        assert lines["smape_pct"].is_monotonic_increasing
    one, other = runs["random", 12], runs["brand", 12]
    assert compare_runs(one, other, tiny_catalog, records, store=store).fold_gain_pct == ()
