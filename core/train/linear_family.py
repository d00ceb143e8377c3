"""A linear baseline on ``log_price``: ridge on scaled columns, weighted by the loss, over a path of penalties.

Its "rounds" are the penalties from strong to weak, so that rounds are chosen for it as for the trees: by the other
folds. A loss other than squared error is fitted by iteratively reweighted least squares, each step the minimum of the
parabolas that touch the loss from above (Hunter and Lange 2000, for quantiles; :mod:`core.train.losses`). The weights
are settled at one penalty and then held, so that one eigendecomposition gives the whole path. Learning rate, leaves and
patience mean nothing here.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.metrics import log_smape_pct
from core.train.family import Family, Fit, FoldData, FoldModel, RoundFn
from core.train.linear_scaling import Scaling, fit_scaling
from core.train.losses import CURVATURES
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray

VERSION = 1
PENALTIES = 10.0 ** np.linspace(0.5, -4.0, 28)
"""Times the rows' weight: the ridge that each round adds to features of standard deviation 1."""
SETTLED_AT = 1e-2
STEPS = 6
TIP = 0.05
"""Residuals below it count as this large where the loss has a kink."""


@dataclass(frozen=True)
class LinearModel:
    """Coefficients of every penalty.

    Attributes:
        coefficients: Shape (n_rounds, n_features).
        intercepts: ``log_price`` at the fitted rows' mean, shape (n_rounds,).
    """

    scaling: Scaling
    coefficients: FloatArray
    intercepts: FloatArray

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` by the penalty of round ``rounds``."""
        predicted: FloatArray = self.scaling.features(x) @ self.coefficients[rounds - 1] + self.intercepts[rounds - 1]
        return predicted

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """SHAP values of a linear model, exact: coefficient times distance from the mean (Štrumbelj and Kononenko
        2014), a column's features added up; the base value last."""
        moved = self.scaling.features(x) * self.coefficients[rounds - 1]
        values = np.zeros((len(x), x.shape[1] + 1))
        for place, column in enumerate(self.scaling.column):
            values[:, column] += moved[:, place]
        values[:, -1] = self.intercepts[rounds - 1]
        return values

    def to_bytes(self) -> bytes:
        """NumPy's npz format, arrays of numbers alone."""
        held = io.BytesIO()
        arrays: dict[str, Any] = self.scaling.arrays()
        np.savez(held, coefficients=self.coefficients, intercepts=self.intercepts, **arrays)
        return held.getvalue()


def load(data: bytes) -> FoldModel:
    """Read the npz; one that holds anything but numbers is refused by NumPy."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = {name: held[name] for name in held.files}
    coefficients, intercepts = arrays.pop("coefficients"), arrays.pop("intercepts")
    return LinearModel(Scaling(**arrays), coefficients, intercepts)


def fit(data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
    """Fit one fold; see :class:`core.train.family.Family`."""
    scaling = fit_scaling(data.x_fit, data.categorical)
    features = scaling.features(data.x_fit)
    predicted = np.full(len(features), np.median(data.log_price_fit))
    for _ in range(STEPS):
        weights, goal = _parabolas(predicted - data.log_price_fit, data.log_price_fit, spec)
        coefficients, intercepts = _ridges(features, weights, goal, np.array([SETTLED_AT]))
        predicted = features @ coefficients[0] + intercepts[0]
    weights, goal = _parabolas(predicted - data.log_price_fit, data.log_price_fit, spec)
    coefficients, intercepts = _ridges(features, weights, goal, PENALTIES[: spec.max_rounds])
    valid = scaling.features(data.x_valid)
    curve = []
    for number, (slope, level) in enumerate(zip(coefficients, intercepts, strict=True), start=1):
        curve.append(log_smape_pct(data.log_price_valid, valid @ slope + level))
        on_round(number, curve[-1])
    return Fit(LinearModel(scaling, coefficients, intercepts), np.asarray(curve))


def _parabolas(residual: FloatArray, log_price: FloatArray, spec: TrainSpec) -> tuple[FloatArray, FloatArray]:
    """Weight and goal of each row: the parabola that touches its loss at ``residual`` = prediction less goal."""
    if spec.loss in CURVATURES:
        return CURVATURES[spec.loss](residual), log_price
    size = np.maximum(np.abs(residual), TIP)
    # The median is the quantile 0.5; another one adds a constant pull, which moves the parabola's lowest point.
    pull = 2.0 * spec.quantile - 1.0 if spec.loss == "quantile" else 0.0
    return TIP / size, log_price + pull * size


def _ridges(
    features: FloatArray, weights: FloatArray, goal: FloatArray, penalties: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Weighted ridge with a free intercept at every penalty: coefficients (n_penalties, n_features), intercepts."""
    total = weights.sum()
    centre, level = weights @ features / total, float(weights @ goal / total)
    weighted = features * weights[:, None]
    gram = features.T @ weighted - total * np.outer(centre, centre)
    values, vectors = np.linalg.eigh(gram)
    target = vectors.T @ (weighted.T @ (goal - level))
    shrunk = target / (np.maximum(values, 0.0) + total * penalties[:, None])
    coefficients: FloatArray = shrunk @ vectors.T
    return coefficients, level - coefficients @ centre


LINEAR = Family("linear", "Linear", VERSION, fit, load, typical_rounds=len(PENALTIES), rounds_power=0.0)
