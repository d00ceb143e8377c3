"""Two runs on the same rows: how far apart they are, how sure that is, and "real" or "noise"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from core.errors import InputError
from core.gains import Gain, brand_clusters, paired_gain
from core.runs.noise import RefitNoise, refit_noise, repeats_of, rows_of
from core.store import ArtifactStore
from core.train import Run, RunRecord
from core.types import Catalog, FloatArray, IntArray

RunVerdict: TypeAlias = Literal["real", "noise"]
LEVEL = 0.05
"""Two-sided: of twenty pairs of runs that are as good as each other, one reads as real by chance."""


@dataclass(frozen=True)
class Comparison:
    """The second run against the first.

    Attributes:
        gain: SMAPE of the first minus that of the second, paired by rows; positive when the second is better. Its
            interval is clustered by brand and carries the noise of fitting again.
        noise: That noise, and where it is known from.
        n_rows, n_clusters: Rows compared; brands, and rows without one.
        fold_gain_pct: The same difference fold by fold, on the first run's folds.
    """

    gain: Gain
    noise: RefitNoise
    verdict: RunVerdict
    n_rows: int
    n_clusters: int
    fold_gain_pct: tuple[float, ...]

    @property
    def said(self) -> str:
        """The verdict in one sentence, with the numbers that it rests on."""
        low, high = self.gain.interval_95_pct
        if self.verdict == "noise":
            return (
                f"The second run differs by {-self.gain.gain_pct:+.2f} points of SMAPE, 95 % between {-high:+.2f} and"
                f" {-low:+.2f}: no more than other rows or another seed would move it."
            ).replace("-", "−")
        side = "better" if self.gain.gain_pct > 0 else "worse"
        ends = sorted((abs(low), abs(high)))
        size = f"{abs(self.gain.gain_pct):.2f} points {side}"
        return f"The second run is {size}, 95 % between {ends[0]:.2f} and {ends[1]:.2f}."


def judge(one: FloatArray, other: FloatArray, clusters: IntArray, noise: RefitNoise) -> tuple[Gain, RunVerdict]:
    """The paired gain of ``other`` over ``one`` and its verdict.

    Args:
        one, other: SMAPE of the same rows by each run, shape (n_rows,).
        clusters: Cluster of each row.
    """
    gain = paired_gain([one], [other], clusters, refit_sd_pct=noise.sd_pct)
    return gain, "real" if gain.p_value < LEVEL else "noise"


def compare_runs(
    one: Run, other: Run, catalog: Catalog, runs: Sequence[RunRecord], *, store: ArtifactStore
) -> Comparison:
    """Compare two runs on the catalogue that both were trained on.

    Args:
        runs: Where to look for repeats of either with other seeds, which tell the noise of fitting again.

    Raises:
        InputError: One of them was trained on other data.
    """
    for run in (one, other):
        if run.catalog_key != catalog.key:
            raise InputError(
                f"run {run.run_id} was scored on other rows.", "Its score cannot be compared row by row with these."
            )
    clusters = brand_clusters(catalog, store=store)
    sets = {
        frozenset(run.run_id for run in found): [rows_of(run, catalog) for run in found]
        for found in (
            repeats_of(one, runs, store=store, without=other.run_id),
            repeats_of(other, runs, store=store, without=one.run_id),
        )
    }
    noise = refit_noise(list(sets.values()), clusters)
    rows = [rows_of(run, catalog) for run in (one, other)]
    gain, verdict = judge(rows[0], rows[1], clusters, noise)
    return Comparison(
        gain=gain,
        noise=noise,
        verdict=verdict,
        n_rows=catalog.n_train,
        n_clusters=len(np.unique(clusters)),
        fold_gain_pct=tuple(a - b for a, b in zip(one.fold_smape_pct, other.fold_smape_pct, strict=False))
        if one.plan_key == other.plan_key
        else (),
    )
