"""How long a strategy would take: what it cost here before, else what a timed sample makes of it at full size.

A block's seconds go on growing by the power of the rows that a part and its half show. A fit is its rounds times what a
round costs at full size (:mod:`core.strategies.pace`); rounds are those of the part, of which those until the best grow
with the rows (:attr:`core.train.Family.rounds_power`) and those of patience do not. What is left, such as reading, is
the same on more rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.config import settings
from core.errors import InputError
from core.shift import MOST_APART_ROWS
from core.store import ArtifactStore
from core.strategies.costs import Costs
from core.strategies.outcome import Outcome, plan_for
from core.strategies.pace import Pace
from core.strategies.recipe import Strategy
from core.strategies.resolve import blocks_of, specs_of
from core.strategies.rounds import correction, kind_of, pooled, rounds_at
from core.strategies.sample import Sample, Timed
from core.train import TrainSpec, blocks_to_make, folds_at_once, is_trained, known_blocks
from core.types import Catalog

FLATTEST, STEEPEST = 0.8, 2.0
"""Bounds of a block's exponent: something is fixed in small parts that is not in large ones, so that a flatter one is
not to be believed; and everything is made from rows, or at worst from pairs of rows."""
NOISE_S = 0.3
"""Seconds by which a timing may be off: what takes less grows with the rows, whatever two timings say."""


@dataclass(frozen=True)
class Foretold:
    """Seconds that a strategy would take.

    Attributes:
        now: To the blend, with what the cache holds.
        forecast: Forecasting its score, on top.
        cold: To the blend, from an empty cache.
        measured: True when it rests on this very strategy as measured on these rows, False on the timed sample.
    """

    now: float
    forecast: float
    cold: float
    measured: bool

    @property
    def total(self) -> float:
        """What one waits for."""
        return self.now + self.forecast


def foretell(
    strategy: Strategy,
    catalog: Catalog,
    sample: Sample,
    known: Mapping[str, Outcome | None],
    *,
    store: ArtifactStore,
) -> Foretold | None:
    """Seconds that the strategy would take now; None when nothing tells or it cannot be run on this catalogue.

    Args:
        known: What came of strategies before on the same rows, by their keys: of this one it tells more than any
            sample, and of the others it corrects what the sample tells of the rounds.
    """
    last = known.get(strategy.key)
    plan = plan_for(strategy, catalog)
    try:
        blocks, specs = blocks_of(strategy, catalog), specs_of(strategy, catalog)
        to_make = blocks_to_make(catalog, plan, blocks, store=store)
        fitted = [is_trained(catalog, plan, spec, store=store) for spec in specs]
    except InputError:
        return None
    measured = last is not None and last.costs is not None
    if last is not None and last.costs is not None:
        costs = last.costs
    elif strategy.key in sample.found:
        others = {key: one.costs for key, one in known.items() if one is not None and one.costs is not None}
        costs = at_size(sample, strategy.key, catalog, others)
    else:
        return None
    making = sum(costs.blocks.get(name, 0.0) for name in to_make)
    fitting = sum(seconds for seconds, there in zip(costs.fits, fitted, strict=True) if not there)
    if fitted:
        # A run that is there has its predictions with it.
        fitting += costs.predicting * fitted.count(False) / len(fitted)
    return Foretold(making + fitting + costs.rest, costs.apart + costs.forecast, costs.cold, measured)


def at_size(sample: Sample, key: str, catalog: Catalog, measured: Mapping[str, Costs]) -> Costs:
    """The costs on the whole catalogue of the strategy of that key.

    Args:
        measured: Of other strategies there, by their keys.
    """
    n_rows, timed = catalog.n_train, sample.found[key]
    tried = _rounds_tried(sample)
    grow = _Growth(timed, tried[key], n_rows, _corrections(sample, tried, measured))
    apart = 0.0
    if timed.apart:
        # With whole brands held out what has seen prices is made anew; of fewer rows everything is, twice.
        held, known = min(n_rows, MOST_APART_ROWS), known_blocks(catalog)
        blocks, first = grow.blocks(held), grow.fits(held)[0]
        apart = first + sum(seconds for name, seconds in blocks.items() if known[name].uses_target)
        if held < n_rows:
            apart += first + sum(blocks.values())
    part, rounds, fits = timed.part, grow.rounds(n_rows), grow.fits(n_rows)
    more = n_rows / part.n_rows * sum(rounds) / max(1, sum(part.rounds))
    return Costs(
        n_rows,
        grow.blocks(n_rows),
        fits,
        tuple(map(round, rounds)),
        part.predicting * more,
        max(0.0, part.rest - grow.waiting(part.fits)) + grow.waiting(fits),
        apart,
        timed.forecast,
    )


def _rounds_tried(sample: Sample) -> dict[str, tuple[float, ...]]:
    """Rounds of each strategy's models on the part, drawn towards those of their kind."""
    return pooled({key: list(zip(one.specs, one.part.rounds, strict=True)) for key, one in sample.found.items()})


