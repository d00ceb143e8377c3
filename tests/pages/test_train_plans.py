"""Plans and averaged seeds on the Train page, and runs of different plans kept apart there and on Ensemble."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.features import brands, compute_block
from core.folds import PLANS, random_plan
from core.jobs import list_jobs
from core.plans import draw_plan
from core.runs import CurveSpec, measure_curve
from core.store import ArtifactStore
from core.train import TrainSpec, list_runs, train
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts

QUICK = TrainSpec("lightgbm", ("five_simple",), max_rounds=10, min_leaf_rows=5, leaves=6)


@pytest.fixture
def runs(catalog: Catalog, store: ArtifactStore) -> dict[str, list[str]]:
    """Two runs a plan, by the plan's kind."""
    found: dict[str, list[str]] = {}
    for name in PLANS:
        for seed in (0, 1):
            plan = draw_plan(catalog, name, store=store)
            run = train(catalog, plan, replace(QUICK, seed=seed), store=store)
            found.setdefault(plan.kind, []).append(run.run_id)
    return found


def test_the_plan_and_the_seeds_go_into_the_job_and_its_title(open_page: Open, data) -> None:  # type: ignore[no-untyped-def]
    app = open_page("train")
    sound(app.button(key="train.preset.five-simple").click().run())
    sound(app.button(key="train.start").click().run())
    assert "plan" not in list_jobs()[0].params
    app.button_group(key="train.plan").set_value("brand").run()
    assert PLANS["brand"].answers in texts(sound(app))
    app.number_input(key="train.seeds_bagged.drawn").set_value(3).run()
    sound(app.button(key="train.start").click().run())
    job = next(job for job in list_jobs() if "plan" in job.params)
    assert (job.params["plan"], job.params["settings"]) == ("brand", {"loss": "smape", "seeds_bagged": 3})
    assert job.title.endswith(", brand-grouped folds")


def test_the_linear_baseline_has_no_seeds_to_average(open_page: Open, data) -> None:  # type: ignore[no-untyped-def]
    app = open_page("train")
    app.button_group(key="train.family").set_value("linear").run()
    assert app.number_input(key="train.seeds_bagged.still").disabled


def test_brands_that_are_not_read_yet_are_told_and_made_by_a_job(open_page: Open, data) -> None:  # type: ignore[no-untyped-def]
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    said = texts(sound(app.button_group(key="train.plan").set_value("test-like").run()))
    assert "Brands, which these folds look at: not computed for these rows yet" in said
    assert "These folds look at brands, which are not read yet" in said
    sound(app.button(key="train.quick.make").click().run())
    assert list_jobs()[0].params["plan"] == "test-like"


def test_a_quick_look_is_taken_on_the_plan_that_is_chosen(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    compute_block(catalog, "five_simple", store=store)
    brands(catalog, store=store)
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    assert "Quick look at 1 block: 5 random folds" in texts(app)
    assert "Quick look at 1 block: 5 brand-grouped folds" in texts(
        sound(app.button_group(key="train.plan").set_value("brand").run())
    )


def test_scores_of_different_plans_stand_apart(open_page: Open, runs: dict[str, list[str]]) -> None:
    app = open_page("train")
    labels = [metric.label for metric in app.metric]
    assert {f"Best run, {choice.title.lower()}" for choice in PLANS.values()} <= set(labels)
    assert "scores of different plans answer different questions" in texts(app)
    table = next(frame.value for frame in app.dataframe if "run_id" in frame.value)
    assert list(table["plan"]) == [choice.title for choice in PLANS.values() for _ in range(2)]


def test_a_run_says_what_its_score_is_of(open_page: Open, runs: dict[str, list[str]]) -> None:
    app = open_page("train")
    app.selectbox(key="train.run").set_value(runs["test_like"][0])
    said = texts(sound(app.run()))
    assert "Test-like folds. The score on a mix matched to the test" in said
    assert "weighted to the test's mix" in said


def test_two_runs_of_different_plans_are_compared_with_a_warning(open_page: Open, runs: dict[str, list[str]]) -> None:
    app = open_page("train")
    app.session_state["train.between"] = "Compare two"
    assert "Different plans" not in texts(sound(app.run()))
    app.selectbox(key="train.second").set_value(runs["brand_grouped"][0])
    assert "Different plans" in texts(sound(app.run()))


def test_the_curve_is_the_chosen_plans(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    brands(catalog, store=store)
    spec = CurveSpec(QUICK, shares=(0.3, 0.45, 0.6, 0.8), seeds=1, full_rows=900)
    measure_curve(catalog, draw_plan(catalog, "brand", store=store), spec, store=store)
    app = open_page("train")
    app.session_state["train.between"] = "Learning curve"
    assert "No learning curve on this data yet" in texts(sound(app.run()))
    app.session_state["train.plan"] = "brand"
    assert "SIMULATED, 900 rows: " in texts(sound(app.run()))


def test_only_runs_of_one_plan_are_blended(
    open_page: Open, runs: dict[str, list[str]], catalog: Catalog, store: ArtifactStore
) -> None:
    app = open_page("ensemble")
    sound(app)
    members = app.multiselect(key=f"ensemble.members.{catalog.key}")
    assert sorted(members.value) == sorted(runs["random"])
    assert "Random folds. The score on rows like train's" in texts(app)
    plans = {run.plan_kind: run.plan_key for run in list_runs(catalog.key, store=store)}
    app.selectbox(key="ensemble.plan").set_value(plans["test_like"])
    sound(app.run())
    assert sorted(app.multiselect(key=f"ensemble.members.{catalog.key}").value) == sorted(runs["test_like"])
    assert "Test-like folds" in texts(app)


def test_one_plan_asks_nothing(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    train(catalog, random_plan(catalog), QUICK, store=store)
    app = open_page("ensemble")
    assert "Random folds. " in texts(sound(app))
    assert [box.label for box in app.selectbox if box.label == "Fold plan"] == []
