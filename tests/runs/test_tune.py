"""Search of settings: kept, resumable, and judged on rows that it did not see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled, InputError
from core.folds import random_plan
from core.runs import Tuned, TuneSpec, latest_tuned, tune
from core.runs.study import open_study
from core.store import ArtifactStore
from core.train import TrainSpec, list_runs
from core.types import Catalog

BASE = TrainSpec("lightgbm", ("size", "brand"), max_rounds=15, patience=5, learning_rate=0.1, leaves=8)
BRIEF = TuneSpec(BASE, minutes=0.02)


def _journal(store: ArtifactStore) -> Path:
    (path,) = (store.root / "studies").glob("*.jsonl")
    return path


def test_the_winner_is_a_normal_run_judged_on_rows_that_no_trial_saw(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    told: list[tuple[int, float]] = []
    found = tune(tiny_catalog, plan, BRIEF, store=store, told=lambda *pair: told.append(pair))
    assert found.n_unseen == 180
    assert found.history == tuple(told)
    assert found.best_search_smape_pct <= found.start_search_smape_pct
    runs = {run.run_id: run for run in list_runs(tiny_catalog.key, store=store)}
    assert runs[found.start_run_id].spec == BASE
    best = runs[found.best_run_id].spec
    assert {name: getattr(best, name) for name in found.found} == found.found
    assert runs[found.best_run_id].plan_key == plan.key
    assert latest_tuned(plan, "lightgbm", store=store) == found
    assert Tuned.from_json(found.to_json()) == found
    assert latest_tuned(plan, "xgboost", store=store) is None


def test_a_killed_search_goes_on_from_its_journal(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)

    def cancel_in_trial_3(_fraction: float, message: str) -> None:
        if message.startswith("trial 3"):
            raise Cancelled

    more = TuneSpec(BASE, minutes=5)
    with pytest.raises(Cancelled):
        tune(tiny_catalog, plan, more, store=store, report=cancel_in_trial_3)
    journal = _journal(store)
    with journal.open("ab") as file:
        file.write(b'{"op_code": 5, "worker')
    Path(f"{journal}.lock").symlink_to(journal)
    before = open_study(journal, seed=0)
    assert [trial.state.name for trial in before.trials] == ["COMPLETE", "COMPLETE", "FAIL"]
    spent = TuneSpec(BASE, minutes=1e-6)
    found = tune(tiny_catalog, plan, spent, store=store)
    # Its budget is spent by what was tried before: nothing new is fitted in the search.
    assert found.n_trials == 2
    assert found.history[0] == (0, before.trials[0].value)


def test_a_search_without_time_or_settings_is_refused():
    with pytest.raises(InputError, match="minutes"):
        TuneSpec(BASE, minutes=0)


def test_settings_at_their_default_leave_a_run_its_key():
    assert set(BASE.to_json()) & {"column_share", "row_share", "l2"} == set()
    changed = TrainSpec("lightgbm", ("size",), l2=1.0)
    assert changed.to_json()["l2"] == 1.0
    assert TrainSpec.from_json(changed.to_json()) == changed


def test_trials_are_judged_on_the_folds_that_are_given_and_by_one_seed(tiny_catalog: Catalog, store: ArtifactStore):
    plan, other = random_plan(tiny_catalog), random_plan(tiny_catalog, seed=9)
    few = TuneSpec(BASE, minutes=1e-6)
    tune(tiny_catalog, plan, few, store=store, search_plan=other)
    searched = _journal(store)
    found = tune(tiny_catalog, plan, TuneSpec(replace(BASE, seeds_bagged=2), 1e-6), store=store, search_plan=other)
    assert _journal(store) == searched
    assert found.n_trials == 1
    runs = {run.run_id: run for run in list_runs(tiny_catalog.key, store=store)}
    assert runs[found.best_run_id].spec.seeds_bagged == 2
