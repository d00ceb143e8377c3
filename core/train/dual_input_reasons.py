"""What moved a prediction of the dual-input network, in ``log_price``.

A network has no exact attribution by column at a price worth paying, but by block it has: the blocks are few, and a
block left out is replaced by the average product of the fitted rows (baseline Shapley values, Sundararajan and Najmi
2020). Up to :data:`MOST_EXACT` blocks all coalitions are valued, beyond that seeded pairs of opposite orders. Within a
block its value is shared by integrated gradients on the way from the average product (Sundararajan et al. 2017). All of
it adds up to the prediction.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np

from core.train.dual_input_net import Layers
from core.types import Float32Array, FloatArray, IntArray

MOST_EXACT: Final = 8
ORDERS: Final = 48
STEPS: Final = 16
ROWS_AT_ONCE: Final = 256


def block_values(layers: Layers, sums: Float32Array) -> FloatArray:
    """Shapley value of each block, shape (n_rows, n_blocks); they add up to what ``sums`` together move.

    Args:
        sums: What each block gives to the branches' units, shape (n_blocks, n_nets, n_rows, sum of widths).
    """
    n_blocks = len(sums)
    seen: dict[int, FloatArray] = {}

    def value(members: int) -> FloatArray:
        if members not in seen:
            chosen = [place for place in range(n_blocks) if members >> place & 1]
            seen[members] = layers.after(sums[chosen].sum(axis=0))
        return seen[members]

    values = np.zeros((sums.shape[2], n_blocks))
    if n_blocks <= MOST_EXACT:
        for members in range(2**n_blocks):
            size = members.bit_count()
            for block in (place for place in range(n_blocks) if not members >> place & 1):
                weight = 1.0 / (n_blocks * math.comb(n_blocks - 1, size))
                values[:, block] += weight * (value(members | 1 << block) - value(members))
        return values
    for order in _orders(n_blocks):
        prefixes = np.cumsum([0, *(1 << block for block in order)])
        for block, (before, after) in zip(order, pairwise(prefixes.tolist()), strict=True):
            values[:, block] += (value(after) - value(before)) / ORDERS
    return values


def _orders(n_blocks: int) -> list[list[int]]:
    """Seeded orders, each with its opposite: the same for every row, so that rows compare."""
    draw = np.random.default_rng(n_blocks)
    half = [draw.permutation(n_blocks).tolist() for _ in range(ORDERS // 2)]
    return [*half, *(order[::-1] for order in half)]


def reasons(
    layers: Layers,
    features: Sequence[Float32Array],
    feature_columns: Sequence[IntArray],
    column_block: IntArray,
) -> FloatArray:
    """Values of each column and, last, the average product's prediction; shape (n_rows, n_columns + 1).

    Args:
        features: Of each branch, shape (n_rows, n_features).
        feature_columns: Place in the matrix of each feature's column, branch by branch.
        column_block: Number of each column's block, shape (n_columns,).
    """
    n_rows = len(features[0])
    made = np.zeros((n_rows, len(column_block) + 1))
    for first in range(0, n_rows, ROWS_AT_ONCE):
        rows = slice(first, first + ROWS_AT_ONCE)
        made[rows] = _some(layers, [x[rows] for x in features], feature_columns, column_block)
    return made


def _some(
    layers: Layers, features: Sequence[Float32Array], feature_columns: Sequence[IntArray], column_block: IntArray
) -> FloatArray:
    n_blocks = int(column_block.max()) + 1
    of_block = partial(_only, features, [column_block[columns] for columns in feature_columns])
    sums = np.stack([layers.sums(of_block(block)) for block in range(n_blocks)])
    by_block = block_values(layers, sums)
    by_column = _gradients(layers, features, feature_columns, sums.sum(axis=0), len(column_block))
    for block in range(n_blocks):
        mine = np.flatnonzero(column_block == block)
        size = np.abs(by_column[:, mine])
        total = size.sum(axis=1, keepdims=True)
        share = np.divide(size, total, out=np.full_like(size, 1.0 / len(mine)), where=total > 0)
        left = by_block[:, block] - by_column[:, mine].sum(axis=1)
        by_column[:, mine] += share * left[:, None]
    # Of one row, for all: on some processors a sum's last digit hangs on the row's place among the others.
    base = layers.after(np.zeros_like(sums[0][:, :1]))
    return np.column_stack([by_column, np.repeat(base, len(by_column))])


def _only(features: Sequence[Float32Array], feature_blocks: Sequence[IntArray], block: int) -> list[Float32Array]:
    return [x * (blocks == block) for x, blocks in zip(features, feature_blocks, strict=True)]


def _gradients(
    layers: Layers,
    features: Sequence[Float32Array],
    feature_columns: Sequence[IntArray],
    sums: Float32Array,
    n_columns: int,
) -> FloatArray:
    """Integrated gradients by column, shape (n_rows, n_columns)."""
    way = (np.arange(STEPS) + 0.5) / STEPS
    slope: Float32Array = np.zeros_like(sums)
    for share in way:
        slope += layers.slopes(np.float32(share) * sums) / np.float32(STEPS)
    made = np.zeros((len(features[0]), n_columns))
    start = 0
    for x, columns, (weight, _) in zip(features, feature_columns, layers.branches, strict=True):
        width = weight.shape[2]
        by_feature = x * (slope[:, :, start : start + width] @ weight.transpose(0, 2, 1)).sum(axis=0)
        for place, column in enumerate(columns.tolist()):
            made[:, column] += by_feature[:, place]
        start += width
    return made
