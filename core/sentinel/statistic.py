"""What a column knows of the price beyond all that honest columns know: the statistic of the single-column test.

A column that was made from the price says something of the honest model's errors; an honest column says almost
nothing of them, however well it predicts the price itself. So each column's normal score is predicted, out of fold, by
a ridge over the other honest columns and the honest predictions, and what is left of it is compared with the honest
residuals by Spearman's rank correlation. A price per unit, whose own correlation with the price is weak, shows up as
clearly as a copy of the price.

Source of the method: partial rank correlation, cross-fitted (residual-on-residual, Chernozhukov et al., 2018).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.types import BoolArray, FloatArray, IntArray

RIDGE_SHARE = 1e-3
"""Ridge penalty as a share of the fit's rows: the columns have unit spread, so it only steadies repeated ones."""
MIN_SHOWN_ROWS = 50
"""A column with fewer values than this is not judged."""


@dataclass(frozen=True)
class Part:
    """A column as numbers without gaps: its normal scores, or its gaps.

    Attributes:
        column: Position of the column it was made from.
        values: Shape (n_rows,), mean 0 and spread 1; 0 where the column has no value.
        shown: Shape (n_rows,): rows whose values are the column's own.
    """

    column: int
    values: FloatArray
    shown: BoolArray


def parts_of(column: int, values: FloatArray) -> list[Part]:
    """The parts of a numeric column: its normal scores and, where it has gaps, which rows they are.

    Args:
        values: Shape (n_rows,); missing is NaN. A constant column has no parts.
    """
    from scipy.stats import norm, rankdata

    shown = np.isfinite(values)
    made = []
    if shown.any():
        score = np.zeros(values.size)
        score[shown] = norm.ppf((rankdata(values[shown]) - 0.5) / shown.sum())
        made.append(Part(column, _standard(score), shown))
    if not shown.all():
        made.append(Part(column, _standard(shown.astype(np.float64)), np.ones(values.size, dtype=np.bool_)))
    return [part for part in made if part.values.any()]


def level_means(codes: FloatArray, log_price: FloatArray, fold: IntArray, *, prior_rows: float = 2.0) -> FloatArray:
    """A category column as numbers: each row's level by its mean ``log_price`` in the other folds.

    Args:
        codes: Shape (n_rows,), whole numbers; missing is NaN.

    Returns:
        Shape (n_rows,); a level without a row in the other folds reads the mean of all, a gap NaN.
    """
    shown = np.isfinite(codes)
    level = np.where(shown, codes, 0).astype(np.int64)
    result = np.full(codes.size, np.nan)
    for part in np.unique(fold):
        fit = shown & (fold != part)
        rows = shown & (fold == part)
        mean = float(log_price[fit].mean()) if fit.any() else 0.0
        total = np.bincount(level[fit], weights=log_price[fit], minlength=level.max(initial=0) + 1)
        count = np.bincount(level[fit], minlength=level.max(initial=0) + 1)
        result[rows] = ((total + prior_rows * mean) / (count + prior_rows))[level[rows]]
    return result


def left_over(targets: FloatArray, design: FloatArray, fold: IntArray) -> FloatArray:
    """What a ridge over ``design``, fitted on the other folds, does not explain of each target.

    Args:
        targets: Shape (n_rows, n_targets), standardised.
        design: Shape (n_rows, n_columns), standardised.

    Returns:
        Shape (n_rows, n_targets).
    """
    rest = np.empty_like(targets)
    for part in np.unique(fold):
        fit, rows = fold != part, fold == part
        weights = np.linalg.solve(_gram(design[fit]), design[fit].T @ targets[fit])
        rest[rows] = targets[rows] - design[rows] @ weights
    return rest


def left_over_each(design: FloatArray, fold: IntArray) -> FloatArray:
    """As :func:`left_over` for every column of ``design`` by all the others.

    One inverse serves them all: with ``T`` the inverse of the ridge's Gram matrix, column ``j`` less its prediction
    by the others is ``design @ T[:, j] / T[j, j]``.
    """
    rest = np.empty_like(design)
    for part in np.unique(fold):
        fit, rows = fold != part, fold == part
        inverse = np.linalg.inv(_gram(design[fit]))
        rest[rows] = design[rows] @ (inverse / np.diag(inverse))
    return rest


def rank_correlation(a: FloatArray, b: FloatArray) -> float:
    """Spearman's correlation; 0 when either is constant or there are fewer than :data:`MIN_SHOWN_ROWS` rows."""
    from scipy.stats import rankdata

    if a.size < MIN_SHOWN_ROWS:
        return 0.0
    ranks = [rankdata(values) for values in (a, b)]
    spread = [float(rank.std()) for rank in ranks]
    if min(spread) < 1e-12:
        return 0.0
    centred = [(rank - rank.mean()) / width for rank, width in zip(ranks, spread, strict=True)]
    return float((centred[0] * centred[1]).mean())


def _gram(design: FloatArray) -> FloatArray:
    gram: FloatArray = design.T @ design
    gram[np.diag_indices_from(gram)] += RIDGE_SHARE * len(design)
    return gram


def _standard(values: FloatArray) -> FloatArray:
    spread = float(values.std())
    return np.zeros_like(values) if spread < 1e-12 else (values - values.mean()) / spread
