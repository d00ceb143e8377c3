"""One file as columns: text exactly as it stands in the file, ids as text, prices as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from core.catalog.files import FileContent
from core.catalog.lines import header_of, open_quote, parse_error, places
from core.errors import InputError
from core.types import FloatArray

# Rows may be larger than pyarrow's default block of 1 MiB, which it would refuse.
_BLOCK_BYTES = 1 << 25
_TEXT = pa.large_string()
# Below this a float64 holds every integer.
_EXACT_INTEGERS = 2.0**53


@dataclass(frozen=True)
class RawTable:
    """The wanted columns of one file: all text for a CSV, typed for Parquet."""

    content: FileContent
    table: pa.Table

    @property
    def name(self) -> str:
        return self.content.name

    @property
    def n_rows(self) -> int:
        return int(self.table.num_rows)

    def places(self, rows: Sequence[int]) -> list[str]:
        """``"line 12"`` for each data row, counted from 0."""
        return places(self.content, rows)


def column_names(content: FileContent) -> list[str]:
    """The header, without reading the rows.

    Raises:
        InputError: A Parquet file is damaged.
    """
    if content.kind == "csv":
        return header_of(content)
    try:
        return [str(name) for name in pq.read_schema(pa.BufferReader(content.data)).names]
    except (pa.ArrowException, OSError):
        raise _damaged(content) from None


def read_table(content: FileContent, columns: Sequence[str]) -> RawTable:
    """The named columns, which must exist.

    Raises:
        InputError: The rows cannot be parsed, or there are none.
    """
    table = _parquet(content, columns) if content.kind == "parquet" else _csv(content, columns)
    if table.num_rows == 0:
        raise InputError(f"{content.name} has a header and no rows.", "Give a file with products in it.")
    return RawTable(content, table)


def _csv(content: FileContent, columns: Sequence[str]) -> pa.Table:
    if content.data.count(b'"') % 2 and (error := open_quote(content)) is not None:
        # In the last column the fast reader takes an open quote for the rest of the file without a word.
        raise error
    try:
        return pa_csv.read_csv(
            pa.BufferReader(content.data),
            read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(columns),
                column_types=dict.fromkeys(columns, _TEXT),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
    except pa.ArrowException:
        raise parse_error(content) from None


def _parquet(content: FileContent, columns: Sequence[str]) -> pa.Table:
    try:
        return pq.read_table(pa.BufferReader(content.data), columns=list(columns))
    except (pa.ArrowException, OSError):
        raise _damaged(content) from None


def _damaged(content: FileContent) -> InputError:
    return InputError(f"{content.name} is a damaged or cut-off Parquet file.", "Write it again.")


def text_column(raw: RawTable, name: str) -> pd.Series:
    """A column as ``str``, blank where missing, with ``\\n`` for CRLF.

    Raises:
        InputError: A Parquet column of this name holds no text.
    """
    column = raw.table.column(name)
    if raw.content.kind == "parquet":
        column = pc.replace_substring(_as_text(raw, name), pattern="\r\n", replacement="\n")
    return pd.Series(column.fill_null("").to_pandas(), dtype="str", name=name)


def id_column(raw: RawTable, name: str) -> pd.Series:
    """Ids as ``str``: from CSV to the letter, from Parquet integers (also those kept as floats) without a point."""
    column = raw.table.column(name)
    if pa.types.is_floating(column.type):
        numbers = to_floats(column)
        known = numbers[~np.isnan(numbers)]
        if (known == np.trunc(known)).all() and (np.abs(known) < _EXACT_INTEGERS).all():
            return pd.Series(["" if np.isnan(n) else str(int(n)) for n in numbers], dtype="str", name=name)
    return text_column(raw, name)


def _as_text(raw: RawTable, name: str) -> pa.ChunkedArray:
    column = raw.table.column(name)
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    try:
        return pc.cast(column, _TEXT)
    except pa.ArrowException:
        raise InputError(f"{raw.name}: column '{name}' holds {column.type}, not text.", "Write it as text.") from None


def number_column(raw: RawTable, name: str) -> tuple[FloatArray, list[str]]:
    """A column as numbers and as the text that each was written as; NaN where the text is no number."""
    column = raw.table.column(name)
    kind = column.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        numbers = to_floats(column)
        return numbers, ["" if np.isnan(number) else f"{number:g}" for number in numbers]
    texts = [str(text) for text in text_column(raw, name)]
    return np.array([to_number(text) for text in texts], dtype=np.float64), texts


def to_floats(column: pa.ChunkedArray) -> FloatArray:
    """A numeric or boolean column as ``float64``, NaN where missing; huge integers lose their last digits."""
    return np.asarray(pc.cast(column, pa.float64(), safe=False).to_pandas(), dtype=np.float64)


def to_number(text: str) -> float:
    """The number that ``text`` is, or NaN. Python's digit groups (``1_000``) are no number here."""
    if "_" in text:
        return np.nan
    try:
        return float(text)
    except ValueError:
        return np.nan
