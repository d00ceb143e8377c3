"""A submission file from wherever, as it stands: nothing is refused that a check would rather count."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.catalog.files import read_file
from core.catalog.tables import column_names, id_column, read_table, text_column
from core.types import ID, PRICE


@dataclass(frozen=True)
class SubmittedFile:
    """What a file holds.

    Attributes:
        frame: ``sample_id`` and ``price`` as text, in the file's order; only the header's columns, without rows, where
            the header is another one.
        data: The bytes on the disk.
    """

    name: str
    frame: pd.DataFrame
    data: bytes


def read_submitted(path: Path) -> SubmittedFile:
    """Read a CSV or Parquet file of ``sample_id`` and ``price``.

    Raises:
        InputError: It cannot be read as a table, or has no rows.
    """
    content = read_file(path)
    columns = column_names(content)
    data = path.read_bytes()
    if columns != [ID, PRICE]:
        return SubmittedFile(content.name, pd.DataFrame(columns=pd.Index(columns)), data)
    raw = read_table(content, columns)
    return SubmittedFile(content.name, pd.DataFrame({ID: id_column(raw, ID), PRICE: text_column(raw, PRICE)}), data)
