"""Side tables: columns that the user brought, keyed by ``sample_id``.

A column whose every value is a number or a boolean becomes ``float64``, any other text becomes ``category``. Left
out, with a notice: a column called ``price``, an empty one, one that only one of two files has, and free text, that
is more than :data:`FREE_TEXT_VALUES` different values of which more than :data:`FREE_TEXT_PCT` percent stand once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog.checks import KEPT_IDS, check_columns, check_ids, count_of, is_price_name, listed, shown, stand_in
from core.catalog.columns import numbers_of, side_column
from core.catalog.files import read_file
from core.catalog.tables import RawTable, column_names, id_column, read_table
from core.errors import InputError
from core.store import cache_key
from core.types import ID, PRICE, Notice, SideTable, SplitFrame

# Raise when the same files would give other columns.
VERSION = 1
FREE_TEXT_VALUES = 1000
FREE_TEXT_PCT = 90.0
_ROLE = re.compile(r"^(?P<name>.+)_(?P<role>train|test)$")
_POINT_ZERO = re.compile(r"\.0+$")


@dataclass(frozen=True)
class _SideFile:
    """One file of a side table: ``role`` is ``"train"``, ``"test"`` or ``""`` for a file of its own."""

    name: str
    role: str
    raw: RawTable
    frame: pd.DataFrame


def read_sides(
    paths: Sequence[Path], items: SplitFrame, *, known: pd.Index
) -> tuple[tuple[SideTable, ...], list[Notice]]:
    """Read side tables and lay them along the catalogue's rows.

    Args:
        items: The catalogue's rows.
        known: Train ids, with those whose price was dropped.

    Returns:
        The tables in the order given, and what was found.

    Raises:
        InputError: A file cannot be used, is given twice, or two tables have the same name.
    """
    tables: dict[str, list[_SideFile]] = {}
    notices: list[Notice] = []
    ids = {*known.tolist(), *items.test.index.tolist()}
    for path in paths:
        name, role = side_name(path)
        group = tables.setdefault(name, [])
        if group and (not role or role in [file.role for file in group] or not group[0].role):
            raise InputError(f"{path.name}: a side table called '{name}' was given already.", "Give each table once.")
        file, found = _read_file(path, name, role, ids)
        group.append(file)
        notices += found
    sides = []
    for name, files in tables.items():
        side, found = _side_table(name, files, items)
        sides.append(side)
        notices += found
    return tuple(sides), notices


def side_name(path: Path) -> tuple[str, str]:
    """Name of a side table and the role of this file: ``attributes_train.csv`` is ``("attributes", "train")``."""
    stem = re.sub(r"\.(csv|csv\.gz|parquet)$", "", path.name, flags=re.IGNORECASE)
    match = _ROLE.match(stem)
    return (match["name"], match["role"]) if match else (stem, "")


def _read_file(path: Path, name: str, role: str, known: set[str]) -> tuple[_SideFile, list[Notice]]:
    content = read_file(path)
    columns = column_names(content)
    check_columns(content.name, columns, (ID,))
    if repeated := sorted({shown(column) for column in columns if columns.count(column) > 1}):
        raise InputError(f"{content.name}, line 1: {listed(repeated)} heads two columns.", "Rename one of them.")
    raw = read_table(content, columns)
    ids = _plain_ids(id_column(raw, ID), known)
    check_ids(raw, ids)
    frame = pd.DataFrame(
        {column: side_column(raw, column).array for column in columns if column != ID and not is_price_name(column)},
        index=pd.Index(ids, name=ID),
    )
    notices = list(content.notices)
    if any(map(is_price_name, columns)):
        message = f"{path.name}: a side table with a column '{PRICE}' may leak the answer; the column is left out."
        notices.append(Notice("side_price", message, raw.n_rows))
    strangers = frame.index[~stand_in(frame.index, known)]
    if len(strangers):
        message = f"{path.name}: {len(strangers):,} ids stand in neither train nor test and are left out."
        notices.append(Notice("side_unknown_ids", message, len(strangers), tuple(map(str, strangers[:KEPT_IDS]))))
    return _SideFile(name, role, raw, frame), notices


def _plain_ids(ids: pd.Series, known: set[str]) -> pd.Series:
    """Ids as the catalogue writes them: ``123.0`` reads ``123`` unless the catalogue itself says ``123.0``."""
    exact = stand_in(ids, known)
    return ids if exact.all() else ids.where(exact, ids.str.strip().str.replace(_POINT_ZERO, "", regex=True))


def _side_table(name: str, files: list[_SideFile], items: SplitFrame) -> tuple[SideTable, list[Notice]]:
    """One table of one or two files, each row of the catalogue looked up in the file of its own role first."""
    shared = [column for column in files[0].frame.columns if all(column in file.frame.columns for file in files)]
    left_out = {
        str(column): "only in one of the two files"
        for file in files
        for column in file.frame.columns
        if column not in shared
    }
    typed, odd = _typed([file.frame[shared] for file in files])
    left_out |= odd
    train = _laid(typed, [file.role != "test" for file in files], items.train.index)
    test = _laid(typed, [file.role != "train" for file in files], items.test.index)
    frame = SplitFrame(train, test)
    if not frame.columns:
        raise InputError(
            f"{files[0].raw.name}: no column besides {ID} can be used.", "Give numbers or categories of products."
        )
    key = cache_key(
        "side",
        VERSION,
        {"name": name},
        [f"{f.role}:{f.raw.content.digest}" for f in sorted(files, key=lambda f: f.role)],
    )
    return SideTable(name, frame, key), _table_notices(name, frame, left_out, typed, items)


def _typed(parts: list[pd.DataFrame]) -> tuple[list[pd.DataFrame], dict[str, str]]:
    """The parts with one type a column for all of them, and why columns were left out."""
    left_out: dict[str, str] = {}
    columns: list[dict[str, pd.Series]] = [{} for _ in parts]
    for name in parts[0].columns:
        pieces = [part[name] for part in parts]
        typed = numbers_of(pieces) or [piece.astype("str") for piece in pieces]
        values = pd.concat(typed).dropna()
        if values.empty:
            left_out[name] = "empty"
            continue
        if not pd.api.types.is_numeric_dtype(values.dtype):
            if _is_free_text(values):
                left_out[name] = "free text"
                continue
            kind = pd.CategoricalDtype(pd.Index(np.sort(values.unique().astype(object)), dtype="str"))
            typed = [piece.astype(kind) for piece in typed]
        for place, piece in zip(columns, typed, strict=True):
            place[name] = piece
    return [pd.DataFrame(place, index=part.index) for place, part in zip(columns, parts, strict=True)], left_out


def _is_free_text(values: pd.Series) -> bool:
    counts = values.value_counts()
    return len(counts) > FREE_TEXT_VALUES and 100.0 * float((counts == 1).sum()) / len(values) > FREE_TEXT_PCT


def _laid(parts: list[pd.DataFrame], mine: list[bool], index: pd.Index) -> pd.DataFrame:
    """The parts as one frame along ``index``; an id that two files hold is taken from the one of the own role."""
    ordered = [part for part, own in sorted(zip(parts, mine, strict=True), key=lambda pair: not pair[1])]
    table = ordered[0] if len(ordered) == 1 else pd.concat(ordered)
    table = table[~table.index.duplicated()]
    return table.reindex(index)


def _table_notices(
    name: str, frame: SplitFrame, left_out: dict[str, str], parts: list[pd.DataFrame], items: SplitFrame
) -> list[Notice]:
    notices = []
    if left_out:
        reasons = [f"{shown(column)} ({why})" for column, why in left_out.items()]
        message = f"side table {name}: {count_of(len(left_out), 'column')} left out: {listed(reasons)}."
        notices.append(Notice("side_columns_left_out", message, len(left_out)))
    held = {one for part in parts for one in part.index.tolist()}
    for role, side in (("train", items.train), ("test", items.test)):
        lacking = side.index[~stand_in(side.index, held)]
        if len(lacking):
            message = (
                f"side table {name}: {len(lacking):,} of {len(side):,} {role} rows are not in it and read missing."
            )
            notices.append(Notice("side_partial", message, len(lacking), tuple(map(str, lacking[:KEPT_IDS]))))
    return notices
