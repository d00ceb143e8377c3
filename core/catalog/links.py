"""The links of one file, for a download that needs nothing else of it."""

from __future__ import annotations

from pathlib import Path

from core.catalog.checks import check_columns
from core.catalog.files import read_file
from core.catalog.tables import column_names, read_table, text_column
from core.types import IMAGE


def read_links(path: Path) -> list[str]:
    """The ``image_link`` of each row of a CSV, CSV.gz or Parquet file, ``""`` where it is blank; train or test.

    Raises:
        InputError: The file cannot be used, or has no such column.
    """
    content = read_file(path)
    check_columns(content.name, column_names(content), (IMAGE,))
    return [str(link) for link in text_column(read_table(content, (IMAGE,)), IMAGE)]
