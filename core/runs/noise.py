"""How much a score moves when nothing changes but the seed, beyond what the rows show.

Two fits of one setting differ in two ways: on each row by itself, which the rows' own differences hold already, and
all together, which they do not. :func:`core.gains.refit_sd_beyond_rows` tells the second from runs that differ in
their seed alone. A few pairs tell it badly (one pair may well read 0), so they are weighed against what was measured
on the full-size models beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.metrics import clustered_se, row_smape_pct, to_price
from core.store import ArtifactStore
from core.train import Run, RunRecord, load_run
from core.types import Catalog, FloatArray, IntArray

PRIOR_SD_PCT = 0.06
"""Of one run of the default blocks, in points of SMAPE: ``benchmarks/bench_verdicts.py`` measures 0.00 and 0.07 for two
sets of blocks, the small models of ``benchmarks/block_gains.py`` 0.06."""
PRIOR_PAIRS = 10
"""So many pairs of one's own weigh as much as that."""
MOST_REPEATS = 8


@dataclass(frozen=True)
class RefitNoise:
    """Standard deviation of one run's SMAPE over seeds beyond its rows, and how it is known.

    Attributes:
        n_pairs: Pairs of runs on this data that differ in nothing but the seed; 0: the measured default alone.
    """

    sd_pct: float
    n_pairs: int


def refit_noise(sets: Sequence[Sequence[FloatArray]], clusters: IntArray) -> RefitNoise:
    """The noise from repeated runs, weighed against :data:`PRIOR_SD_PCT`.

    Args:
        sets: Rows of SMAPE of each setting by each of its seeds.
        clusters: Cluster of each row.
    """
    found = [
        (float((one - other).mean()) ** 2 - clustered_se(one - other, clusters) ** 2) / 2.0
        for rows in sets
        for one, other in combinations(rows, 2)
    ]
    weighed = (PRIOR_PAIRS * PRIOR_SD_PCT**2 + sum(found)) / (PRIOR_PAIRS + len(found))
    return RefitNoise(float(np.sqrt(max(0.0, weighed))), len(found))


def repeats_of(run: Run, runs: Sequence[RunRecord], *, store: ArtifactStore, without: str = "") -> list[Run]:
    """The run and those that differ from it in nothing but the seed, at most :data:`MOST_REPEATS`.

    Args:
        runs: Where to look.
        without: A ``run_id`` that is left out: a difference must not be excused by itself.
    """
    wanted = setting_of(run.spec.to_json(), run.plan_key, run.facts.block_keys)
    alike = [
        record.run_id
        for record in runs
        if record.facts.known
        and record.run_id not in (run.run_id, without)
        and setting_of(record.spec.to_json(), record.plan_key, record.facts.block_keys) == wanted
    ]
    loaded = (load_run(run_id, store=store) for run_id in alike[: MOST_REPEATS - 1])
    return [run, *(found for found in loaded if found is not None)]


def setting_of(spec: dict[str, object], plan_key: str, block_keys: object) -> tuple[object, ...]:
    """All that decides a run but its seed."""
    return ({**spec, "seed": None}, plan_key, block_keys)


def rows_of(run: Run, catalog: Catalog) -> FloatArray:
    """SMAPE of each train row by the fold model that did not see it, in percent."""
    return row_smape_pct(catalog.price, to_price(run.oof_log_price.loc[catalog.price.index]))
