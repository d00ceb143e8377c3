"""One column of a side table: a number where every value is one, text otherwise, missing where blank."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.catalog.tables import RawTable, to_floats, to_number
from core.types import FloatArray

# What pandas reads as missing, and a lone dash or question mark.
_MISSING = frozenset(["", "nan", "na", "n/a", "#n/a", "<na>", "null", "none", "-", "?"])
_BOOLEAN = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0}


def side_column(raw: RawTable, name: str) -> pd.Series:
    """``float64`` from numbers, booleans and times (seconds since 1970); otherwise ``str``; missing is NaN.

    Lists and structures are read as their printed form, which the free-text rule then judges.
    """
    column = raw.table.column(name)
    kind = column.type
    if (
        pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    ):
        return _finite(to_floats(column))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        seconds = pc.cast(column, pa.timestamp("s"), safe=False)
        return _finite(to_floats(pc.cast(seconds, pa.int64())))
    texts = pd.Series(
        [None if value is None else str(value).strip() for value in column.to_pylist()], dtype="str", name=name
    )
    return texts.mask(texts.str.lower().isin(_MISSING))


def _finite(values: FloatArray) -> pd.Series:
    return pd.Series(np.where(np.isfinite(values), values, np.nan))


def numbers_of(pieces: list[pd.Series]) -> list[pd.Series] | None:
    """The pieces of one column as ``float64``, or None when any value in any piece is no number."""
    numbers = [_numbers(piece) for piece in pieces]
    return None if any(part is None for part in numbers) else [part for part in numbers if part is not None]


def _numbers(piece: pd.Series) -> pd.Series | None:
    if pd.api.types.is_float_dtype(piece.dtype):
        return piece
    # Each spelling is parsed once, and text is known for text at its first word.
    number_of: dict[str, float] = {}
    for text in map(str, piece.dropna().unique().tolist()):
        number_of[text] = number = _BOOLEAN.get(text.lower(), to_number(text))
        if np.isnan(number):
            return None
    numbers = np.array([number_of.get(text, np.nan) for text in piece.tolist()], dtype=np.float64)
    return pd.Series(np.where(np.isfinite(numbers), numbers, np.nan), index=piece.index)
