"""Blocks that LightGBM has binned already, joined into one data set in milliseconds.

A column's bins depend on that column alone, so that a block is binned once for a fold's rows and joined with any others
by ``add_features_from``. Predictions are bit-identical to those of a data set made afresh from the same columns, and so
are the model's trees, as long as features are not bundled (``enable_bundle``): bundles are sought over all columns at
once, from 10,000 rows on they may lose a row in 10,000, and a joined set can have them only inside a block.

Known traps, each with a test: joining writes into the first set, which is therefore copied; a first set without a
usable column would be read past its end; LightGBM renames columns of the same name; the parameters that make a data
set (``max_bin``, ``min_data_in_leaf``) must be the ones that it is trained with.

Bins are kept in memory, not on the disk: reading LightGBM's binary back takes 3 ms where binning 20,000 rows of 28
columns takes 71, but the numbers behind the bins are needed anyway, to predict the other rows, and they are what costs.
A full run bins afresh: it has a worker process of its own, in which nothing is kept yet, and it does bundle.

XGBoost has no such join, and needs none: its sketch too goes column by column, so that pieces side by side
(:func:`core.train.matrix.join_pieces`) are the very matrix that a ``QuantileDMatrix`` would be made from otherwise.
"""

from __future__ import annotations

import itertools
import threading
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.types import Float32Array, FloatArray

_JOINING = threading.Lock()
_TAGS = itertools.count()
"""Column names differ from block to block, because LightGBM renames those of the same name, and says so each time."""


@dataclass(frozen=True)
class BinSpec:
    """What a data set is made with; a set can be trained with no other values of these.

    Attributes:
        max_bin: Bins of a column.
        min_leaf_rows: A column that cannot part so many rows from the others is left out.
    """

    max_bin: int = 255
    min_leaf_rows: int = 20

    def parameters(self) -> dict[str, Any]:
        """As LightGBM calls them, for the data set and for training with it."""
        return {
            "max_bin": self.max_bin,
            "min_data_in_leaf": self.min_leaf_rows,
            "enable_bundle": False,
            "verbosity": -1,
        }


@dataclass(frozen=True)
class BinnedBlock:
    """Columns of one block for one fold's rows, binned.

    Attributes:
        dataset: LightGBM's data set; never trained with and never joined into.
        n_rows: Its rows.
        n_columns: Its columns, constant ones included.
        usable: True when a column can be split at all.
    """

    dataset: Any
    n_rows: int
    n_columns: int
    usable: bool

    @property
    def n_bytes(self) -> int:
        """About what it holds in memory: a byte a value up to 256 bins, and the bins' borders."""
        return self.n_rows * (self.n_columns + 4) + 4096 * self.n_columns


def bin_block(values: Float32Array, categorical: Sequence[int], bins: BinSpec, *, threads: int = 1) -> BinnedBlock:
    """Bin a block's columns for the rows that a model will be fitted on.

    Args:
        values: Shape (n_fit, n_columns).
        categorical: Positions of the columns that hold category codes.
    """
    import lightgbm

    n_rows, n_columns = values.shape
    tag = next(_TAGS)
    dataset = lightgbm.Dataset(
        values,
        label=np.zeros(n_rows, dtype=np.float32),
        feature_name=[f"b{tag}c{place}" for place in range(n_columns)],
        categorical_feature=list(categorical),
        params={**bins.parameters(), "num_threads": threads},
    ).construct()
    usable = any(dataset.feature_num_bin(place) > 1 for place in range(n_columns))
    return BinnedBlock(dataset, n_rows, n_columns, usable)


def join_binned(blocks: Sequence[BinnedBlock], log_price: FloatArray) -> Any:
    """One data set of all the blocks' columns in their order, ready to train with the parameters of their ``BinSpec``.

    Args:
        blocks: Of the same rows and binned alike; none of them is changed.
        log_price: Shape (n_fit,).

    Raises:
        ValueError: No blocks, other rows, or a first block without a usable column; see :func:`usable_blocks`.
    """
    if not blocks or not blocks[0].usable:
        raise ValueError("the first of the joined blocks must have a column that can be split")
    if any(block.n_rows != len(log_price) for block in blocks):
        raise ValueError(f"{[block.n_rows for block in blocks]} rows in the blocks, {len(log_price)} prices")
    joined = blocks[0].dataset.subset(np.arange(len(log_price), dtype=np.int32)).construct()
    # Filters are the whole process's: another thread must not meet the list while one is taken out and put back.
    with _JOINING:
        # The raw values are gone on purpose, and what LightGBM "resets" is only its Python side's note of categories.
        for said in ("Cannot add features from NoneType", "Resetting categorical features"):
            warnings.filterwarnings("ignore", message=said, category=UserWarning)
        for block in blocks[1:]:
            joined.add_features_from(block.dataset)
    joined.set_label(log_price)
    return joined.set_feature_name([f"c{place}" for place in range(sum(block.n_columns for block in blocks))])


def usable_blocks(blocks: Sequence[BinnedBlock]) -> list[int]:
    """Positions of the blocks that a tree could split by; the others can be left out without changing a prediction."""
    return [place for place, block in enumerate(blocks) if block.usable]
