"""How long a run will take here and how much memory it will hold, before it is started.

From past runs where there are any: their seconds a row, column and round, and their memory a cell, taken from the five
that are nearest in size. Before the first one a few rounds are fitted on random numbers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from core.folds import FoldPlan
from core.gains import find_cost
from core.store import ArtifactStore
from core.train import FAMILIES, FoldData, RunRecord, TrainSpec, folds_at_once, is_made, known_blocks
from core.types import Catalog

NEAREST = 5
TYPICAL_ROUNDS, TYPICAL_RATE = 500, 0.04
"""Rounds that a fold is fitted for with that learning rate on the challenge's rows, those of patience included."""
GIB_A_MODEL = 0.003
"""A further model of a fold, where several seeds are averaged: all stay in memory until the rows are predicted.
``benchmarks/bench_bagging.py`` measures 1.3 MiB each, and its saved text as much again."""
START_S = 3.0
"""A process starts, loads its libraries and reads the files."""
SAMPLE_ROWS, SAMPLE_ROUNDS, SAMPLE_COLUMNS = 3000, (2, 22), 40
UNKNOWN_COLUMNS = 20
"""Taken for a block that tells its columns only when it is made."""


@dataclass(frozen=True)
class RunSize:
    """What a run's cost hangs on.

    Attributes:
        n_columns: Of the matrix.
        to_make: Blocks that are not in the cache yet.
    """

    n_train: int
    n_test: int
    n_folds: int
    n_columns: int
    to_make: tuple[str, ...] = ()

    @property
    def cells(self) -> float:
        """Values of the matrix of all train and test rows."""
        return float((self.n_train + self.n_test) * self.n_columns)


@dataclass(frozen=True)
class RunForetold:
    """What a run would cost now.

    Attributes:
        seconds: From start to end, making blocks included as far as a past run tells what they cost.
        gib: Memory at its highest.
        basis: What it rests on.
        unknown: Blocks still to be made whose cost no past run tells; they come on top.
    """

    seconds: float
    gib: float
    basis: Literal["past runs", "timed sample"]
    unknown: tuple[str, ...]


def run_size(
    catalog: Catalog, plan: FoldPlan, blocks: Sequence[str], keys: Mapping[str, str], *, store: ArtifactStore
) -> RunSize:
    """The size of a run on these blocks, without reading one.

    Args:
        keys: By :func:`core.gains.block_keys` for every block.
    """
    infos = known_blocks(catalog)
    columns, to_make = 0, []
    for name in blocks:
        cost = find_cost(keys[name], store=store)
        columns += cost.columns if cost else len(infos[name].columns) or UNKNOWN_COLUMNS
        if not is_made(catalog, plan, name, keys[name], store=store):
            to_make.append(name)
    return RunSize(catalog.n_train, catalog.n_test, plan.n_folds, columns, tuple(to_make))


def foretell_run(spec: TrainSpec, size: RunSize, runs: Sequence[RunRecord], *, threads: int) -> RunForetold:
    """Seconds and memory of a run.

    Args:
        runs: Every run that was ever recorded here, of whatever data.
        threads: What the fits may use together.
    """
    usable = [run for run in runs if run.facts.known and run.family == spec.family and run.seconds > 0]
    near = sorted(usable, key=lambda run: abs(np.log(_cells(run) / size.cells)))[:NEAREST]
    if near:
        fit = float(np.median([_pace(run) for run in near])) * _work(spec, size, _rounds(spec, near))
    else:
        fit = sampled_pace(spec) * _work(spec, size, _typical_rounds(spec))
    blocks = {name: _block_seconds(name, size, runs) for name in size.to_make}
    unknown = tuple(name for name, seconds in blocks.items() if seconds is None)
    made = sum(seconds for seconds in blocks.values() if seconds is not None)
    at_once, _ = folds_at_once(spec.family, size.n_folds, threads)
    seconds = START_S + made + fit / at_once
    gib = _gib(spec, size, near) + _bag_gib(spec, size.n_folds)
    return RunForetold(seconds, gib, "past runs" if near else "timed sample", unknown)


