"""The frontier of runs by number of blocks, its verdicts, and what the block gains add to the picture."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from core.folds import random_plan
from core.gains import GainSpec, measure_gains
from core.runs import (
    baseline_of,
    compare_runs,
    frontier_steps,
    points_by_blocks,
    runs_table,
    small_model_points,
)
from core.store import ArtifactStore
from core.train import RunRecord, TrainSpec, list_runs, load_run, train
from core.types import Catalog


@pytest.fixture
def records(tiny_catalog: Catalog, store: ArtifactStore) -> list[RunRecord]:
    """Runs with one block, two, two and three; the size is worth most."""
    for blocks in (("brand",), ("brand", "category"), ("brand", "size"), ("brand", "category", "size")):
        spec = TrainSpec("lightgbm", blocks, max_rounds=8, learning_rate=0.2, leaves=6, min_leaf_rows=3)
        train(tiny_catalog, random_plan(tiny_catalog), spec, store=store)
    return list_runs(tiny_catalog.key, store=store)


def scored(record: RunRecord, run_id: str, blocks: tuple[str, ...], smape_pct: float) -> RunRecord:
    return replace(record, run_id=run_id, blocks=blocks, oof_smape_pct=smape_pct)


def test_the_frontier_keeps_what_beats_every_smaller_set(records: list[RunRecord]) -> None:
    one = records[0]
    runs = [
        scored(one, "three", ("a", "b", "c"), 52.0),
        scored(one, "two", ("a", "b"), 53.0),
        scored(one, "two-worse", ("a", "c"), 54.0),
        scored(one, "one", ("five_simple",), 55.0),
        scored(one, "four", ("a", "b", "c", "d"), 52.0),
        scored(one, "six", ("a", "b", "c", "d", "e", "f"), 51.0),
    ]
    points = points_by_blocks(runs)
    assert [(point.n_blocks, point.run.run_id) for point in points if point.frontier] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
        (6, "six"),
    ]
    assert [point.run.run_id for point in points if point.best and not point.frontier] == ["four"]
    assert [point.run.run_id for point in points if not point.best] == ["two-worse"]
    assert points_by_blocks([]) == []
    baseline = baseline_of(runs)
    assert baseline is not None and baseline.run_id == "one"
    assert baseline_of(runs[:3]) is None


def test_neighbours_on_the_frontier_get_the_verdict_of_a_comparison(
    records: list[RunRecord], tiny_catalog: Catalog, store: ArtifactStore
) -> None:
    points = points_by_blocks(records)
    steps = frontier_steps(points, tiny_catalog, records, store=store)
    frontier = [point.run for point in points if point.frontier]
    assert len(steps) == len(frontier) - 1 >= 1
    one, other = (load_run(run.run_id, store=store) for run in frontier[:2])
    assert one is not None and other is not None
    expected = compare_runs(one, other, tiny_catalog, records, store=store)
    assert steps[0].found == expected

    table = runs_table(points, steps, {"size": "Size and pack"}).set_index("run_id")
    assert len(table) == 4
    line = table.loc[frontier[1].run_id]
    assert line["verdict"] == expected.verdict
    assert line["change_pct"] == pytest.approx(frontier[1].oof_smape_pct - frontier[0].oof_smape_pct, abs=1e-9)
    assert line["low_pct"] < line["change_pct"] < line["high_pct"]
    assert table.loc[frontier[0].run_id, "verdict"] == "" and pd.isna(table.loc[frontier[0].run_id, "change_pct"])
    assert "Size and pack" in line["title"]


def test_a_run_whose_predictions_are_gone_is_not_compared(
    records: list[RunRecord], tiny_catalog: Catalog, store: ArtifactStore
) -> None:
    lost = scored(records[0], "000000000000", ("a", "b", "c", "d"), 0.0)
    points = points_by_blocks([*records, lost])
    last = frontier_steps(points, tiny_catalog, records, store=store)[-1]
    assert last.other.run_id == "000000000000" and last.found is None
    assert runs_table(points, [last], {}).iloc[-1]["verdict"] == ""


def test_no_runs_are_an_empty_table_of_the_same_columns() -> None:
    table = runs_table([], [], {})
    assert table.empty and table["frontier"].dtype == bool


def test_a_measurement_of_gains_adds_the_sets_that_it_fitted(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    spec = GainSpec(("brand", "size"), candidates=("category",), anchor=("five_simple",), seeds=1, rounds=5)
    found = measure_gains(tiny_catalog, random_plan(tiny_catalog), spec, store=store)
    points = small_model_points(found)
    by_name = points.set_index("said")
    assert by_name.loc["the median price", "n_blocks"] == 0
    assert by_name.loc["all chosen blocks"].tolist() == [2, found.chosen_smape_pct]
    without = found.line("brand")
    added = found.line("category")
    assert without is not None and added is not None
    assert by_name.loc["chosen without brand", "smape_pct"] == pytest.approx(
        found.chosen_smape_pct + without.away.gain_pct
    )
    assert by_name.loc["chosen with category", "n_blocks"] == 3
    assert by_name.loc["five_simple + category", "smape_pct"] == pytest.approx(
        found.anchor_smape_pct - added.alone.gain_pct
    )
    assert points["n_blocks"].is_monotonic_increasing
