"""No column alone may know the price beyond what the honest columns know together.

Honest are the blocks of the text and the fold-aware blocks, whose arithmetic the price experiments check; suspects are
all columns: these (each against the others), side tables and blocks handed in. A fold-aware column is also held
against a model without its whole block, or its own leak would hide in the honest predictions.

The statistic is that of :mod:`core.sentinel.statistic`. Beside it stands the SMAPE that a small model gains when it is
shown the column, for a leak without an order (a code for each price). From more than :data:`MOST_ROWS` rows so many
are drawn at random.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from core.embed import vector_blocks
from core.encode import encoders
from core.features import BLOCKS
from core.folds import FoldPlan
from core.metrics import log_smape_pct
from core.sentinel.blocks import column_label
from core.sentinel.lab import drawn_rows, fitted_log_price, log_prices
from core.sentinel.statistic import Part, left_over, left_over_each, level_means, parts_of, rank_correlation
from core.sentinel.verdict import Finding, VerdictName, worst
from core.train import Ingredients, Matrix, TrainSpec, fold_matrix
from core.types import BoolArray, Catalog, FloatArray, IntArray

MOST_ROWS = 8000
THRESHOLD = 0.25
"""Ten leaks reached 0.45 to 0.96 on 6,480 and 2,000 rows, honest columns and read attributes at most 0.10."""
BLOCK_THRESHOLD = 0.4
"""For a fold-aware column against a model without its block: an honest one brings news too, up to 0.25; a brand price
with the row's own price in it reaches 0.65."""
NOISE_SPANS = 5.0
"""Standard errors of a correlation of chance that are let pass too, for columns with few values."""
GAIN_PCT = 15.0
"""SMAPE that a column may gain over the honest predictions; leaks gain 15 and more, honest columns 1."""
GAIN_COLUMNS = 40
"""How many suspects from outside are given to the small model, those with the largest statistic first."""
NAMED = 3
HONEST_MODEL = TrainSpec("lightgbm", ("sentinel",), learning_rate=0.1, leaves=15, max_rounds=120, patience=120)
GAIN_MODEL = TrainSpec("lightgbm", ("sentinel",), learning_rate=0.2, leaves=31, max_rounds=40, patience=40)


@dataclass(frozen=True)
class Columns:
    """Every column as its row's own fold sees it.

    Attributes:
        values: Shape (n_rows, n_columns); row ``i`` as fold ``fold[i]``, which validates it, sees it.
        blocks: Block of each column.
        names: Block and column, as evidence names it.
        honest: Shape (n_columns,): False for side tables and for what was handed in.
    """

    values: FloatArray
    blocks: list[str]
    names: list[str]
    honest: BoolArray
    categorical: list[int]
    log_price: FloatArray
    fold: IntArray


@dataclass(frozen=True)
class Suspect:
    """A column's statistic against its limit."""

    column: int
    correlation: float
    limit: float


def column_alone(catalog: Catalog, plan: FoldPlan, ingredients: Ingredients, *, seed: int) -> Finding:
    """Judge every column of ``ingredients``."""
    rows = drawn_rows(catalog.n_train, MOST_ROWS, seed=seed)
    matrices = [_some_rows(fold_matrix(ingredients, fold), rows) for fold in range(plan.n_folds)]
    supervised = encoders(catalog)
    ours = {*BLOCKS, *vector_blocks(catalog), *supervised}
    fold = plan.fold_of.to_numpy()[rows].astype(np.int64)
    columns = out_of_fold(matrices, fold, log_prices(catalog.price[rows]), ours=ours)
    parts = column_parts(columns)
    predicted = honest_predictions(matrices, columns, columns.honest)
    found = _against_all(columns, parts, predicted)
    for block in dict.fromkeys(name for name in columns.blocks if name in supervised):
        kept = columns.honest & (np.array(columns.blocks) != block)
        found += _against_others(columns, parts, honest_predictions(matrices, columns, kept), block, kept)
    return judged(columns, found, _gains(columns, found, predicted), log_smape_pct(columns.log_price, predicted))


def out_of_fold(matrices: Sequence[Matrix], fold: IntArray, log_price: FloatArray, *, ours: Collection[str]) -> Columns:
    """Each row's columns from the matrix of the fold that validates it; ``ours`` are the blocks that are honest."""
    first = matrices[0]
    values = np.empty(first.train.shape)
    for number, matrix in enumerate(matrices):
        values[fold == number] = matrix.train[fold == number]
    honest = np.array([block in ours for block in first.column_blocks], dtype=np.bool_)
    names = [column_label(*pair) for pair in zip(first.column_blocks, first.columns, strict=True)]
    return Columns(values, first.column_blocks, names, honest, first.categorical, log_price, fold)


def column_parts(columns: Columns) -> list[Part]:
    """All columns as numbers without gaps; a category by its level's mean in the other folds."""
    parts = []
    for position in range(len(columns.names)):
        values = columns.values[:, position]
        if position in columns.categorical:
            values = level_means(values, columns.log_price, columns.fold)
        parts += parts_of(position, values)
    return parts


def honest_predictions(matrices: Sequence[Matrix], columns: Columns, kept: BoolArray) -> FloatArray:
    """Out-of-fold ``log_price`` by a small LightGBM on the kept columns."""
    predicted = np.empty(columns.fold.size)
    positions = np.flatnonzero(kept)
    for number, matrix in enumerate(matrices):
        valid = columns.fold == number
        if valid.any():
            predicted[valid] = fitted_log_price(
                _some_columns(matrix, positions), columns.log_price, valid, spec=HONEST_MODEL
            )
    return predicted


