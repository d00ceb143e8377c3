"""From a blend's ``log_price`` to the price with the least expected SMAPE.

A model aims at a median; the point that the SMAPE of a row is expected to be least at is where the residuals' mean
``tanh(|r − s| / 2)`` is least, and lies beside the median where their distribution leans to one side. Two rules move
predictions there: one *shift* for all rows, or one for each fifth of the rows by predicted *spread*, which is
``|residual|`` by least squares on the prediction and on how far the members disagree.

Everything is nested, the choice of the rule too: a fold is moved by a rule that was chosen and fitted on the other
folds alone, and within them a rule must gain on folds that it was not fitted on, by more than noise, or nothing moves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from core.blend.blend import Blend, Member, fold_mixes, stacked, stacked_test
from core.blend.methods import METHODS, Mix
from core.blend.space import Scaled
from core.folds import FoldPlan
from core.metrics import clustered_se, log_smape_pct, to_log_price
from core.types import BoolArray, FloatArray, IntArray

RuleName = Literal["none", "shift", "spread"]
RULES: Mapping[RuleName, str] = MappingProxyType(
    {"none": "the blend as it is", "shift": "one shift for all", "spread": "a shift for each fifth by predicted spread"}
)
SHIFTS = np.linspace(-0.2, 0.2, 41)
BINS = 5
LEVEL = 0.95
MoveFn = Callable[[FloatArray], FloatArray]
"""The shift in ``log_price`` of each row, from what the members predict of it, shape (n_rows, n_members)."""


@dataclass(frozen=True)
class RuleGain:
    """What a rule gains, fitted on the other folds: points of SMAPE, positive is better, with a 95 % interval."""

    gain_pct: float
    low_pct: float
    high_pct: float

    @property
    def real(self) -> bool:
        """True when the interval lies above 0."""
        return self.low_pct > 0


@dataclass(frozen=True)
class Decision:
    """What moving the predictions is worth, and the predictions moved.

    Attributes:
        rule: The best rule whose gain is real; ``"none"`` when none is.
        gains: Every rule's own gain; none for ``"none"``.
        chosen: Gain of the whole procedure, the choice of the rule nested as well.
        blend: The blend by the procedure; as it was where ``rule`` is ``"none"``.
        test_move: What each test row was moved by in ``log_price``.
    """

    rule: RuleName
    gains: Mapping[RuleName, RuleGain]
    chosen: RuleGain
    blend: Blend
    test_move: pd.Series

    def to_json(self) -> dict[str, object]:
        """What a report says of it."""
        told = {
            name: [gain.gain_pct, gain.low_pct, gain.high_pct] for name, gain in self.gains.items() if name != "none"
        }
        return {"rule": self.rule, "gain_pct": self.chosen.gain_pct, "level": LEVEL, "rules": told}


def decide(
    mixed: Blend, members: Sequence[Member], price: pd.Series, plan: FoldPlan, *, clusters: IntArray
) -> Decision:
    """Measure every rule on a blend of these members, and apply the best where its gain is real.

    Args:
        clusters: Number of each train row's cluster, e.g. its brand; rows of one err alike, and intervals know it.

    Raises:
        AlignmentError: Members, prices and plan do not name the same rows.
    """
    predictions, log_price = _known(members, stacked(members, price, plan)), to_log_price(price)
    nested = nested_moves(mixed, members, price, plan, clusters=clusters)
    before = nested["none"]
    gains = {name: _gain(before, nested[name], log_price, clusters) for name in RULES}
    rule = _best(gains)
    chosen = _gain(before, nested["procedure"], log_price, clusters)
    oof = mixed.oof_log_price.to_numpy(dtype=np.float64)
    move = _fitted(rule, oof, predictions, log_price, np.ones(len(oof), dtype=np.bool_))
    test = stacked_test([member for member in members if member.has_test]) if mixed.exportable else np.empty((0, 1))
    test_move = pd.Series(move(test), index=mixed.test_log_price.index, name="log_price")
    if rule == "none":
        return Decision(rule, gains, chosen, mixed, test_move)
    moved_blend = replace(
        mixed,
        in_sample_smape_pct=log_smape_pct(log_price, oof + move(predictions)),
        nested_smape_pct=log_smape_pct(log_price, nested["procedure"]),
        oof_log_price=mixed.oof_log_price + move(predictions),
        nested_log_price=pd.Series(nested["procedure"], index=mixed.nested_log_price.index, name="log_price"),
        test_log_price=mixed.test_log_price + test_move,
    )
    return Decision(rule, gains, chosen, moved_blend, test_move)


def nested_moves(
    mixed: Blend, members: Sequence[Member], price: pd.Series, plan: FoldPlan, *, clusters: IntArray
) -> dict[str, FloatArray]:
    """``log_price`` of the train rows by every rule, each fold moved by what the others teach.

    Args:
        clusters: As for :func:`decide`.

    Returns:
        Shape (n_train,) by the name of the rule, and by ``"procedure"`` for the rule that the other folds choose.
    """
    everyone, log_price = stacked(members, price, plan), to_log_price(price)
    predictions = _known(members, everyone)
    folds = [plan.validation_mask(fold) for fold in range(plan.n_folds)]
    moved: dict[str, FloatArray] = {name: np.empty(len(log_price)) for name in (*RULES, "procedure")}
    for fold, centre in enumerate(_centres(mixed, everyone, log_price, plan)):
        valid = folds[fold]
        for name in RULES:
            move = _fitted(name, centre, predictions, log_price, ~valid)
            moved[name][valid] = centre[valid] + move(predictions[valid])
        others = [mask for other, mask in enumerate(folds) if other != fold]
        rule = _best(_gains(centre, predictions, log_price, others, clusters))
        moved["procedure"][valid] = moved[rule][valid]
    return moved


def _known(members: Sequence[Member], predictions: FloatArray) -> FloatArray:
    """Predictions of the members that have test predictions too: a test row's spread can be read from no others."""
    known = [place for place, member in enumerate(members) if member.has_test]
    return predictions[:, known] if known else predictions


