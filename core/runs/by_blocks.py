"""Score against number of blocks: the best run of each number, which of them are worth their blocks, and the baseline.

On the frontier a run scores better than every run with fewer blocks. Runs of one fold plan are compared; on other folds
the same blocks score otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from core.gains import GainReport
from core.runs.compare import Comparison, compare_runs
from core.store import ArtifactStore
from core.train import RunRecord, load_run
from core.types import Catalog

BASELINE = ("five_simple",)
"""What every block has to be worth more than."""


@dataclass(frozen=True)
class RunPoint:
    """A run among the others.

    Attributes:
        best: True when no run with as many blocks scores better.
        frontier: True when no run with as many blocks or fewer scores better.
    """

    run: RunRecord
    best: bool
    frontier: bool

    @property
    def n_blocks(self) -> int:
        return len(self.run.blocks)


@dataclass(frozen=True)
class Step:
    """From a run of the frontier to the next one, which has more blocks.

    Attributes:
        found: What the comparison says, the smaller run first; None when the predictions of either are gone.
    """

    one: RunRecord
    other: RunRecord
    found: Comparison | None


def points_by_blocks(runs: Sequence[RunRecord]) -> list[RunPoint]:
    """Every run with its place, by number of blocks and then by score; of two that tie the earlier one is the best.

    Args:
        runs: On the same rows and the same folds.
    """
    ordered = sorted(runs, key=lambda run: (len(run.blocks), run.oof_smape_pct, run.created, run.run_id))
    points: list[RunPoint] = []
    lowest, before = float("inf"), -1
    for run in ordered:
        best = len(run.blocks) != before
        frontier = best and run.oof_smape_pct < lowest
        points.append(RunPoint(run, best, frontier))
        lowest, before = min(lowest, run.oof_smape_pct), len(run.blocks)
    return points


def baseline_of(runs: Sequence[RunRecord]) -> RunRecord | None:
    """The best run on the five simple columns alone, or None."""
    alone = [run for run in runs if tuple(run.blocks) == BASELINE]
    return min(alone, key=lambda run: (run.oof_smape_pct, run.run_id)) if alone else None


def frontier_steps(
    points: Sequence[RunPoint], catalog: Catalog, runs: Sequence[RunRecord], *, store: ArtifactStore
) -> list[Step]:
    """Neighbours on the frontier compared row by row.

    Args:
        points: By :func:`points_by_blocks`.
        runs: Where to look for repeats with other seeds; see :func:`core.runs.compare_runs`.
    """
    frontier = [point.run for point in points if point.frontier]
    steps = []
    for one, other in pairwise(frontier):
        loaded = load_run(one.run_id, store=store), load_run(other.run_id, store=store)
        found = None
        if loaded[0] is not None and loaded[1] is not None:
            found = compare_runs(loaded[0], loaded[1], catalog, runs, store=store)
        steps.append(Step(one, other, found))
    return steps


def small_model_points(gains: GainReport) -> pd.DataFrame:
    """The sets that a measurement of block gains fitted, by its small model.

    Returns:
        ``n_blocks``, ``smape_pct`` (out of fold, mean over the seeds), ``said`` (which set), by number of blocks.
    """
    anchor, chosen = gains.spec.anchor, gains.spec.chosen
    rows: list[tuple[int, float, str]] = [(0, gains.median_smape_pct, "the median price")]
    if anchor:
        rows.append((len(anchor), gains.anchor_smape_pct, " + ".join(anchor)))
    rows.append((len(chosen), gains.chosen_smape_pct, "all chosen blocks"))
    suggested = gains.suggestion
    rows.append((len(suggested.blocks), suggested.smape_pct, "the suggested blocks"))
    for line in gains.lines:
        if line.block not in anchor:
            beside = f"{' + '.join(anchor)} + {line.block}" if anchor else line.block
            rows.append((len(anchor) + 1, gains.anchor_smape_pct - line.alone.gain_pct, beside))
        if line.on and len(chosen) > 1:
            rows.append((len(chosen) - 1, gains.chosen_smape_pct + line.away.gain_pct, f"chosen without {line.block}"))
        elif not line.on:
            rows.append((len(chosen) + 1, gains.chosen_smape_pct - line.away.gain_pct, f"chosen with {line.block}"))
    table = pd.DataFrame(rows, columns=["n_blocks", "smape_pct", "said"]).drop_duplicates(["n_blocks", "said"])
    return table.sort_values(["n_blocks", "smape_pct"], ignore_index=True)
