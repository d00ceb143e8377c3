"""The data dictionary: what each column of an exported feature table holds, in which unit, and how filled it is."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.types import BlockInfo

DICTIONARY_COLUMNS = (
    "block",
    "column",
    "meaning",
    "unit",
    "dtype",
    "train_pct",
    "test_pct",
    "min",
    "median",
    "max",
    "uses_target",
)
_LOG_OF = "natural log of "
# What a column's name or meaning says of its unit; the first that fits counts. A flag's meaning ends in what it flags,
# so flags come before everything that could be read in that.
_UNITS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), unit)
    for pattern, unit in (
        (r"\| ?1 when ", "0 or 1"),
        (r"\b0 to 1\b|, share of |_share \|", "share, 0 to 1"),
        (r"_g \|", "g"),
        (r"_ml \|", "ml"),
        (r"\bin g, ml or pieces\b", "g, ml or pieces"),
        (r", g\b", "g"),
        (r"_chars \||, characters\b", "characters"),
        (r"_words \||\bwords\b", "words"),
        (r"\bas a number: ", "code"),
        (r"^(?:n_\w+|\w*count) \||\b(?:commas|brackets|packages|pieces|claims)\b", "count"),
        (r"\bscore\b", "score"),
    )
)


@dataclass(frozen=True)
class ColumnNote:
    """What is known of a column beside its values.

    Attributes:
        block: Its block, ``""`` for what stands before the blocks.
        unit: ``""`` when it has none or tells none.
        uses_target: True when a price was seen to make it.
    """

    block: str
    meaning: str
    unit: str = ""
    uses_target: bool = False


LEADING: Mapping[str, ColumnNote] = MappingProxyType(
    {
        "sample_id": ColumnNote("", "the product's id in the train or test file"),
        "split": ColumnNote("", "file of the product: train or test"),
        "brand": ColumnNote("", "who makes it, as read; blank when unknown"),
        "brand_confidence": ColumnNote("", "how sure that reading is", "share, 0 to 1"),
        "pack_count": ColumnNote("", "packages in the offer; 1 when the text names no pack", "count"),
        "unit_size": ColumnNote("", "one package, in the unit of its kind", "g, ml or pieces"),
        "unit_kind": ColumnNote("", "how it is measured: weight, volume or count; blank when unknown"),
        "total_weight_g": ColumnNote("", "whole offer; only for weights", "g"),
        "total_volume_ml": ColumnNote("", "whole offer; only for volumes", "ml"),
        "total_count": ColumnNote("", "pieces in the offer", "count"),
    }
)
"""Notes on the columns that stand before the blocks."""


def unit_of(column: str, meaning: str) -> str:
    """Unit of a block's column by its name and its meaning; ``""`` when neither tells.

    >>> unit_of("total_weight_g", "whole offer, g; only for weights")
    'g'
    >>> unit_of("log_pack", "natural log of pack_count")
    'natural log'
    """
    if meaning.startswith(_LOG_OF):
        return "natural log"
    said = f"{column} | {meaning}"
    return next((unit for pattern, unit in _UNITS if pattern.search(said)), "")


def block_notes(infos: Mapping[str, BlockInfo], columns: Mapping[str, list[str]]) -> dict[str, ColumnNote]:
    """Notes on ``block.column`` for every column of the named blocks.

    Args:
        infos: The blocks.
        columns: Columns of each block, as it was made.
    """
    return {
        f"{name}.{column}": ColumnNote(
            name,
            info.columns.get(column, ""),
            unit_of(column, info.columns.get(column, "")),
            info.uses_target,
        )
        for name, info in infos.items()
        for column in columns[name]
    }


def dictionary_table(table: pd.DataFrame, notes: Mapping[str, ColumnNote], *, n_train: int) -> pd.DataFrame:
    """One row a column of an exported table, in its order.

    Args:
        table: As exported, train rows first; a named index counts as its first column.
        notes: By column name; a column without a note is described by its values alone.

    Returns:
        Columns :data:`DICTIONARY_COLUMNS`; ``train_pct`` and ``test_pct`` are the shares of rows with a value (blank
        text is none), NaN without rows; ``min``, ``median`` and ``max`` are NaN for what is no number.
    """
    whole = table.reset_index() if table.index.name else table
    rows = [_described(whole[name], {**LEADING, **notes}.get(str(name)), n_train) for name in whole.columns]
    return pd.DataFrame(rows, columns=list(DICTIONARY_COLUMNS))


def dictionary_csv(table: pd.DataFrame) -> bytes:
    """:func:`dictionary_table` as a CSV file in UTF-8."""
    return table.to_csv(index=False, lineterminator="\n", float_format="%.6g").encode()


def described_parquet(table: pd.DataFrame, notes: Mapping[str, ColumnNote]) -> bytes:
    """A Parquet file whose columns carry ``block``, ``meaning``, ``unit`` and ``uses_target`` as field metadata.

    The index is written when it has a name.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = pa.Table.from_pandas(table, preserve_index=bool(table.index.name))
    known = {**LEADING, **notes}
    fields = [
        field.with_metadata(_metadata(known[field.name])) if field.name in known else field for field in arrow.schema
    ]
    buffer = io.BytesIO()
    schema = pa.schema(fields, metadata=arrow.schema.metadata)
    pq.write_table(pa.Table.from_arrays(arrow.columns, schema=schema), buffer, compression="zstd")
    return buffer.getvalue()


def _metadata(note: ColumnNote) -> dict[str, str]:
    return {
        "block": note.block,
        "meaning": note.meaning,
        "unit": note.unit,
        "uses_target": "true" if note.uses_target else "false",
    }


def _described(column: pd.Series, note: ColumnNote | None, n_train: int) -> tuple[object, ...]:
    note = note or ColumnNote("", "")
    numeric = pd.api.types.is_numeric_dtype(column) and column.name != "sample_id"
    filled = column.notna() if numeric else column.notna() & (column.astype(object) != "")
    shares = [100.0 * float(part.mean()) if len(part) else np.nan for part in (filled[:n_train], filled[n_train:])]
    values = column.dropna().astype(np.float64) if numeric else pd.Series(dtype=np.float64)
    spread = (values.min(), values.median(), values.max()) if len(values) else (np.nan, np.nan, np.nan)
    dtype = "category" if isinstance(column.dtype, pd.CategoricalDtype) else str(column.dtype)
    return note.block, str(column.name), note.meaning, note.unit, dtype, *shares, *spread, note.uses_target
