"""The leaderboard's lines, and settings as words and as JSON."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.folds import random_plan
from core.runs import board, changed_settings, said_settings, with_settings
from core.store import ArtifactStore
from core.train import RunFacts, RunRecord, TrainSpec, all_runs, set_run_note, train
from core.types import Catalog

SPEC = TrainSpec("lightgbm", ("size",), seed=2, leaves=4, max_rounds=3)


@pytest.fixture
def record(tiny_catalog: Catalog, store: ArtifactStore) -> RunRecord:
    run = train(tiny_catalog, random_plan(tiny_catalog), SPEC, store=store)
    set_run_note(run.run_id, store=store, note="first", star=True)
    return all_runs(store=store)[0]


def test_this_data_comes_first_and_the_best_of_it_on_top(record: RunRecord):
    runs = [
        replace(record, run_id="away", oof_smape_pct=1.0, facts=RunFacts()),
        replace(record, run_id="worse", oof_smape_pct=record.oof_smape_pct + 2),
        record,
    ]
    standing = {"away": "other data", "worse": "current", record.run_id: "current"}
    table = board(runs, standing, {"size": "Size and pack"})
    assert table["run_id"].tolist() == [record.run_id, "worse", "away"]
    assert np.allclose(table["against_best"], [0.0, 2.0, np.nan], equal_nan=True)
    top = table.iloc[0]
    assert (top["star"], top["note"], top["blocks"]) == (True, "first", "Size and pack")
    assert top["settings"] == "leaves 4, max rounds 3"
    assert top["predict_seconds"] > 0
    assert np.isnan(table["predict_seconds"].iloc[2])
    assert len(top["fold_scores"].split(" · ")) == 5


def test_settings_there_and_back():
    changed = changed_settings(SPEC)
    assert changed == {"leaves": 4, "max_rounds": 3}
    assert with_settings(TrainSpec("lightgbm", ("size",), seed=2), changed) == SPEC
    assert with_settings(SPEC, None) == SPEC
    assert said_settings(TrainSpec("xgboost", ("size",), seed=7)) == ""


@pytest.mark.parametrize("wrong", [[], {"speed": 3}, {"leaves": "many"}, {"leaves": 1}, {"leaves": True}, {"seed": 3}])
def test_settings_that_fit_nothing_are_refused(wrong: object):
    with pytest.raises(InputError):
        with_settings(SPEC, wrong)
