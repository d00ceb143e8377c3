"""How long a measurement will take here, before it is started."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.folds import FoldPlan
from core.gains import sets
from core.gains.cost import find_cost
from core.gains.fits import Fitter
from core.gains.spec import GainSpec, model_spec
from core.store import ArtifactStore
from core.train import FAMILIES, FoldData, is_made, known_blocks
from core.types import Catalog

SAMPLE_ROWS = 3000
SAMPLE_ROUNDS = (2, 22)
SAMPLE_COLUMNS = (8, 64)
SAMPLE_REPEATS = 3
UNKNOWN_COLUMNS = 20
"""Taken for a block that tells its columns only when it is made."""


@dataclass(frozen=True)
class Pace:
    """Seconds of a small model on all folds: ``base`` and so much ``a_column``, by a timed sample."""

    base: float
    a_column: float

    def seconds(self, n_columns: int) -> float:
        """For a set with so many columns."""
        return self.base + self.a_column * n_columns


@dataclass(frozen=True)
class Foretold:
    """What a measurement would cost now.

    Attributes:
        seconds: Of the fits that are not cached; making blocks not included.
        n_fits: Fits in all, without the few that the suggested set may add.
        n_cached: Those that need no fitting.
        measured: True when the seconds rest on cached fits of this measurement, False when on the timed sample alone.
        to_make: Blocks that are not made yet and come on top.
    """

    seconds: float
    n_fits: int
    n_cached: int
    measured: bool
    to_make: tuple[str, ...]


def timed_sample(plan: FoldPlan, *, rounds: int) -> Pace:
    """Fit a few rounds on random numbers of two widths and scale to the plan's rows and folds; takes about a second."""
    n_fit = max(10, round(len(plan.fold_of) * (plan.n_folds - 1) / plan.n_folds))
    n_rows = min(SAMPLE_ROWS, n_fit)
    _fit_seconds(n_rows, SAMPLE_COLUMNS[0], SAMPLE_ROUNDS[0])
    spent = [_run_seconds(n_rows, width, rounds) * n_fit / n_rows * plan.n_folds for width in SAMPLE_COLUMNS]
    a_column = max(0.0, (spent[1] - spent[0]) / (SAMPLE_COLUMNS[1] - SAMPLE_COLUMNS[0]))
    return Pace(max(0.0, spent[0] - a_column * SAMPLE_COLUMNS[0]), a_column)


def foretell(
    catalog: Catalog, plan: FoldPlan, spec: GainSpec, pace: Pace, keys: Mapping[str, str], *, store: ArtifactStore
) -> Foretold:
    """Seconds that :func:`core.gains.measure_gains` would take.

    Args:
        pace: By :func:`timed_sample`; corrected by what the cached fits of this measurement cost.
        keys: By :func:`core.train.block_keys` for every block of ``spec``.
    """
    fitter = Fitter(catalog, plan, keys, spec.rounds, store)
    costs = {name: find_cost(keys[name], store=store) for name in spec.everything}
    infos = known_blocks(catalog)
    columns = {
        name: cost.columns if cost else len(infos[name].columns) or UNKNOWN_COLUMNS for name, cost in costs.items()
    }
    wanted = sets.needs(spec)
    spent, expected, ahead, n_cached = 0.0, 0.0, 0.0, 0
    for need in wanted:
        found = fitter.seconds(need.blocks, seed=need.seed)
        guess = pace.seconds(sum(columns[name] for name in need.blocks))
        if found is None:
            ahead += guess
        else:
            spent, expected, n_cached = spent + found, expected + guess, n_cached + 1
    seconds = ahead * (spent / expected if spent > 0 and expected > 0 else 1.0)
    to_make = tuple(name for name in spec.everything if not is_made(catalog, plan, name, keys[name], store=store))
    return Foretold(seconds, len(wanted), n_cached, expected > 0, to_make)


def _run_seconds(n_rows: int, n_columns: int, rounds: int) -> float:
    """One fold of so many rounds, from fits of few: setting up costs once, a round each time."""
    few, more = (min(_fit_seconds(n_rows, n_columns, count) for _ in range(SAMPLE_REPEATS)) for count in SAMPLE_ROUNDS)
    a_round = max(0.0, (more - few) / (SAMPLE_ROUNDS[1] - SAMPLE_ROUNDS[0]))
    return few + max(0, rounds - SAMPLE_ROUNDS[0]) * a_round


def _fit_seconds(n_rows: int, n_columns: int, rounds: int) -> float:
    draw = np.random.default_rng(0)
    x = draw.normal(size=(n_rows + 100, n_columns)).astype(np.float32)
    log_price = draw.normal(size=n_rows + 100)
    spec = model_spec(frozenset({"sample"}), seed=0, rounds=rounds)
    names = [str(place) for place in range(n_columns)]
    data = FoldData(x[:-100], x[-100:], log_price[:-100], log_price[-100:], names, [])
    started = time.perf_counter()
    FAMILIES[spec.family].fit(data, spec, lambda _round, _score: None, threads=1)
    return time.perf_counter() - started