def sampled_pace(spec: TrainSpec) -> float:
    """Seconds a row, column and round of one fold with one thread, from a few rounds on random numbers."""
    few, more = (min(_sample(spec, rounds) for _ in range(2)) for rounds in SAMPLE_ROUNDS)
    # A family with a patience of its own may have stopped before it was asked to.
    a_round = max(1e-6, (more[0] - few[0]) / max(1, more[1] - few[1]))
    return a_round / (SAMPLE_ROWS * (SAMPLE_COLUMNS + FAMILIES[spec.family].spare_columns))


def _sample(spec: TrainSpec, rounds: int) -> tuple[float, int]:
    """Seconds, and the rounds that were fitted."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(SAMPLE_ROWS + 600, SAMPLE_COLUMNS)).astype(np.float32)
    log_price = draw.normal(size=SAMPLE_ROWS + 600)
    names = [str(place) for place in range(SAMPLE_COLUMNS)]
    data = FoldData(x[:-600], x[-600:], log_price[:-600], log_price[-600:], names, [])
    started = time.perf_counter()
    few = replace(spec, max_rounds=rounds, patience=rounds)
    fit = FAMILIES[spec.family].fit(data, few, lambda _round, _score: None, threads=1)
    return time.perf_counter() - started, len(fit.curve)


def _work(spec: TrainSpec, size: RunSize, rounds: float) -> float:
    """Rows times columns times rounds of all folds, one after the other."""
    n_fit = size.n_train * (size.n_folds - 1) / size.n_folds
    leaves = spec.leaves / TrainSpec(spec.family, spec.blocks).leaves
    columns = size.n_columns + FAMILIES[spec.family].spare_columns
    a_round = n_fit * columns * size.n_folds * leaves**0.5
    return float(a_round * min(rounds, spec.max_rounds) * spec.seeds_bagged)


def _typical_rounds(spec: TrainSpec) -> float:
    typical = FAMILIES[spec.family].typical_rounds
    return TYPICAL_ROUNDS * TYPICAL_RATE / spec.learning_rate if typical is None else float(typical)


def _pace(run: RunRecord) -> float:
    size = RunSize(run.facts.n_train, run.facts.n_test, run.n_folds, run.n_columns)
    at_once, _ = folds_at_once(run.family, run.n_folds, run.facts.threads)
    return run.seconds * at_once / _work(run.spec, size, float(np.mean(run.facts.fitted_rounds)))


def _rounds(spec: TrainSpec, near: Sequence[RunRecord]) -> float:
    """Rounds to expect: a smaller learning rate takes more of them, patience comes on top."""
    if all(np.mean(run.facts.fitted_rounds) < run.spec.patience for run in near):
        # A family whose rounds are not of that kind.
        return float(np.median([np.mean(run.facts.fitted_rounds) for run in near]))
    useful = [
        (np.mean(run.facts.fitted_rounds) - run.spec.patience) * run.spec.learning_rate / spec.learning_rate
        for run in near
    ]
    return max(1.0, float(np.median(useful))) + spec.patience


def _gib(spec: TrainSpec, size: RunSize, near: Sequence[RunRecord]) -> float:
    family = FAMILIES[spec.family]
    known = [(run, run.facts.peak_gib) for run in near if run.facts.peak_gib is not None]
    rates = [(peak - family.base_gib - _bag_gib(run.spec, run.n_folds)) / _cells(run) for run, peak in known]
    return family.base_gib + (max(0.0, float(np.median(rates))) if rates else family.gib_a_cell) * size.cells


def _bag_gib(spec: TrainSpec, n_folds: int) -> float:
    return GIB_A_MODEL * n_folds * (spec.seeds_bagged - 1)


def _block_seconds(name: str, size: RunSize, runs: Sequence[RunRecord]) -> float | None:
    """What making the block cost a row in the runs that made it, times the rows; None when none tells."""
    rows = size.n_train + size.n_test
    told = [
        run.facts.block_seconds[name] * rows / (run.facts.n_train + run.facts.n_test)
        for run in runs
        if run.facts.block_seconds.get(name, 0.0) > 0
    ]
    return float(np.median(told)) if told else None


def _cells(run: RunRecord) -> float:
    return float(max(1, (run.facts.n_train + run.facts.n_test) * run.n_columns))
