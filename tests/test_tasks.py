"""What jobs do with their parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core import tasks
from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.encode import has_vector_nearest
from core.errors import InputError
from core.explain import foretell_what_if
from core.folds import random_plan
from core.gains import GainSpec, latest_gains
from core.jobs.kinds import load_function
from core.plans import draw_plan
from core.runs import latest_curve, latest_path
from core.store import default_store
from core.train import QuickSpec, load_run, quick_look
from core.types import JsonDict, SplitFrame, VectorSet, no_progress


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CatalogSource:
    files = write_demo(tmp_path_factory.mktemp("demo"), DemoSpec(rows=60, unseen=0.3, seed=3, photos=0))
    return CatalogSource(str(files.train), str(files.test))


def test_gains_are_measured_on_the_folds_of_the_page(source: CatalogSource):
    spec = GainSpec(("size", "brand"), anchor=(), seeds=1, rounds=3)
    params: JsonDict = {"source": source.to_json(), "spec": spec.to_json()}
    result = load_function("gains")(params, no_progress)
    found = latest_gains(random_plan(load_catalog(source)), store=default_store())
    assert found is not None
    assert found.spec == spec
    assert result == {"chosen_smape_pct": found.chosen_smape_pct, "suggested": list(found.suggestion.blocks)}


def test_a_quick_look_is_found_by_the_page_afterwards(source: CatalogSource):
    params: JsonDict = {"source": source.to_json(), "blocks": ["size", "brand"]}
    result = load_function("quick")(params, no_progress)
    catalog = load_catalog(source)
    look = quick_look(catalog, random_plan(catalog), QuickSpec(("brand", "size")), store=default_store())
    assert look.cached
    assert result == {"quick_smape_pct": look.smape_pct}


@pytest.mark.parametrize("spec", [None, {"chosen": ["size"], "speed": 3}, {"chosen": []}, {}])
def test_settings_that_fit_nothing_are_refused(source: CatalogSource, spec: JsonDict | None):
    with pytest.raises(InputError):
        load_function("gains")({"source": source.to_json(), "spec": spec}, no_progress)


def test_a_run_takes_the_loss_that_it_is_asked_for(source: CatalogSource):
    params: JsonDict = {"source": source.to_json(), "family": "linear", "blocks": ["size"], "seed": 0}
    job = load_function("train")
    plain = job(params, no_progress)
    told = job({**params, "settings": {"loss": "smape"}}, no_progress)
    runs = {
        name: load_run(str(found["run_id"]), store=default_store()) for name, found in (("l1", plain), ("smape", told))
    }
    assert {name: run.spec.loss for name, run in runs.items() if run is not None} == {"l1": "l1", "smape": "smape"}
    for settings in ({"loss": "l3"}, {"size": 1}, ["loss"]):
        with pytest.raises(InputError):
            job({**params, "settings": settings}, no_progress)


def test_nearest_by_vector_are_kept_for_the_page(source: CatalogSource, monkeypatch: pytest.MonkeyPatch):
    catalog = load_catalog(source)
    rng = np.random.default_rng(0)
    train, test = (
        pd.DataFrame(rng.standard_normal((len(side), 4)).astype(np.float32), index=side.index)
        for side in (catalog.items.train, catalog.items.test)
    )
    vectors = VectorSet("drawn", "text", 4, "k", lambda: SplitFrame(train, test))
    monkeypatch.setattr(tasks, "with_known", lambda found, store: replace(found, vectors=(vectors,)))
    params: JsonDict = {"source": source.to_json(), "tower": "text", "model": "drawn"}
    assert load_function("vector_nearest")(params, no_progress) == {"products": 120}
    assert has_vector_nearest(replace(catalog, vectors=(vectors,)), "text", "drawn", store=default_store())
    for wrong in ({"tower": "smell"}, {"model": "other"}):
        with pytest.raises(InputError):
            load_function("vector_nearest")({**params, **wrong}, no_progress)


def test_jobs_take_the_plan_and_the_seeds_that_they_are_asked_for(source: CatalogSource):
    params: JsonDict = {"source": source.to_json(), "family": "lightgbm", "blocks": ["size"], "seed": 0}
    few: JsonDict = {"max_rounds": 5, "leaves": 4}
    plain = load_function("train")({**params, "settings": few}, no_progress)
    told = load_function("train")({**params, "plan": "brand", "settings": {**few, "seeds_bagged": 2}}, no_progress)
    runs = [load_run(str(found["run_id"]), store=default_store()) for found in (plain, told)]
    assert [(run.plan_kind, run.spec.seeds_bagged) for run in runs if run is not None] == [
        ("random", 1),
        ("brand_grouped", 2),
    ]
    tuned = load_function("tune")({**params, "plan": "test-like", "settings": few, "minutes": 1e-6}, no_progress)
    best = load_run(str(tuned["run_id"]), store=default_store())
    assert best is not None
    assert best.plan_kind == "test_like"
    catalog = load_catalog(source)
    asked: JsonDict = {**params, "plan": "brand", "settings": few, "seeds": 1, "full_rows": 100}
    load_function("curve")(asked, no_progress)
    assert latest_curve(draw_plan(catalog, "brand", store=default_store()), store=default_store()) is not None
    assert latest_curve(random_plan(catalog), store=default_store()) is None
    looked = load_function("quick")({"source": source.to_json(), "blocks": ["size"], "plan": "brand"}, no_progress)
    there = draw_plan(catalog, "brand", store=default_store())
    look = quick_look(catalog, there, QuickSpec(("size",)), store=default_store())
    assert (look.cached, looked["quick_smape_pct"]) == (True, look.smape_pct)
    with pytest.raises(InputError, match="no fold plan"):
        load_function("train")({**params, "plan": "brands"}, no_progress)


def test_a_path_is_found_by_the_page_afterwards(source: CatalogSource):
    params: JsonDict = {"source": source.to_json(), "blocks": ["size", "brand"]}
    result = load_function("forward")(params, no_progress)
    found = latest_path(random_plan(load_catalog(source)), store=default_store())
    assert found is not None
    assert result == {"order": list(found.first(2)), "quick_smape_pct": found.steps[-1].smape_pct}


def test_a_run_is_made_ready_for_edits(source: CatalogSource):
    params: JsonDict = {"source": source.to_json(), "family": "lightgbm", "blocks": ["size", "words"], "seed": 0}
    run_id = str(load_function("train")(params, no_progress)["run_id"])
    run, catalog = load_run(run_id, store=default_store()), load_catalog(source)
    assert run is not None
    plan = random_plan(catalog)
    assert foretell_what_if(run, catalog, plan, store=default_store()).parts == ("brands", "words")
    job = load_function("what_if")
    assert job({"source": source.to_json(), "run_id": run_id}, no_progress) == {"run_id": run_id}
    assert foretell_what_if(run, catalog, plan, store=default_store()).parts == ()
    with pytest.raises(InputError, match="no longer in the cache"):
        job({"source": source.to_json(), "run_id": "0" * 12}, no_progress)
