"""Any column as a few whole-number codes, so that comparing two files under thousands of labels is counting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from core.types import FloatArray, IntArray

Kind: TypeAlias = Literal["numeric", "category"]

MAX_CUTS = 31
"""Cuts of a number with many values, at even quantiles of both files together: 32 groups of 3 % of the rows."""
MAX_LEVELS = 64
"""Levels of a category that are told apart, the most frequent of both files together; the others are one."""
OTHERS = "any other"


@dataclass(frozen=True)
class Coded:
    """One column, both files.

    Attributes:
        kind: ``numeric`` codes are in order, ``category`` codes are not.
        code: 0 to ``n_values − 1`` for a row with a value, ``n_values`` for a missing one.
        n_values: Distinct codes of values.
        labels: Of a number, its cut at the upper end of each code but the last (``"12.5"``); of a category, each
            code's level.
        is_flag: A number that is 0 or 1 and nothing else.
    """

    kind: Kind
    code: IntArray
    n_values: int
    labels: tuple[str, ...]
    is_flag: bool = False

    @property
    def missing(self) -> int:
        """Code of a row without a value."""
        return self.n_values


def coded_column(column: pd.Series, *, is_log: bool = False) -> Coded:
    """Codes of a numeric or category column; both files stacked, so that neither sets the cuts.

    Args:
        is_log: The numbers are natural logarithms; the labels say what they are the logarithms of.
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return _numeric(column.to_numpy(dtype=np.float64, na_value=np.nan), is_log=is_log)
    return _category(column)


def _numeric(values: FloatArray, *, is_log: bool) -> Coded:
    known = ~np.isnan(values)
    distinct = np.unique(values[known])
    cuts = distinct[:-1] if distinct.size <= MAX_CUTS + 1 else _quantile_cuts(values[known])
    code = np.full(values.shape, cuts.size + 1, dtype=np.int64)
    # The rows at a cut belong below it: code i holds what is at most cut i and above the one before.
    code[known] = np.searchsorted(cuts, values[known], side="left")
    is_flag = distinct.size == 2 and distinct.tolist() == [0.0, 1.0]
    return Coded(
        "numeric", code, cuts.size + 1, tuple(_short(float(cut)) for cut in (np.exp(cuts) if is_log else cuts)), is_flag
    )


def _quantile_cuts(values: FloatArray) -> FloatArray:
    shares = np.arange(1, MAX_CUTS + 1) / (MAX_CUTS + 1)
    cuts: FloatArray = np.unique(np.quantile(values, shares, method="inverted_cdf"))
    below: FloatArray = cuts[cuts < values.max()]
    return below


def _category(column: pd.Series) -> Coded:
    text = column.astype("object")
    known = text.notna().to_numpy() & (text != "").to_numpy()
    counts = text[known].astype(str).value_counts()
    # Ties by name, not by the order of the rows: the levels that are kept must not depend on the files.
    levels = sorted(counts.index, key=lambda level: (-int(counts[level]), level))
    frequent = sorted(levels[:MAX_LEVELS])
    names: Sequence[str] = [*frequent, OTHERS] if len(levels) > MAX_LEVELS else frequent
    position = {level: at for at, level in enumerate(frequent)}
    rest = len(frequent)
    code = np.full(len(column), len(names), dtype=np.int64)
    code[known] = [position.get(str(level), rest) for level in text[known]]
    return Coded("category", code, len(names), tuple(names))


def _short(value: float) -> str:
    return f"{float(f'{value:.4g}'):,.12g}"
