"""Any table of numeric and category columns as a dense matrix that a linear classifier reads well."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.types import FloatArray

MAX_LEVELS = 40


def design_matrix(frame: pd.DataFrame) -> tuple[FloatArray, list[str]]:
    """Standardised columns, and for each the name of the column that it was made from.

    A number becomes its normal score (its rank on a bell curve), which tames values such as 46,752 ounces;
    a column with gaps brings a second one that marks them; a category becomes one column for each of its
    :data:`MAX_LEVELS` most frequent levels. Constant columns are left out.
    """
    parts: list[FloatArray] = []
    origin: list[str] = []
    for name in frame.columns:
        column = frame[name]
        made = _numeric(column) if pd.api.types.is_numeric_dtype(column.dtype) else _levels(column)
        parts.extend(made)
        origin.extend([str(name)] * len(made))
    if not parts:
        return np.zeros((len(frame), 0)), []
    return np.column_stack(parts), origin


def _numeric(column: pd.Series) -> list[FloatArray]:
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    gap = np.isnan(values)
    made = [] if gap.all() else [_standard(np.where(gap, 0.0, _normal_score(column.where(~gap))))]
    if gap.any() and not gap.all():
        made.append(_standard(gap.astype(np.float64)))
    return [part for part in made if part.any()]


def _normal_score(column: pd.Series) -> FloatArray:
    from scipy.stats import norm

    rank = column.rank(method="average").to_numpy(dtype=np.float64)
    score: FloatArray = norm.ppf((rank - 0.5) / np.nanmax(rank.round().clip(min=1)))
    return np.nan_to_num(np.clip(score, -3.0, 3.0))


def _levels(column: pd.Series) -> list[FloatArray]:
    text = column.astype("object").where(column.notna(), "").astype("str")
    frequent = text.value_counts().index[:MAX_LEVELS]
    made = [_standard((text == level).to_numpy(dtype=np.float64)) for level in frequent]
    return [part for part in made if part.any()]


def _standard(values: FloatArray) -> FloatArray:
    spread = float(values.std())
    return np.zeros_like(values) if spread < 1e-12 else (values - values.mean()) / spread
