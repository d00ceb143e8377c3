"""How many rounds a model will be fitted for on more rows than were tried.

A fold stops when patience has passed since its best round. The best is later on more rows, by a power that differs from
data to data (``benchmarks/RESULTS.md``: 0.4 to 0.7 for boosting), while patience stays. On a few thousand rows the
best of a fold lies where its few validation rows have it: so a model's rounds are drawn half-way to those of the same
model on other blocks. And what came out at full size corrects what is foretold of the models that are still to come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from core.train import FAMILIES, TrainSpec

FEWEST_POOLED = 3
"""Of a kind; two cannot tell noise from what sets them apart."""


def pooled(tried: Mapping[str, Sequence[tuple[TrainSpec, int]]]) -> dict[str, tuple[float, ...]]:
    """The rounds of each strategy's models, each the geometric mean of its own and of what all of its kind have.

    Args:
        tried: Models and rounds by the strategy's key.

    >>> spec = TrainSpec("lightgbm", ("size",))
    >>> found = pooled({"a": [(spec, 400)], "b": [(spec, 900)], "c": [(spec, 600)]})
    >>> [round(found[name][0]) for name in "abc"]
    [490, 735, 600]
    """
    logs: dict[TrainSpec, list[float]] = {}
    for models in tried.values():
        for spec, rounds in models:
            logs.setdefault(kind_of(spec), []).append(float(np.log(max(1, rounds))))

    def drawn(spec: TrainSpec, rounds: int) -> float:
        alike = logs[kind_of(spec)]
        own = float(np.log(max(1, rounds)))
        return float(np.exp(own if len(alike) < FEWEST_POOLED else (own + np.mean(alike)) / 2.0))

    return {key: tuple(drawn(spec, rounds) for spec, rounds in models) for key, models in tried.items()}


def correction(ratios: Sequence[float]) -> float:
    """What to multiply foretold rounds with, given measured over foretold of models of the kind: their geometric mean,
    drawn towards 1 as if one more had come out as foretold.

    >>> correction([]), round(correction([0.64]), 6), round(correction([2.0, 2.0, 2.0]) ** 4, 6)
    (1.0, 0.8, 8.0)
    """
    return float(np.exp(np.sum(np.log(ratios)) / (len(ratios) + 1)))


def rounds_at(spec: TrainSpec, rounds: float, n_folds: int, *, times: float) -> float:
    """Rounds of all folds together on ``times`` as many rows as ``rounds`` were tried on.

    >>> round(rounds_at(TrainSpec("lightgbm", ("size",)), 5 * 150.0, 5, times=4.0))
    967
    >>> rounds_at(TrainSpec("linear", ("size",)), 140.0, 5, times=4.0)
    140.0
    """
    family = FAMILIES[spec.family]
    patience = n_folds * min(spec.patience, family.patience or spec.patience)
    best = max(float(n_folds), rounds - patience)
    most = n_folds * min(spec.max_rounds, family.most_rounds or spec.max_rounds)
    return float(min(most, rounds + best * (times**family.rounds_power - 1.0)))


def kind_of(spec: TrainSpec) -> TrainSpec:
    """The same for all that differ in their blocks and seeds alone."""
    return replace(spec, blocks=("any",), seed=0)