def _centres(mixed: Blend, predictions: FloatArray, log_price: FloatArray, plan: FoldPlan) -> list[FloatArray]:
    """For each fold all rows' ``log_price`` by the mix that it is scored with in :attr:`Blend.nested_log_price`."""
    rows = Scaled.of(predictions, log_price, mixed.space)
    method = next((name for name in METHODS if name == mixed.method), None)
    by_hand = Mix(np.array(list(mixed.weights.values())), mixed.intercept)
    mixes = [by_hand] * plan.n_folds if method is None else fold_mixes(rows, plan, method)
    return [rows.log_price(mix.of(rows.members)) for mix in mixes]


def _gains(
    centre: FloatArray, predictions: FloatArray, log_price: FloatArray, folds: Sequence[BoolArray], clusters: IntArray
) -> dict[RuleName, RuleGain]:
    """Each rule's gain on these folds alone, each by a rule fitted on the rest of them."""
    within = np.logical_or.reduce(folds)
    found: dict[RuleName, RuleGain] = {}
    for name in RULES:
        moved = centre.copy()
        for valid in folds:
            moved[valid] += _fitted(name, centre, predictions, log_price, within & ~valid)(predictions[valid])
        found[name] = _gain(centre[within], moved[within], log_price[within], clusters[within])
    return found


def _best(gains: Mapping[RuleName, RuleGain]) -> RuleName:
    """The rule that gains most among those whose gain is real."""
    real = {name: gain.gain_pct for name, gain in gains.items() if gain.real}
    return max(real, key=lambda name: real[name]) if real else "none"


def _gain(before: FloatArray, after: FloatArray, log_price: FloatArray, clusters: IntArray) -> RuleGain:
    from scipy.stats import t

    rows = 200.0 * (np.tanh(np.abs(before - log_price) / 2.0) - np.tanh(np.abs(after - log_price) / 2.0))
    gain = float(rows.mean())
    if not rows.any():
        return RuleGain(0.0, 0.0, 0.0)
    half = float(t.ppf(0.5 + LEVEL / 2.0, max(1, len(np.unique(clusters)) - 1))) * clustered_se(rows, clusters)
    return RuleGain(gain, gain - half, gain + half)


def _fitted(
    rule: RuleName, centre: FloatArray, predictions: FloatArray, log_price: FloatArray, rows: BoolArray
) -> MoveFn:
    """The rule fitted on ``rows``."""
    residual = log_price[rows] - centre[rows]
    if rule == "none":
        return lambda given: np.zeros(len(given))
    if rule == "shift":
        best = best_shift(residual)
        return lambda given: np.full(len(given), best)
    line, *_ = np.linalg.lstsq(_spread_columns(predictions[rows]), np.abs(residual), rcond=None)
    spread = _spread_columns(predictions[rows]) @ line
    edges = np.quantile(spread, np.linspace(0, 1, BINS + 1)[1:-1])
    place = np.searchsorted(edges, spread)
    shifts = np.array([best_shift(residual[place == number]) for number in range(BINS)])
    return lambda given: shifts[np.searchsorted(edges, _spread_columns(given) @ line)]


def best_shift(residual: FloatArray) -> float:
    """The shift in ``log_price`` at which residuals have the least mean SMAPE, within 0.2; 0 for no rows and in ties.

    >>> best_shift(np.array([0.1, 0.1, 0.1, -0.3]))
    0.1
    """
    if not len(residual):
        return 0.0
    losses = np.array([np.tanh(np.abs(residual - shift) / 2.0).mean() for shift in SHIFTS])
    near_zero_first = np.argsort(np.abs(SHIFTS), kind="stable")
    return round(float(SHIFTS[near_zero_first[int(np.argmin(losses[near_zero_first].round(12)))]]), 6)


def _spread_columns(predictions: FloatArray) -> FloatArray:
    """What may tell a large residual from a small one: the members' mean, its square and their disagreement."""
    mean, apart = predictions.mean(axis=1), predictions.std(axis=1)
    return np.column_stack([np.ones(len(mean)), mean, mean**2, apart])
