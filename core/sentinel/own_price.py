"""A changed price must not come back through its own row's columns.

A random sample of the first fold's rows is made ten times as dear, and the columns are made again. In that fold the
rows are validation rows: nothing may move, neither a column nor a prediction by a model of a fixed number of rounds.
In the other fold they are training rows: each row's columns may move because of the others, so that the changed rows
must move no more than the unchanged ones beside them do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.sentinel.blocks import column_label
from core.sentinel.lab import Lab, drawn_rows, fitted_log_price, log_prices
from core.sentinel.verdict import Finding
from core.train import Matrix
from core.types import BoolArray, FloatArray

FACTOR = 10.0
CHANGED_SHARE = 0.1
MAX_CHANGED = 100
MOVED = 0.01
"""Spreads of a column that its own validation row may move: a mean over all rows moves a hair."""
OWN_EFFECT = 0.15
"""Spreads that changed training rows may move beyond their neighbours; nested columns stay within 0.05, a brand mean
with its own row in it moves 0.8."""
NOISE_SPANS = 5.0


@dataclass(frozen=True)
class Movement:
    """How far columns moved, in spreads of the column.

    Attributes:
        validation: Shape (n_columns,): the largest move of a row of the fold that validates the changed rows.
        own: Shape (n_columns,): mean move of the changed training rows less that of the unchanged ones.
        own_limit: Shape (n_columns,): what ``own`` may reach, by :data:`OWN_EFFECT` and its sampling error.
    """

    validation: FloatArray
    own: FloatArray
    own_limit: FloatArray


def own_price(lab: Lab, *, seed: int) -> Finding:
    """Change prices of one fold, make the columns again, compare columns and predictions."""
    rows = lab.plan.validation_mask(0)
    changed = changed_rows(rows, seed=seed)
    price = lab.catalog.price
    dearer = pd.Series(np.where(changed, FACTOR * price, price), index=price.index)
    before, after = lab.matrices(price), lab.matrices(dearer)
    moved = movement(before, after, rows=rows, changed=changed)
    predictions = [
        fitted_log_price(side[0], log_prices(prices), rows) for side, prices in ((before, price), (after, dearer))
    ]
    shift = float(np.abs(predictions[1] - predictions[0]).max())
    return judged(moved, before[0], n_changed=int(changed.sum()), n_rows=int(rows.sum()), prediction_shift=shift)


def changed_rows(rows: BoolArray, *, seed: int) -> BoolArray:
    """A tenth of ``rows`` at random, at most :data:`MAX_CHANGED`."""
    positions = np.flatnonzero(rows)
    drawn = drawn_rows(positions.size, min(MAX_CHANGED, max(1, int(CHANGED_SHARE * positions.size))), seed=seed)
    changed = np.zeros(rows.size, dtype=np.bool_)
    changed[positions[drawn]] = True
    return changed


def movement(before: list[Matrix], after: list[Matrix], *, rows: BoolArray, changed: BoolArray) -> Movement:
    """Compare two sets of columns.

    Args:
        before, after: The matrices of fold 0, which validates ``rows``, and of fold 1, which trains on them.
    """
    here, there = (moves(*pair) for pair in zip(before, after, strict=True))
    mine, others = there[changed], there[rows & ~changed]
    error = np.sqrt(mine.var(axis=0) / len(mine) + others.var(axis=0) / max(1, len(others)))
    return Movement(
        validation=here.max(axis=0),
        own=mine.mean(axis=0) - (others.mean(axis=0) if len(others) else 0.0),
        own_limit=np.maximum(OWN_EFFECT, NOISE_SPANS * error),
    )


def moves(before: Matrix, after: Matrix) -> FloatArray:
    """Shape (n_rows, n_columns): how far each value moved, in spreads of its column; a gap that came or went is 1."""
    a, b = (side.train.astype(np.float64) for side in (before, after))
    gap = np.isnan(a) != np.isnan(b)
    far = np.abs(np.nan_to_num(b) - np.nan_to_num(a))
    shown = np.isfinite(a)
    count = np.maximum(shown.sum(axis=0), 1)
    mean = np.where(shown, a, 0.0).sum(axis=0) / count
    spread = np.sqrt(np.where(shown, (a - mean) ** 2, 0.0).sum(axis=0) / count)
    return np.where(gap, 1.0, far / np.where(spread > 1e-9, spread, 1.0))


def judged(moved: Movement, matrix: Matrix, *, n_changed: int, n_rows: int, prediction_shift: float) -> Finding:
    """The verdict on what moved.

    Args:
        matrix: Names the columns.
        prediction_shift: Largest change of a validation row's ``log_price``.
    """
    names = [column_label(*pair) for pair in zip(matrix.column_blocks, matrix.columns, strict=True)]
    worst, own = int(moved.validation.argmax()), int((moved.own - moved.own_limit).argmax())
    start = f"{FACTOR:g} times the price on {n_changed} validation rows"
    if moved.validation[worst] > MOVED:
        return Finding(
            "fail",
            f"{start} moved {names[worst]} in their own fold by up to {moved.validation[worst]:.2f} spreads"
            f" (at most {MOVED} is let pass), and predictions by up to {prediction_shift:.3f} in log_price.",
        )
    if moved.own[own] > moved.own_limit[own]:
        return Finding(
            "fail",
            f"{start} left their own fold alone, but as training rows their own {names[own]} moved"
            f" {moved.own[own]:.2f} spreads more than their neighbours' (at most {moved.own_limit[own]:.2f} is let"
            " pass): the model learns from a column that holds the row's own price.",
        )
    same = "bit-identical" if prediction_shift == 0 else f"within {prediction_shift:.4f} in log_price"
    text = (
        f"{start} moved none of {len(names)} columns in their own fold (largest move {moved.validation[worst]:.3f}"
        f" spreads) and left its {n_rows} predictions {same}; as training rows their columns moved no more than"
        f" their neighbours' (largest difference {moved.own.max():.2f} spreads)."
    )
    return Finding("pass" if prediction_shift <= MOVED else "warn", text)
