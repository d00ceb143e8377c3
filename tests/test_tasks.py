"""What jobs do with their parameters."""

from __future__ import annotations

import pytest

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.errors import InputError
from core.folds import random_plan
from core.gains import GainSpec, latest_gains
from core.jobs.kinds import load_function
from core.store import default_store
from core.train import load_run
from core.types import JsonDict, no_progress


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
