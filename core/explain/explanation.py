"""SHAP values of sampled rows, and their folding by column and by block."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import AlignmentError


@dataclass(frozen=True)
class Explanation:
    """SHAP values in ``log_price``: for each row they and the base value add up to its out-of-fold prediction.

    Attributes:
        shap: Rows × columns, indexed by ``sample_id``; +0.1 makes the product about 10 % dearer.
        base_log_price: Each row's base value, the mean prediction of the fold model that explains it.
        values: The columns' values that the model saw, same rows and columns; a category is its code.
        column_blocks: Block of each column, in the columns' order.
        key: Cache key.
        seconds: What computing it cost when it was computed.
        cached: True when it was read instead.
    """

    shap: pd.DataFrame
    base_log_price: pd.Series
    values: pd.DataFrame
    column_blocks: list[str]
    key: str
    seconds: float
    cached: bool

    def __post_init__(self) -> None:
        if not self.shap.index.equals(self.values.index) or not self.shap.index.equals(self.base_log_price.index):
            raise AlignmentError("SHAP values, base values and column values name different rows")
        if list(self.shap.columns) != list(self.values.columns) or len(self.column_blocks) != self.shap.shape[1]:
            raise AlignmentError("SHAP values, column values and blocks differ in columns")

    @property
    def sample_ids(self) -> pd.Index:
        return self.shap.index

    @property
    def log_price(self) -> pd.Series:
        """The explained out-of-fold predictions."""
        return (self.base_log_price + self.shap.sum(axis=1)).rename("log_price")


def column_importance(explanation: Explanation) -> pd.DataFrame:
    """Mean |SHAP| of each column.

    Returns:
        ``column``, ``block``, ``mean_abs_shap`` (in ``log_price``), ``share_pct`` (of the columns' sum); largest first.
    """
    size = explanation.shap.abs().mean(axis=0).to_numpy(dtype=np.float64)
    table = pd.DataFrame(
        {"column": explanation.shap.columns, "block": explanation.column_blocks, "mean_abs_shap": size}
    )
    return _largest_first(table, "column")


def block_values(explanation: Explanation) -> pd.DataFrame:
    """SHAP values added up within each block: rows × blocks, in ``log_price``; as additive as the columns."""
    blocks = pd.Index(explanation.column_blocks, name="block")
    by_block: pd.DataFrame = explanation.shap.T.set_axis(blocks).groupby(level="block").sum().T
    return by_block


def block_importance(explanation: Explanation) -> pd.DataFrame:
    """Mean |SHAP| of each block, its columns added up first so that columns which cancel do not count twice.

    Returns:
        ``block``, ``columns`` (how many), ``mean_abs_shap``, ``share_pct``; largest first.
    """
    totals = block_values(explanation).abs().mean(axis=0)
    count = pd.Series(explanation.column_blocks).value_counts()
    table = pd.DataFrame(
        {
            "block": totals.index,
            "columns": count.reindex(totals.index).to_numpy(dtype=np.int64),
            "mean_abs_shap": totals.to_numpy(dtype=np.float64),
        }
    )
    return _largest_first(table, "block")


def _largest_first(table: pd.DataFrame, name: str) -> pd.DataFrame:
    total = float(table["mean_abs_shap"].sum())
    shared = table.assign(share_pct=100.0 * table["mean_abs_shap"] / total if total > 0 else 0.0)
    return shared.sort_values(["mean_abs_shap", name], ascending=[False, True], ignore_index=True)
