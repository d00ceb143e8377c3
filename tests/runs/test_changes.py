"""Why a number changed: settings, blocks, data and code, each difference once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.folds import random_plan
from core.overrides import Override, Overrides
from core.runs import Change, changes, standings
from core.store import ArtifactStore
from core.train import RunFacts, RunRecord, TrainSpec, all_runs, train
from core.types import Catalog

QUICK = {"max_rounds": 3, "leaves": 4}


@pytest.fixture
def record(tiny_catalog: Catalog, store: ArtifactStore) -> RunRecord:
    train(tiny_catalog, random_plan(tiny_catalog), TrainSpec("lightgbm", ("size", "brand"), **QUICK), store=store)
    return all_runs(store=store)[0]


def test_the_same_run_has_no_changes(record: RunRecord):
    assert changes(record, record, {}) == []


def test_settings_and_blocks(record: RunRecord):
    spec = TrainSpec("lightgbm", ("size", "words"), seed=3, max_rounds=3, leaves=8)
    other = replace(record, spec=spec, family=spec.family, blocks=spec.blocks, seed=3)
    assert changes(record, other, {"words": "Words"}) == [
        Change("settings", "seed", "0", "3"),
        Change("settings", "leaves", "4", "8"),
        Change("blocks", "brand", "had it", "–"),
        Change("blocks", "Words", "–", "added"),
    ]


def test_a_block_read_otherwise_corrections_folds_and_code(record: RunRecord):
    facts = replace(
        record.facts, block_keys={**record.facts.block_keys, "size": "f" * 32}, overrides_key="abc", family_version=9
    )
    said = changes(record, replace(record, facts=facts), {})
    assert [(change.kind, change.what) for change in said] == [
        ("blocks", "size, read otherwise"),
        ("data", "corrections"),
        ("code", "version of the model family"),
    ]
    moved = replace(record, plan_key="elsewhere", plan_seed=5)
    assert changes(record, moved, {}) == [Change("data", "folds", "5 random, seed 0", "5 random, seed 5")]


def test_other_data_says_how_many_rows(record: RunRecord):
    (change,) = changes(record, replace(record, catalog_key="0" * 32, facts=RunFacts()), {})[:1]
    assert (change.kind, change.other) == ("data", "not recorded (00000000)")
    assert "300 + 300 rows" in change.one


def test_standings(record: RunRecord, tiny_catalog: Catalog, store: ArtifactStore):
    known = replace(record, run_id="known")
    stale = replace(
        record, run_id="stale", facts=replace(record.facts, block_keys={**record.facts.block_keys, "size": "f"})
    )
    older = replace(record, run_id="older", facts=RunFacts())
    away = replace(record, run_id="away", catalog_key="elsewhere")
    assert standings([known, stale, older, away], tiny_catalog, store=store) == {
        "known": "current",
        "stale": "former readings",
        "older": "not recorded",
        "away": "other data",
    }


def test_corrections_make_a_run_one_of_former_readings(record: RunRecord, tiny_catalog: Catalog, store: ArtifactStore):
    id_ = str(tiny_catalog.items.train.index[0])
    lines = (Override("brand", "Elsewhere", "train", id_),)
    corrected = replace(tiny_catalog, overrides=Overrides(lines, "key"))
    assert standings([record], corrected, store=store) == {record.run_id: "former readings"}