def _corrections(
    sample: Sample, tried: Mapping[str, tuple[float, ...]], measured: Mapping[str, Costs]
) -> dict[TrainSpec, float]:
    """What measured strategies say of the rounds foretold, by the kind of model."""
    ratios: dict[TrainSpec, list[float]] = {}
    for key in sample.found.keys() & measured.keys():
        timed, costs = sample.found[key], measured[key]
        foretold = _Growth(timed, tried[key], costs.n_rows, {}).rounds(costs.n_rows)
        for spec, rounds, expected in zip(timed.specs, costs.rounds, foretold, strict=True):
            ratios.setdefault(kind_of(spec), []).append(max(1, rounds) / expected)
    return {kind: correction(found) for kind, found in ratios.items()}


@dataclass(frozen=True)
class _Growth:
    """What a strategy's part becomes on more rows.

    Attributes:
        tried: Rounds of its models on the part.
        n_train: Of the whole catalogue, on which a round was timed.
        corrections: Of the rounds, by the kind of model.
    """

    timed: Timed
    tried: tuple[float, ...]
    n_train: int
    corrections: Mapping[TrainSpec, float]

    def blocks(self, n_rows: int) -> dict[str, float]:
        times, half = n_rows / self.timed.part.n_rows, self.timed.half
        return {name: grown(half[name], seconds, times) for name, seconds in self.timed.part.blocks.items()}

    def rounds(self, n_rows: int) -> tuple[float, ...]:
        times, n_folds = n_rows / self.timed.part.n_rows, self.timed.n_folds
        return tuple(
            rounds_at(spec, rounds, n_folds, times=times) * self.corrections.get(kind_of(spec), 1.0)
            for spec, rounds in zip(self.timed.specs, self.tried, strict=True)
        )

    def fits(self, n_rows: int) -> tuple[float, ...]:
        models = zip(self.timed.specs, self.timed.paces, self.rounds(n_rows), strict=True)
        full = (fit_seconds(spec, pace, rounds, self.timed.n_folds) for spec, pace, rounds in models)
        return tuple(n_rows / self.n_train * seconds for seconds in full)

    def waiting(self, fits: Sequence[float]) -> float:
        """Five folds by two threads take as long as six."""
        found, n_folds = 0.0, self.timed.n_folds
        for spec, seconds in zip(self.timed.specs, fits, strict=True):
            at_once, _ = folds_at_once(spec.family, n_folds, settings().threads)
            found += seconds * (-(-n_folds // at_once) * at_once / n_folds - 1.0)
        return found


def fit_seconds(spec: TrainSpec, pace: Pace, rounds: float, n_folds: int) -> float:
    """Seconds of a run's fits, folds that are fitted at the same time sharing theirs.

    Args:
        rounds: Of all folds together, of one seed.
    """
    at_once, _ = folds_at_once(spec.family, n_folds, settings().threads)
    return spec.seeds_bagged * (n_folds * pace.start + rounds * pace.a_round) / at_once


def grown(half: float, whole: float, times: float) -> float:
    """Seconds on ``times`` as many rows from those on a part and on half of it: a power of the rows.

    >>> round(grown(200.0, 400.0, 5.0))
    2000
    >>> round(grown(100.0, 400.0, 2.0))
    1598
    >>> round(grown(0.001, 0.004, 2.0), 3)
    0.008
    """
    # As if the noise took part, growing with the rows: it draws short timings towards that.
    exponent = float(np.log2((whole + 2.0 * NOISE_S) / (half + NOISE_S)))
    return float(whole * times ** np.clip(exponent, FLATTEST, STEEPEST))
