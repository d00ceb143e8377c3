"""Ways to choose weights on the simplex. A new one is a function here and a line in :data:`METHODS`.

All work on ``log_price``: SMAPE of a row is ``200·tanh(|r|/2)`` of its log residual ``r``, a bounded loss with an
analytic gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from core.types import FloatArray

MethodName = Literal["equal", "greedy", "slsqp"]
GREEDY_STEPS = 40
Chooser = Callable[[FloatArray, FloatArray], FloatArray]


def equal(predictions: FloatArray, log_price: FloatArray) -> FloatArray:
    """The same weight for every member."""
    return np.full(predictions.shape[1], 1.0 / predictions.shape[1])


def greedy(predictions: FloatArray, log_price: FloatArray) -> FloatArray:
    """Forward selection with replacement (Caruana et al., 2004): 40 picks, the best prefix wins.

    A longer prefix must be strictly better, so ties go to the simpler blend.
    """
    counts = np.zeros(predictions.shape[1])
    total = np.zeros(predictions.shape[0])
    best_score, best = np.inf, counts
    for step in range(1, GREEDY_STEPS + 1):
        candidates = (total[:, None] + predictions) / step
        scores = np.tanh(np.abs(candidates - log_price[:, None]) / 2.0).mean(axis=0)
        pick = int(scores.argmin())
        counts = counts.copy()
        counts[pick] += 1
        total = total + predictions[:, pick]
        if scores[pick] < best_score - 1e-12:
            best_score, best = float(scores[pick]), counts
    share: FloatArray = best / best.sum()
    return share


def slsqp(predictions: FloatArray, log_price: FloatArray) -> FloatArray:
    """Minimise SMAPE over the simplex by sequential least squares with its analytic gradient, from equal weights."""
    from scipy.optimize import minimize

    n_members = predictions.shape[1]

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        half = np.tanh((predictions @ weights - log_price) / 2.0)
        slope = np.sign(half) * (1.0 - half**2) / 2.0
        return float(np.abs(half).mean()), predictions.T @ slope / len(log_price)

    start = equal(predictions, log_price)
    found = minimize(
        loss,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(0.0, 1.0)] * n_members,
        constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1.0, "jac": lambda w: np.ones_like(w)}],
        options={"ftol": 1e-9, "maxiter": 200},
    )
    weights = np.clip(found.x, 0.0, None)
    weights = weights / weights.sum()
    return weights if loss(weights)[0] <= loss(start)[0] else start


METHODS: Mapping[str, Chooser] = MappingProxyType({"equal": equal, "greedy": greedy, "slsqp": slsqp})
"""Every way to choose weights by name, simplest first."""
