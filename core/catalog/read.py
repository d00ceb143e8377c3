"""From files to a checked :class:`core.types.Catalog`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from core.catalog import checks, findings
from core.catalog.checks import TEST_COLUMNS, TRAIN_COLUMNS
from core.catalog.files import FileContent, read_file
from core.catalog.override_file import overrides_path, with_overrides
from core.catalog.sides import read_sides
from core.catalog.source import CatalogSource, ReadOptions
from core.catalog.tables import RawTable, column_names, id_column, number_column, read_table, text_column
from core.errors import InputError
from core.store import cache_key
from core.types import ID, IMAGE, PRICE, TEXT, Catalog, Notice, SplitFrame

# Raise when the same files would give other items, prices or sides.
VERSION = 1
DEFAULTS = ReadOptions()


def read_catalog(
    train: Path,
    test: Path,
    *,
    sides: Sequence[Path] = (),
    options: ReadOptions = DEFAULTS,
    name: str = "",
) -> Catalog:
    """Read and check a catalogue.

    Args:
        train: CSV, CSV.gz or Parquet with ``sample_id``, ``catalog_content``, ``image_link`` and ``price``.
        test: The same without ``price``.
        sides: Side tables keyed by ``sample_id``; ``x_train.csv`` and ``x_test.csv`` are one table ``x``.
        options: How to read.
        name: What the screens call it; the train file's folder when blank.

    Returns:
        The catalogue with what the checks found, worst first. Its key is a hash of the two files' whole contents and
        the options; side tables have keys of their own, so that bringing one leaves all else where it is.

    Raises:
        InputError: A file cannot be used; the message says where and what to do.
    """
    contents = read_file(train), read_file(test)
    columns = column_names(contents[0]), column_names(contents[1])
    checks.check_roles(*contents, *columns)
    train_items, price, notices = _read_train(contents[0], columns[0], options)
    test_items, test_notices = _read_items(contents[1], columns[1])
    kept = train_items if len(price) == len(train_items) else train_items.loc[price.index]
    items = SplitFrame(kept, test_items)
    side_tables, side_notices = read_sides(sides, items, known=train_items.index)
    found = [*contents[0].notices, *contents[1].notices, *notices, *test_notices]
    key = cache_key(
        "catalog",
        VERSION,
        {"drop_bad_prices": options.drop_bad_prices},
        [content.digest for content in contents],
    )
    return Catalog(
        name=name or train.resolve().parent.name,
        items=items,
        price=price,
        key=key,
        notices=findings.worst_first([*found, *findings.row_findings(items), *side_notices]),
        sides=side_tables,
    )


def load_catalog(source: CatalogSource, *, corrected: bool = True) -> Catalog:
    """:func:`read_catalog` of what ``source`` names, with the override table that stands beside the train file.

    Args:
        corrected: False leaves the override table alone, for a caller that adds it by :func:`with_overrides`.

    Raises:
        InputError: As there, or the folder of photos is none, or the override table cannot be used.
    """
    if source.images is not None and not Path(source.images).is_dir():
        raise InputError(f"{source.images}: no such folder of photos.", "Name the folder, or leave the photos out.")
    catalog = read_catalog(
        Path(source.train),
        Path(source.test),
        sides=[Path(side) for side in source.sides],
        options=ReadOptions(source.drop_bad_prices),
        name=source.name,
    )
    return with_overrides(catalog, overrides_path(source)) if corrected else catalog


def _read_train(
    content: FileContent, columns: list[str], options: ReadOptions
) -> tuple[pd.DataFrame, pd.Series, list[Notice]]:
    """Items of every train row, and the usable prices."""
    checks.check_columns(content.name, columns, TRAIN_COLUMNS)
    raw = read_table(content, TRAIN_COLUMNS)
    ids = id_column(raw, ID)
    checks.check_ids(raw, ids)
    numbers, texts = number_column(raw, PRICE)
    good, notices = checks.check_prices(raw, ids, numbers, texts, drop=options.drop_bad_prices)
    items = _items(raw, ids)
    price = pd.Series(numbers[good], index=items.index[good], name=PRICE)
    return items, price, notices + findings.extra_columns(content.name, columns, TRAIN_COLUMNS)


def _read_items(content: FileContent, columns: list[str]) -> tuple[pd.DataFrame, list[Notice]]:
    checks.check_columns(content.name, columns, TEST_COLUMNS)
    raw = read_table(content, TEST_COLUMNS)
    ids = id_column(raw, ID)
    checks.check_ids(raw, ids)
    return _items(raw, ids), findings.extra_columns(content.name, columns, TEST_COLUMNS)


def _items(raw: RawTable, ids: pd.Series) -> pd.DataFrame:
    columns = {name: text_column(raw, name).array for name in (TEXT, IMAGE)}
    return pd.DataFrame(columns, index=pd.Index(ids, name=ID))
