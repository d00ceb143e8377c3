"""What a round of each model costs at full size, before anything of full size is made.

The matrix of a part of the rows is repeated until it has as many rows as the whole, and a few rounds are fitted on it,
as many folds side by side as a run has: what a round costs hangs on its rows and columns, hardly on what they say.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace

import numpy as np

from core.config import settings
from core.errors import Cancelled
from core.folds import FoldPlan
from core.metrics import to_log_price
from core.store import ArtifactStore
from core.train import FAMILIES, FoldData, TrainSpec, fold_matrix, folds_at_once, gather
from core.types import Catalog, IntArray, ProgressFn, no_progress

ROUNDS, LONGEST_S, FEWEST = 200, 1.5, 2
"""Rounds that are fitted, or as many as fit into those seconds, but so many at least."""


@dataclass(frozen=True)
class Pace:
    """Seconds of a fold's fit, with as many folds beside it as a run has.

    Attributes:
        start: Until the first round begins.
        a_round: Of each round.
    """

    start: float
    a_round: float

    def to_json(self) -> dict[str, float]:
        """Plain JSON values."""
        return asdict(self)


def measure_paces(
    part: Catalog,
    plan: FoldPlan,
    specs: Sequence[TrainSpec],
    n_train: int,
    *,
    store: ArtifactStore,
    report: ProgressFn = no_progress,
) -> tuple[Pace, ...]:
    """The pace of each run on a catalogue of ``n_train`` rows.

    Args:
        part: Fewer rows of that catalogue; its blocks are read from ``store`` where it has them.

    Raises:
        Cancelled: From ``report``, between two runs.
    """
    log_price = to_log_price(part.price)
    found = []
    for place, spec in enumerate(specs):
        report(place / len(specs), f"{FAMILIES[spec.family].title}: a few rounds on {n_train:,} rows")
        matrix = fold_matrix(gather(part, plan, spec.blocks, store=store), 0)
        data = _repeated(FoldData.of(matrix, log_price, plan.validation_mask(0)), n_train, plan.n_folds)
        found.append(_pace(data, spec, plan.n_folds))
    return tuple(found)


def _pace(data: FoldData, spec: TrainSpec, n_folds: int) -> Pace:
    at_once, threads = folds_at_once(spec.family, n_folds, settings().threads)
    with ThreadPoolExecutor(at_once, thread_name_prefix="pace") as pool:
        found = list(pool.map(lambda _: _timed(data, spec, threads), range(at_once)))
    return Pace(*(float(np.mean(part)) for part in zip(*found, strict=True)))


def _timed(data: FoldData, spec: TrainSpec, threads: int) -> tuple[float, float]:
    """Seconds until the first round begins, and of a round."""
    ends: list[float] = []

    def on_round(_number: int, _score: float) -> None:
        ends.append(time.perf_counter())
        if len(ends) >= FEWEST and ends[-1] - ends[0] > LONGEST_S:
            raise Cancelled

    few = replace(spec, max_rounds=min(ROUNDS, spec.max_rounds), patience=ROUNDS)
    started = time.perf_counter()
    with suppress(Cancelled):
        FAMILIES[spec.family].fit(data, few, on_round, threads=threads).model.to_bytes()
    # A model is closed and written once, in a time that its rounds take part in; one that was cut off is not.
    closing = time.perf_counter() - ends[-1]
    a_round = (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else 0.0
    return max(0.0, ends[0] - started - a_round), a_round + closing / len(ends)


def _repeated(data: FoldData, n_train: int, n_folds: int) -> FoldData:
    """The fold's rows over and over, until a catalogue of ``n_train`` rows would have as many in it."""
    n_valid = n_train // n_folds
    fit, valid = _places(len(data.x_fit), n_train - n_valid), _places(len(data.x_valid), n_valid)
    return replace(
        data,
        x_fit=data.x_fit[fit],
        x_valid=data.x_valid[valid],
        log_price_fit=data.log_price_fit[fit],
        log_price_valid=data.log_price_valid[valid],
    )


def _places(there: int, wanted: int) -> IntArray:
    found: IntArray = np.resize(np.arange(there), wanted)
    return found
