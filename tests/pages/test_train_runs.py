from __future__ import annotations

import pytest

from core.folds import random_plan
from core.jobs import list_jobs
from core.runs import CurveSpec, TuneSpec, measure_curve, measure_path, tune
from core.store import ArtifactStore
from core.train import TrainSpec, all_runs, train
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts

QUICK = {"max_rounds": 10, "min_leaf_rows": 5, "leaves": 6}


def quick(block: str = "five_simple", *, seed: int = 0) -> TrainSpec:
    return TrainSpec("lightgbm", (block,), seed=seed, **QUICK)


@pytest.fixture
def two_runs(catalog: Catalog, store: ArtifactStore) -> list[str]:
    """Ids of two runs that differ in their seed, best first."""
    for seed in (0, 1):
        train(catalog, random_plan(catalog), quick(seed=seed), store=store)
    return [run.run_id for run in all_runs(store=store)]


def test_two_runs_are_compared_with_what_changed_and_a_verdict(open_page: Open, two_runs: list[str]) -> None:
    app = open_page("train")
    app.session_state["train.between"] = "Compare two"
    said = texts(sound(app.run()))
    assert "no more than other rows or another seed would move it" in said
    assert "Only the seed differs: whatever the difference is, it is noise." in said
    app.selectbox(key="train.first").set_value(two_runs[0])
    assert "Twice the same run" in texts(sound(app.run()))


def test_one_run_cannot_be_compared(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    train(catalog, random_plan(catalog), quick(), store=store)
    app = open_page("train")
    app.session_state["train.between"] = "Compare two"
    assert "Two runs on this data are needed" in texts(sound(app.run()))


def test_the_details_are_of_the_run_that_is_chosen(open_page: Open, two_runs: list[str]) -> None:
    app = open_page("train")
    assert f"LightGBM {two_runs[0][:6]}, " in texts(app)
    app.selectbox(key="train.run").set_value(two_runs[1])
    assert f"LightGBM {two_runs[1][:6]}, " in texts(sound(app.run()))


def test_runs_on_other_data_are_listed_under_a_switch(open_page: Open, two_runs: list[str]) -> None:
    app = open_page("train")
    sound(app.button(key="shell.use_demo").click().run())
    assert "No run on this data yet" in texts(app)
    assert "2 of them on other data" in app.toggle(key="train.every").label
    sound(app.toggle(key="train.every").set_value(True).run())
    assert app.dataframe[0].value["standing"].tolist() == ["OTHER DATA"] * 2


def test_the_time_is_foretold_from_the_runs_before(open_page: Open, two_runs: list[str]) -> None:
    app = open_page("train")
    sound(app.button(key="train.preset.five-simple").click().run())
    assert "by what runs took here before" in texts(app)


def test_a_measured_curve_is_shown_with_its_size_marked_simulated(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    spec = CurveSpec(quick(), shares=(0.3, 0.45, 0.6, 0.8), seeds=1, full_rows=900)
    measure_curve(catalog, random_plan(catalog), spec, store=store)
    app = open_page("train")
    app.session_state["train.between"] = "Learning curve"
    said = texts(sound(app.run()))
    assert "SIMULATED, 900 rows: " in said
    assert "Tested on what is known" in said


def test_a_search_is_started_and_its_result_shown(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    app.session_state["train.between"] = "Search settings"
    assert "No search on this data yet" in texts(sound(app.run()))
    app.number_input(key="train.minutes").set_value(1)
    sound(app.button(key="train.tune").click().run())
    (job,) = (job for job in list_jobs() if job.kind == "tune")
    assert (job.params["minutes"], job.params["blocks"]) == (1, ["five_simple"])


def test_a_finished_search_tells_its_gain_on_unseen_rows(
    open_page: Open, catalog: Catalog, store: ArtifactStore
) -> None:
    tune(catalog, random_plan(catalog), TuneSpec(quick(), minutes=0.01), store=store)
    app = open_page("train")
    app.session_state["train.between"] = "Search settings"
    assert "60 rows that no trial was judged by" in texts(sound(app.run()))


def test_the_score_is_set_against_the_number_of_blocks(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    plan = random_plan(catalog)
    for blocks in (("five_simple",), ("five_simple", "size")):
        train(catalog, plan, TrainSpec("lightgbm", blocks, **QUICK), store=store)
    measure_path(catalog, plan, ("five_simple", "size"), store=store)
    app = open_page("train")
    app.session_state["train.between"] = "Score by blocks"
    said = texts(sound(app.run()))
    assert "Blue: 2 full runs, out of fold, 100 train rows" in said
    assert "quick looks, a small model too; their scores do not compare with those of full runs" in said
    path = next(table.value for table in app.dataframe if "title" in table.value and "n_blocks" in table.value)
    assert path["n_blocks"].tolist()[0] == 1
    app.number_input(key="train.path_take").set_value(1)
    sound(app.run())
    sound(app.button(key="train.path_use").click().run())
    chosen = app.session_state[f"train.blocks.{catalog.key}"]
    assert len(chosen) == 1 and chosen[0] in ("five_simple", "size")


def test_a_path_is_started_for_the_chosen_blocks(open_page: Open, catalog: Catalog) -> None:
    app = open_page("train")
    app.button(key="train.preset.five-simple").click().run()
    app.session_state["train.between"] = "Score by blocks"
    assert "No run on this data yet" in texts(sound(app.run()))
    sound(app.button(key="train.forward").click().run())
    (job,) = (job for job in list_jobs() if job.kind == "forward")
    assert job.params["blocks"] == ["five_simple"]
