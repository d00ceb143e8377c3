"""Every method and space beside each other, each with the score that it did not choose for itself.

Optimism is what a method's in-sample score flatters its nested one by. The default is the simplest blend whose nested
score is not worse than the best one's beyond noise (paired by rows): ties go to the simpler. Intervals of weights are
by the bootstrap (Efron 1979) over rows: each replicate draws rows with replacement and chooses again.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.blend.blend import Member, fold_mixes, nested_log_price, stacked
from core.blend.methods import METHODS, Method, MethodName, Mix
from core.blend.space import Scaled, Space
from core.folds import FoldPlan
from core.metrics import to_log_price
from core.types import FloatArray, ProgressFn, no_progress

REPLICATES = 40
REPLICATE_ROWS = 10_000
"""Replicates draw at most so many rows; the spread of their weights is scaled back to all rows (the m-out-of-n
bootstrap, Bickel and others 1997)."""
LEVEL = 0.9
Z_NOISE = 1.645
"""A blend is worse beyond noise when the paired difference passes so many standard errors (one-sided 5 %)."""


@dataclass(frozen=True)
class MethodScore:
    """One method in one space.

    Attributes:
        mix: Weights by all rows.
        in_sample_smape_pct, nested_smape_pct: See :mod:`core.blend.blend`.
        weight_low, weight_high: 90 % bootstrap interval of each weight, shape (n_members,).
        fold_mixes: What each fold was scored with.
        worse_pct, worse_se_pct: Nested SMAPE less the best method's, and the standard error of that difference.
        seconds: What choosing, nesting and the bootstrap took.
    """

    method: Method
    space: Space
    mix: Mix
    in_sample_smape_pct: float
    nested_smape_pct: float
    weight_low: FloatArray
    weight_high: FloatArray
    fold_mixes: tuple[Mix, ...]
    worse_pct: float
    worse_se_pct: float
    seconds: float

    @property
    def fold_weights(self) -> FloatArray:
        """Weights that each fold was scored with, shape (n_folds, n_members)."""
        return np.vstack([mix.weights for mix in self.fold_mixes])

    @property
    def optimism_pct(self) -> float:
        """Points by which the in-sample score flatters."""
        return self.nested_smape_pct - self.in_sample_smape_pct

    @property
    def noise_pct(self) -> float:
        """What ``worse_pct`` may be by chance (90 % interval about 0)."""
        return Z_NOISE * self.worse_se_pct

    @property
    def is_worse(self) -> bool:
        """True when the best method beats it beyond noise."""
        return self.worse_pct > self.noise_pct


@dataclass(frozen=True)
class Assessment:
    """All methods, simplest first, and the one to take.

    Attributes:
        names: The members.
        member_smape_pct: Each member alone, shape (n_members,).
        chosen: The default's place in ``scores``.
        without_pct: What leaving each member out costs the default's nested score, in points; NaN for the only one,
            and where it was not asked for.
        error_correlation: Of the members' log errors, shape (n_members, n_members).
    """

    names: tuple[str, ...]
    member_smape_pct: FloatArray
    scores: tuple[MethodScore, ...]
    chosen: int
    without_pct: FloatArray
    error_correlation: FloatArray

    @property
    def best(self) -> MethodScore:
        """The default."""
        return self.scores[self.chosen]


@dataclass(frozen=True)
class _Tried:
    method: Method
    rows: Scaled
    mix: Mix
    folds: list[Mix]
    nested_loss: FloatArray
    low: FloatArray
    high: FloatArray
    seconds: float


def assess(
    members: Sequence[Member],
    price: pd.Series,
    plan: FoldPlan,
    *,
    seed: int = 0,
    leave_out: bool = True,
    report: ProgressFn = no_progress,
) -> Assessment:
    """Try every method in every space that it makes sense in.

    Args:
        seed: Feeds the bootstrap.
        leave_out: False does without ``without_pct``, which :func:`leaving_out_costs` gives for any method.

    Raises:
        InputError, AlignmentError: As :func:`core.blend.blend`.
        Cancelled: From ``report``.
    """
    predictions, log_price = stacked(members, price, plan), to_log_price(price)
    pairs = [(method, space) for method in METHODS.values() for space in method.spaces]
    tried = []
    for place, (method, space) in enumerate(pairs):
        report(place / (len(pairs) + 1), f"{method.title}, {space} space")
        tried.append(_try(method, Scaled.of(predictions, log_price, space), plan, seed))
    best = min(tried, key=lambda one: float(one.nested_loss.mean()))
    scores = tuple(_score(one, best) for one in tried)
    chosen = next(place for place, score in enumerate(scores) if not score.is_worse)
    report(len(pairs) / (len(pairs) + 1), "what each member is worth")
    error = predictions - log_price[:, None]
    return Assessment(
        names=tuple(member.name for member in members),
        member_smape_pct=200.0 * tried[0].rows.row_loss(predictions).mean(axis=0),
        scores=scores,
        chosen=chosen,
        without_pct=(
            _without(tried[chosen].rows, tried[chosen].method, tried[chosen].nested_loss, plan)
            if leave_out
            else np.full(len(members), np.nan)
        ),
        error_correlation=np.atleast_2d(np.corrcoef(error, rowvar=False)),
    )


def _try(method: Method, rows: Scaled, plan: FoldPlan, seed: int) -> _Tried:
    started = time.perf_counter()
    mix = method.choose(rows, None)
    folds = fold_mixes(rows, plan, method.name)
    low, high = weight_interval(rows, method.name, mix, seed=seed)
    loss = _nested_loss(rows, plan, folds)
    return _Tried(method, rows, mix, folds, loss, low, high, time.perf_counter() - started)


def _nested_loss(rows: Scaled, plan: FoldPlan, folds: Sequence[Mix]) -> FloatArray:
    nested = nested_log_price(rows, plan, folds)
    return Scaled(rows.members, rows.log_price(rows.truth), "log").row_loss(nested)


def _score(one: _Tried, best: _Tried) -> MethodScore:
    worse = 200.0 * (one.nested_loss - best.nested_loss)
    return MethodScore(
        method=one.method,
        space=one.rows.space,
        mix=one.mix,
        in_sample_smape_pct=200.0 * float(one.rows.row_loss(one.mix.of(one.rows.members)).mean()),
        nested_smape_pct=200.0 * float(one.nested_loss.mean()),
        weight_low=one.low,
        weight_high=one.high,
        fold_mixes=tuple(one.folds),
        worse_pct=float(worse.mean()),
        worse_se_pct=float(worse.std(ddof=1) / np.sqrt(len(worse))),
        seconds=one.seconds,
    )


def weight_interval(rows: Scaled, method: MethodName, mix: Mix, *, seed: int) -> tuple[FloatArray, FloatArray]:
    """90 % bootstrap interval of each member's weight, two arrays of shape (n_members,)."""
    if method == "equal" or rows.n_members == 1:
        return mix.weights, mix.weights
    draw = np.random.default_rng(seed)
    n_drawn = min(rows.n_rows, REPLICATE_ROWS)
    weights = np.empty((REPLICATES, rows.n_members))
    for replicate in range(REPLICATES):
        drawn = rows.take(draw.integers(0, rows.n_rows, size=n_drawn))
        weights[replicate] = METHODS[method].choose(drawn, mix).weights
    # Fewer rows scatter more, by the root of their share.
    away = (weights - mix.weights) * np.sqrt(n_drawn / rows.n_rows)
    low, high = np.quantile(mix.weights + away, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0], axis=0)
    return low, high


def leaving_out_costs(
    members: Sequence[Member], price: pd.Series, plan: FoldPlan, *, method: MethodName, space: Space
) -> FloatArray:
    """Points of nested SMAPE that leaving each member out costs, the method choosing again, shape (n_members,).

    Raises:
        InputError, AlignmentError: As :func:`core.blend.blend`.
    """
    rows = Scaled.of(stacked(members, price, plan), to_log_price(price), space)
    loss = _nested_loss(rows, plan, fold_mixes(rows, plan, method))
    return _without(rows, METHODS[method], loss, plan)


def _without(rows: Scaled, method: Method, nested_loss: FloatArray, plan: FoldPlan) -> FloatArray:
    if rows.n_members == 1:
        return np.array([np.nan])
    costs = np.empty(rows.n_members)
    for place in range(rows.n_members):
        rest = Scaled(np.delete(rows.members, place, axis=1), rows.truth, rows.space)
        loss = _nested_loss(rest, plan, fold_mixes(rest, plan, method.name))
        costs[place] = 200.0 * float((loss - nested_loss).mean())
    return costs
