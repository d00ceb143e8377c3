"""The forecast's point estimate as one weight for each out-of-fold row.

Ridge calibration: the weights ω are the propensity weights, moved as little as need be so that the weighted mean of
every column (words, sizes, brand support, the prediction itself) comes near test's. ``Σ ω·e`` is then what a weighted
ridge of the errors on those columns expects of the mean test row, so the estimate is doubly robust: right when the
propensity is right, or when errors are linear in the columns. ω does not depend on the errors, ``Σ ω = 1``, and the
sampling error follows from the same ω.

Sources: generalised regression estimation (Deville and Särndal 1992), ridge calibration (Rao and Singh 1997), double
robustness (Robins, Rotnitzky and Zhao 1994). Tried on the re-splits without gain: a boosted error model beside the
ridge, similarity to the nearest train titles, support by the title's first words, propensity weights at full power.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import AlignmentError, InputError
from core.types import FloatArray

PENALTY = 300.0
"""Ridge penalty in rows: 30 to 1,000 move the mean absolute error over shifted re-splits by 0.07."""
WEIGHT_POWER = 0.5
"""Power of the propensity weights. The columns already carry most of the shift; full weights only add noise."""


@dataclass(frozen=True)
class ErrorRows:
    """Validation rows with what is known of each.

    Attributes:
        error_pct: Shape (n_rows,), row SMAPE of the out-of-fold prediction, 0 to 200.
        columns: Shape (n_rows, n_columns), without gaps; what may tell large errors from small ones.
        weight: Propensity weight that makes these rows look like test; any positive scale.
        brand: Brand key; ``""`` where unknown.

    Raises:
        AlignmentError: Different lengths.
        InputError: Fewer than two rows, a value that is not finite, weights that are negative or all zero.
    """

    error_pct: FloatArray
    columns: FloatArray
    weight: FloatArray
    brand: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        sizes = {len(self.error_pct), len(self.columns), len(self.weight), len(self.brand)}
        if len(sizes) != 1:
            raise AlignmentError(f"error rows of different lengths: {sorted(sizes)}")
        if len(self.error_pct) < 2 or not np.isfinite(self.error_pct).all():
            raise InputError("a forecast needs two finite out-of-fold errors or more.", "Train a run with folds first.")
        if not np.isfinite(self.columns).all():
            raise InputError("an error column has gaps.", "Fill them, and mark them in a column beside.")
        if not (np.isfinite(self.weight) & (self.weight >= 0)).all() or not self.weight.sum() > 0:
            raise InputError("propensity weights must be finite and not all zero.", "Leave them at one.")


@dataclass(frozen=True)
class RowWeights:
    """ω of each row and what the ridge expects of it.

    Attributes:
        omega: Shape (n_rows,), summing to 1; single ones may be negative.
        fitted_pct: Shape (n_rows,), the ridge's expected error.
    """

    omega: FloatArray
    fitted_pct: FloatArray


def joined(parts: list[ErrorRows]) -> ErrorRows:
    """Rows of several sources, one below the other."""
    return ErrorRows(*(np.concatenate([getattr(p, name) for p in parts]) for name in ErrorRows.__dataclass_fields__))


def calibrated(rows: ErrorRows, target_mean: FloatArray, *, penalty: float = PENALTY) -> RowWeights:
    """ω that carries the rows' errors over to a population whose columns have the mean ``target_mean``.

    Args:
        target_mean: Shape (n_columns,), means over the test rows.
        penalty: Ridge penalty in rows, on columns of unit spread; very large = the columns are not used.
    """
    weight = rows.weight**WEIGHT_POWER
    weight = weight * (len(weight) / weight.sum())
    centre, spread = rows.columns.mean(axis=0), rows.columns.std(axis=0)
    used = spread > 1e-9
    design = np.column_stack([np.ones(len(weight)), (rows.columns[:, used] - centre[used]) / spread[used]])
    ridge = penalty * np.eye(design.shape[1])
    ridge[0, 0] = 0.0
    gram = design.T @ (design * weight[:, None]) + ridge
    target = np.concatenate([[1.0], (target_mean[used] - centre[used]) / spread[used]])
    omega = weight * (design @ np.linalg.solve(gram, target))
    fitted = design @ np.linalg.solve(gram, design.T @ (weight * rows.error_pct))
    return RowWeights(omega, fitted)


def blended(rows: RowWeights, n_plain: int, error_pct: FloatArray, *, share: float) -> RowWeights:
    """``share`` of the calibrated ω and the rest of plain cross-validation, whose rows are the first ``n_plain``."""
    plain = np.zeros(len(rows.omega))
    plain[:n_plain] = 1.0 / n_plain
    mean = float(error_pct[:n_plain].mean())
    return RowWeights(share * rows.omega + (1.0 - share) * plain, share * rows.fitted_pct + (1.0 - share) * mean)
