"""What a run will take: scaled from past runs, or from a timed sample before the first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.folds import random_plan
from core.runs import RunSize, foretell_run, run_size
from core.runs.foretell import GIB_A_MODEL, START_S
from core.store import ArtifactStore
from core.train import FAMILIES, RunRecord, TrainSpec, all_runs, block_keys, train
from core.types import Catalog

SPEC = TrainSpec("lightgbm", ("size", "brand_price"))
BASE = FAMILIES[SPEC.family].base_gib
SIZE = RunSize(n_train=1000, n_test=500, n_folds=5, n_columns=40)


@pytest.fixture
def past(tiny_catalog: Catalog, store: ArtifactStore) -> RunRecord:
    """A run of known cost: 1,000 rows, 40 columns, 10 s with one thread, 200 rounds of which 100 are patience."""
    quick = replace(SPEC, max_rounds=3, leaves=4)
    train(tiny_catalog, random_plan(tiny_catalog), quick, store=store)
    (record,) = all_runs(store=store)
    facts = replace(
        record.facts, n_train=1000, n_test=500, threads=1, fitted_rounds=(200,) * 5, peak_gib=0.9, block_seconds={}
    )
    return replace(record, spec=SPEC, seconds=10.0, n_columns=40, facts=facts)


def test_the_same_run_again_takes_what_it_took(past: RunRecord):
    found = foretell_run(SPEC, SIZE, [past], threads=1)
    assert found.seconds == pytest.approx(START_S + 10.0)
    assert found.gib == pytest.approx(0.9)
    assert found.basis == "past runs"


def test_seconds_go_with_rows_threads_and_rounds(past: RunRecord):
    def fit_seconds(spec: TrainSpec, size: RunSize, threads: int = 1) -> float:
        return foretell_run(spec, size, [past], threads=threads).seconds - START_S

    assert fit_seconds(SPEC, replace(SIZE, n_train=4000)) == pytest.approx(40.0)
    assert fit_seconds(SPEC, SIZE, threads=2) == pytest.approx(5.0)
    # 100 useful rounds become 200 at half the rate; patience stays.
    assert fit_seconds(replace(SPEC, learning_rate=0.02), SIZE) == pytest.approx(15.0)
    assert fit_seconds(replace(SPEC, max_rounds=50), SIZE) == pytest.approx(2.5)


def test_memory_goes_with_the_matrix(past: RunRecord):
    found = foretell_run(SPEC, replace(SIZE, n_train=2500), [past], threads=1)
    assert found.gib == pytest.approx(BASE + 2 * (0.9 - BASE))


def test_blocks_to_make_cost_what_they_cost_a_row_before_or_are_named(past: RunRecord):
    size = replace(SIZE, to_make=("words", "neighbours"))
    told = replace(past, facts=replace(past.facts, block_seconds={"words": 6.0}))
    found = foretell_run(SPEC, size, [told], threads=1)
    assert found.seconds == pytest.approx(START_S + 16.0)
    assert found.unknown == ("neighbours",)


def test_without_past_runs_a_sample_is_timed():
    found = foretell_run(SPEC, SIZE, [], threads=1)
    assert found.basis == "timed sample"
    assert found.seconds > START_S
    assert found.gib == pytest.approx(BASE + FAMILIES[SPEC.family].gib_a_cell * SIZE.cells)


def test_the_network_is_foretold_by_its_own_rounds_and_memory():
    spec = TrainSpec("dual_input", ("size",))
    found = foretell_run(spec, SIZE, [], threads=1)
    # 500 rounds, as boosting takes, would be 25 times as many.
    assert FAMILIES["dual_input"].typical_rounds == 20
    assert found.seconds > START_S
    assert found.gib == pytest.approx(0.6 + 0.06e-6 * SIZE.cells)


def test_the_size_is_known_without_reading_a_block(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    blocks = ["category", "brand_price"]
    keys = block_keys(tiny_catalog, plan, blocks, store=store)
    before = run_size(tiny_catalog, plan, blocks, keys, store=store)
    assert before.to_make == ("category", "brand_price")
    run = train(tiny_catalog, plan, TrainSpec("lightgbm", tuple(blocks), max_rounds=2, leaves=4), store=store)
    after = run_size(tiny_catalog, plan, blocks, keys, store=store)
    assert (after.to_make, after.n_columns) == ((), len(run.columns))


def test_seeds_averaged_take_as_many_times_as_long_whichever_run_tells(past: RunRecord):
    three = replace(SPEC, seeds_bagged=3)
    found = foretell_run(three, SIZE, [past], threads=1)
    assert found.seconds == pytest.approx(START_S + 30.0)
    assert found.gib == pytest.approx(0.9 + 10 * GIB_A_MODEL)
    bagged = replace(past, spec=three, seconds=30.0)
    assert foretell_run(SPEC, SIZE, [bagged], threads=1).seconds == pytest.approx(START_S + 10.0)
    assert foretell_run(three, SIZE, [bagged], threads=1).gib == pytest.approx(0.9)
