"""Columns to the numbers that a linear model takes: scaled, ranked, told missing, categories apart.

A number is given twice, once standardised within a few deviations and once by its rank among the fitted rows, because
some columns are linear in ``log_price`` (a brand's price) and others only ordered (a weight).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from core.types import Float32Array, FloatArray, IntArray

KNOTS = 33
CLIP_SD = 4.0
MIN_CATEGORY_ROWS = 10
_RANKED, _MISSING, _CATEGORY = 1, 2, 3


@dataclass(frozen=True)
class Scaling:
    """How each feature follows from a column; arrays only, so that it can be kept as such.

    Attributes:
        column: Column of each feature, shape (n_features,).
        kind: 0 standardised, 1 rank, 2 missing or not, 3 one category; shape (n_features,).
        value: The category of a feature of kind 3.
        centre, spread: Of a column's standardised values, shape (n_columns,).
        knots: Quantiles of a column in the fitted rows, shape (n_columns, KNOTS).
        mean: Mean of each feature over the fitted rows; what a row says is how far it is from that.
        size: Standard deviation of each feature over the fitted rows.
    """

    column: IntArray
    kind: IntArray
    value: FloatArray
    centre: FloatArray
    spread: FloatArray
    knots: FloatArray
    mean: FloatArray
    size: FloatArray

    def features(self, x: Float32Array) -> FloatArray:
        """Centred features of standard deviation 1 in the fitted rows, shape (n_rows, n_features)."""
        return (_raw(self, x) - self.mean) / self.size

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything, by name; ``Scaling(**arrays)`` undoes it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def fit_scaling(x: Float32Array, categorical: list[int]) -> Scaling:
    """Learn the features of the fitted rows; one that does not vary in them is left out.

    Args:
        x: Shape (n_rows, n_columns), missing is NaN.
        categorical: Positions of columns that hold codes of categories.
    """
    wanted: list[tuple[int, int, float]] = []
    n_columns = x.shape[1]
    centre, spread, knots = np.zeros(n_columns), np.ones(n_columns), np.zeros((n_columns, KNOTS))
    for position in range(n_columns):
        told = x[:, position][~np.isnan(x[:, position])].astype(np.float64)
        if position in categorical:
            code, count = np.unique(told, return_counts=True)
            wanted += [(position, _CATEGORY, float(c)) for c in code[count >= MIN_CATEGORY_ROWS]]
        elif len(told):
            centre[position], spread[position] = told.mean(), told.std() or 1.0
            knots[position] = np.quantile(told, np.linspace(0, 1, KNOTS))
            wanted += [(position, 0, 0.0), (position, _RANKED, 0.0)]
        wanted.append((position, _MISSING, 0.0))
    column, kind, value = (np.array(part) for part in zip(*wanted, strict=True))
    one = np.ones(len(wanted))
    bare = Scaling(column, kind, value, centre, spread, knots, 0.0 * one, one)
    raw = _raw(bare, x)
    size = raw.std(axis=0)
    kept = size > 1e-9
    return Scaling(column[kept], kind[kept], value[kept], centre, spread, knots, raw.mean(axis=0)[kept], size[kept])


def _raw(scaling: Scaling, x: Float32Array) -> FloatArray:
    made = np.zeros((len(x), len(scaling.column)))
    for place, (position, kind, value) in enumerate(zip(scaling.column, scaling.kind, scaling.value, strict=True)):
        told = x[:, position].astype(np.float64)
        missing = np.isnan(told)
        if kind == _MISSING:
            made[:, place] = missing
        elif kind == _CATEGORY:
            made[:, place] = told == value
        elif kind == _RANKED:
            # Ties in the knots: the mean of the highest and the lowest rank that a value could have.
            knots, rank = scaling.knots[position], np.linspace(-1.0, 1.0, KNOTS)
            high = np.interp(told, knots, rank)
            low = -np.interp(-told, -knots[::-1], rank)
            made[:, place] = np.where(missing, 0.0, (low + high) / 2.0)
        else:
            scaled = np.clip((told - scaling.centre[position]) / scaling.spread[position], -CLIP_SD, CLIP_SD)
            made[:, place] = np.where(missing, 0.0, scaled)
    return made