def _against_all(columns: Columns, parts: list[Part], predicted: FloatArray) -> list[Suspect]:
    """Honest columns each against the others, suspects from outside against all honest ones."""
    honest = [part for part in parts if columns.honest[part.column]]
    outside = [part for part in parts if not columns.honest[part.column]]
    design = _design(honest, predicted)
    residual = columns.log_price - predicted
    found = _correlated(honest, left_over_each(design, columns.fold), residual, THRESHOLD)
    if outside:
        targets = np.column_stack([part.values for part in outside])
        found += _correlated(outside, left_over(targets, design, columns.fold), residual, THRESHOLD)
    return found


def _against_others(
    columns: Columns, parts: list[Part], predicted: FloatArray, block: str, kept: BoolArray
) -> list[Suspect]:
    """The columns of one block against the honest columns of all other blocks."""
    suspects = [part for part in parts if columns.blocks[part.column] == block]
    design = _design([part for part in parts if kept[part.column]], predicted)
    targets = np.column_stack([part.values for part in suspects])
    rest = left_over(targets, design, columns.fold)
    return _correlated(suspects, rest, columns.log_price - predicted, BLOCK_THRESHOLD)


def _design(honest: list[Part], predicted: FloatArray) -> FloatArray:
    """Parts, then the predictions straight and squared."""
    own = [part.values for part in parts_of(0, predicted)]
    square = [part.values**2 - 1.0 for part in parts_of(0, predicted)]
    return np.column_stack([part.values for part in honest] + own + square)


def _correlated(parts: list[Part], rest: FloatArray, residual: FloatArray, threshold: float) -> list[Suspect]:
    found = []
    for position, part in enumerate(parts):
        value = abs(rank_correlation(rest[part.shown, position], residual[part.shown]))
        limit = max(threshold, NOISE_SPANS / float(np.sqrt(max(1, part.shown.sum()))))
        found.append(Suspect(part.column, value, limit))
    return found


def _gains(columns: Columns, found: list[Suspect], predicted: FloatArray) -> dict[int, float]:
    """SMAPE gained by showing a small model the column beside the honest predictions, for suspects from outside."""
    largest = sorted(found, key=lambda suspect: -suspect.correlation)
    outside = list(dict.fromkeys(item.column for item in largest if not columns.honest[item.column]))
    alone = _gain_smape_pct(columns, predicted, [])
    return {column: alone - _gain_smape_pct(columns, predicted, [column]) for column in outside[:GAIN_COLUMNS]}


def _gain_smape_pct(columns: Columns, predicted: FloatArray, shown: list[int]) -> float:
    x = np.column_stack([predicted, *(columns.values[:, column] for column in shown)]).astype(np.float32)
    categorical = [1 + place for place, column in enumerate(shown) if column in columns.categorical]
    matrix = Matrix(x, x[:0], [f"c{i}" for i in range(x.shape[1])], ["sentinel"] * x.shape[1], categorical)
    guess = np.empty(predicted.size)
    # Halves suffice for a gain of this size, and cost two fits a column.
    for half in (0, 1):
        valid = columns.fold % 2 == half
        guess[valid] = fitted_log_price(matrix, columns.log_price, valid, spec=GAIN_MODEL)
    return log_smape_pct(columns.log_price, guess)


def judged(columns: Columns, found: list[Suspect], gains: dict[int, float], honest_smape_pct: float) -> Finding:
    """The verdict: a side table's column is sent to review (``warn``), any other fails."""
    ordered = alarming(found, gains)
    if not ordered:
        most = max(found, key=lambda suspect: suspect.correlation / suspect.limit)
        return Finding(
            "pass",
            f"None of {len(columns.names)} columns says more of the honest model's errors ({honest_smape_pct:.1f} %"
            f" SMAPE) than is let pass; closest is {columns.names[most.column]} at {most.correlation:.2f} of"
            f" {most.limit:.2f}.",
        )
    told = [
        f"{columns.names[item.column]} (rank correlation {item.correlation:.2f}"
        + (f", gains {gains[item.column]:.1f} SMAPE)" if item.column in gains else ")")
        for item in ordered[:NAMED]
    ]
    rest = f" and {len(ordered) - NAMED} more" if len(ordered) > NAMED else ""
    verdicts: list[VerdictName] = [
        "warn" if columns.blocks[item.column].startswith("side:") else "fail" for item in ordered
    ]
    return Finding(
        worst(verdicts),
        f"{len(ordered)} of {len(columns.names)} columns know the price beyond all honest columns together:"
        f" {', '.join(told)}{rest}; {min(item.limit for item in ordered):.2f} and {GAIN_PCT:g} SMAPE are let pass.",
    )


def alarming(found: list[Suspect], gains: dict[int, float]) -> list[Suspect]:
    """The columns over a limit, each once with its largest statistic, largest first."""
    largest = {item.column: item for item in sorted(found, key=lambda suspect: suspect.correlation)}
    over = {item.column for item in found if item.correlation > item.limit}
    over |= {column for column, gain in gains.items() if gain >= GAIN_PCT}
    return sorted((largest[column] for column in over), key=lambda suspect: -suspect.correlation)


def _some_rows(matrix: Matrix, rows: BoolArray) -> Matrix:
    return Matrix(matrix.train[rows], matrix.test[:0], matrix.columns, matrix.column_blocks, matrix.categorical)


def _some_columns(matrix: Matrix, positions: IntArray) -> Matrix:
    place = {int(position): new for new, position in enumerate(positions)}
    return Matrix(
        matrix.train[:, positions],
        matrix.test[:, positions],
        [matrix.columns[position] for position in positions],
        [matrix.column_blocks[position] for position in positions],
        [place[position] for position in matrix.categorical if position in place],
    )
