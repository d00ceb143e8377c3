"""Columns that tell rows of large errors from rows of small ones, alike for train rows and test rows.

Beside the words and the sizes: how the model stands to a row's brand (support in the training part of its fold) and
how large the brand is in both files together. The size of a brand that the model never saw is what the folds and test
differ in most: an unseen brand of the plain folds has one row, a brand left out of train may have fifty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.shift.design_matrix import design_matrix
from core.types import FloatArray, SplitFrame

BRAND_PREFIX = "brand."


@dataclass(frozen=True)
class FixedColumns:
    """Columns that no model changes.

    Attributes:
        train, test: Shape (n_rows, n_columns), from :func:`core.shift.columns.shift_columns` without the brand's.
        train_brand_rows, test_brand_rows: Rows of the row's brand in both files together; 0 where it is unknown.
    """

    train: FloatArray
    test: FloatArray
    train_brand_rows: FloatArray
    test_brand_rows: FloatArray

    def without_brand_rows(self) -> FixedColumns:
        """Where only ordinary folds are at hand: their unseen brands are too small to say what large ones cost."""
        zeros = (np.zeros_like(rows) for rows in (self.train_brand_rows, self.test_brand_rows))
        return FixedColumns(self.train, self.test, *zeros)


def fixed_columns(columns: SplitFrame, named: SplitFrame) -> FixedColumns:
    """Words and sizes as a matrix without gaps, brands as row counts.

    Args:
        columns: Of :func:`core.shift.columns.shift_columns`.
        named: Column ``brand_key``.
    """
    stacked = columns.stacked()
    kept = stacked[[name for name in stacked.columns if not str(name).startswith(BRAND_PREFIX)]]
    matrix, _ = design_matrix(kept)
    n_train = len(columns.train)
    rows = brand_rows_total(named.train["brand_key"], named.test["brand_key"])
    return FixedColumns(matrix[:n_train], matrix[n_train:], rows[:n_train], rows[n_train:])


def brand_rows_total(train_key: pd.Series, test_key: pd.Series) -> FloatArray:
    """Rows of each row's brand in both files together, train rows first; 0 where it is unknown."""
    keys: npt.NDArray[np.object_] = np.concatenate([side.to_numpy(dtype=object) for side in (train_key, test_key)])
    _, code, count = np.unique(keys.astype(str), return_inverse=True, return_counts=True)
    return np.where(keys.astype(str) == "", 0.0, count[code].astype(np.float64))


def error_columns(
    fixed: FloatArray, support: FloatArray, brand_rows: FloatArray, log_price: FloatArray, *, centre: float
) -> FloatArray:
    """``fixed`` with what the model knows of each row and what it predicts.

    Args:
        fixed: Shape (n_rows, n_columns).
        support: Rows of the row's brand that its model learned from; NaN where the brand is unknown.
        brand_rows: Of :func:`brand_rows_total`.
        log_price: What its model predicts.
        centre: Subtracted from ``log_price``, the same for all sources.
    """
    size = np.log1p(brand_rows)
    unseen = (support == 0).astype(np.float64)
    told = log_price - centre
    known = [np.log1p(np.nan_to_num(support)), unseen, np.isnan(support).astype(np.float64), size, size * unseen]
    return np.column_stack([fixed, *known, told, told**2])
