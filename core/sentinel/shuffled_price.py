"""Retrained on shuffled prices, an honest pipeline reads chance.

Below chance, a column knows the price of the validation rows that it describes. Far above it, a column knows the
price of its own training rows: the model leans on it and is let down by the validation rows. A column that came with
the file does not follow the shuffle and is the business of the test of single columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.metrics import log_smape_pct
from core.sentinel.blocks import column_label
from core.sentinel.lab import Lab, constant_smape_pct, fitted_log_price, log_prices
from core.sentinel.statistic import rank_correlation
from core.sentinel.verdict import Finding
from core.train import Matrix
from core.types import BoolArray, Float32Array, FloatArray

BELOW_PCT, ABOVE_PCT = 1.0, 5.0
"""SMAPE below and above chance that are let pass. Over 400 to 3,000 rows an honest pipeline reads 0.2 to 3.5 above it,
with a brand mean over all rows 20 to 28 below, with a mean within the training rows alone up to 8 above."""
NOISE_SPANS = 3.0
"""Standard errors of the difference to chance that are let pass too, for catalogues of a few hundred rows."""
FOLLOWS = 0.3
"""Rank correlation with shuffled prices that no column may reach. Honest ones stay below 0.16; a brand's mean within
the training rows, which moves SMAPE by only 2 to 5 points, reaches 0.8 on those rows."""
FOLLOWS_SPANS = 6.0
"""The same in standard errors of a correlation of chance."""


@dataclass(frozen=True)
class Followers:
    """How closely columns follow the shuffled prices, by rank correlation times the share of rows with a value.

    Attributes:
        names: Of the columns.
        validation: Shape (n_columns,), on validation rows.
        training: Shape (n_columns,), on training rows.
        limit: What is let pass.
    """

    names: list[str]
    validation: FloatArray
    training: FloatArray
    limit: float


def shuffled_price(lab: Lab, *, seed: int) -> Finding:
    """Fit both folds of the lab on shuffled prices and compare with the best constant."""
    values = np.random.default_rng([seed, 1]).permutation(lab.catalog.price.to_numpy(dtype=np.float64))
    price = pd.Series(values, index=lab.catalog.price.index)
    matrices, log_price = lab.matrices(price), log_prices(price)
    predicted = np.empty(log_price.size)
    for fold, matrix in enumerate(matrices):
        valid = lab.plan.validation_mask(fold)
        predicted[valid] = fitted_log_price(matrix, log_price, valid)
    read, chance = log_smape_pct(log_price, predicted), constant_smape_pct(log_price)
    found = followers(matrices[0], log_price, lab.plan.validation_mask(0))
    return judged(read, chance, noise_pct(log_price, predicted), found)


def judged(read_pct: float, chance_pct: float, noise: float, found: Followers) -> Finding:
    """The verdict on a score under shuffled prices.

    Args:
        noise: Standard error of the score's difference to chance, in points.
    """
    low = chance_pct - max(BELOW_PCT, NOISE_SPANS * noise)
    high = chance_pct + max(ABOVE_PCT, NOISE_SPANS * noise)
    text = (
        f"Retrained on shuffled prices the pipeline reads {read_pct:.1f} % SMAPE where chance is {chance_pct:.1f} %"
        f" ({low:.1f} to {high:.1f} is let pass)"
    )
    here, there = int(found.validation.argmax()), int(found.training.argmax())
    if read_pct < low or found.validation[here] > found.limit:
        rank = f"{found.validation[here]:.2f}, at most {found.limit:.2f} is let pass"
        return Finding("fail", f"{text}: {found.names[here]} follows the prices it is scored on (correlation {rank}).")
    if read_pct > high or found.training[there] > found.limit:
        rank = f"{found.training[there]:.2f} on training rows, {found.validation[there]:.2f} on validation rows"
        return Finding(
            "fail", f"{text}: {found.names[there]} follows the prices it is trained on (correlation {rank})."
        )
    most = max(found.validation[here], found.training[there])
    return Finding("pass", f"{text}, and no column follows them (closest correlation {most:.2f}).")


def noise_pct(log_price: FloatArray, predicted: FloatArray) -> float:
    """Standard error of SMAPE minus the median's SMAPE on the same rows, in points."""
    ours, constant = (np.tanh(np.abs(log_price - guess) / 2.0) for guess in (predicted, np.median(log_price)))
    return float(200.0 * (ours - constant).std() / np.sqrt(log_price.size))


def followers(matrix: Matrix, log_price: FloatArray, valid: BoolArray) -> Followers:
    """Compare every column with the shuffled prices on both kinds of rows."""
    columns = range(len(matrix.columns))
    here, there = (
        np.array([_follows(matrix.train[rows, i], log_price[rows]) for i in columns]) for rows in (valid, ~valid)
    )
    limit = max(FOLLOWS, FOLLOWS_SPANS / float(np.sqrt(min(valid.sum(), (~valid).sum()))))
    names = [column_label(*pair) for pair in zip(matrix.column_blocks, matrix.columns, strict=True)]
    return Followers(names, here, there, limit)


def _follows(column: Float32Array, log_price: FloatArray) -> float:
    shown = np.isfinite(column)
    # Times the share of rows shown: a column with values for a few rows cannot move the score.
    return abs(rank_correlation(column[shown].astype(np.float64), log_price[shown])) * float(shown.mean())
