"""Anyone's predictions for the catalogue at hand: files of uploaded bytes, checked row by row, nothing kept.

Uploads are hostile: their size is bounded before they are read, they are read in a folder of their own that goes again,
only as CSV or Parquet, and a file with one fault is refused whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.blend.blend import Member
from core.blend.scale import Reading, Scale, ScaleError, check_same_scale, log_prices, recognise
from core.catalog import PredictionTable, read_predictions, save_upload
from core.errors import InputError
from core.types import PRICE, Catalog

MAX_MIB: Final = 128
"""75,000 rows of 50 columns with 17 digits each take 75 MiB."""
MAX_MEMBERS: Final = 50
LONGEST_NAME: Final = 60
_LISTED = 5


@dataclass(frozen=True)
class Upload:
    """A file as the browser hands it over."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Tables:
    """Predictions of every train row and, where given, of every test row, in the catalogue's order.

    Attributes:
        oof: Train rows, one column a model, on a scale that is not known yet.
        test: The same columns for the test rows, or None.
        fold: The validation fold of each train row, where the file says it.
    """

    file: str
    oof: pd.DataFrame
    test: pd.DataFrame | None
    fold: pd.Series | None


@dataclass(frozen=True)
class Draft:
    """A column before it is kept.

    Attributes:
        reading: None while the scale is not known.
        doubt: Why it is not.
        member: In ``log_price``; None while the scale is not known.
    """

    name: str
    reading: Reading | None
    doubt: str
    member: Member | None


def read_uploads(oof: Upload, test: Upload | None, catalog: Catalog) -> Tables:
    """Read and check both files.

    Raises:
        InputError: A file is too large, no table, or does not name exactly the catalogue's rows, once each, with a
            finite number in every column.
    """
    if test is not None and test.data == oof.data:
        raise InputError(
            f"{test.name} holds the same as {oof.name}: one file was given twice.",
            "Give the predictions of the test rows, or leave the second file out.",
        )
    known = _table(oof)
    train_ids, test_ids = catalog.items.train.index, catalog.items.test.index
    values = _aligned(known, train_ids, "train", test_ids)
    if test is None:
        return Tables(known.name, values, None, _fold(known, train_ids))
    asked = _table(test)
    if missing := [name for name in values.columns if name not in asked.values.columns]:
        raise InputError(
            f"{asked.name} has no column for {len(missing)} of {values.shape[1]} members: {_first(missing)}.",
            f"Give the test predictions of every column of {known.name}.",
        )
    wanted = _aligned(asked, test_ids, "test", train_ids)[list(values.columns)]
    return Tables(known.name, values, wanted, _fold(known, train_ids))


def draft_members(tables: Tables, catalog: Catalog, *, said: Mapping[str, Scale]) -> list[Draft]:
    """Each column on its scale, recognised or as the user says; one that is neither waits.

    Raises:
        InputError: A column has values that are no price, mixes scales, or stands on another one in the test file.
    """
    return [_draft(name, tables, catalog, said.get(name)) for name in map(str, tables.oof.columns)]


def _draft(name: str, tables: Tables, catalog: Catalog, said: Scale | None) -> Draft:
    values = tables.oof[name]
    try:
        reading = recognise(name, values, catalog.price, said=said)
    except ScaleError as doubt:
        return Draft(name, None, doubt.what, None)
    known = log_prices(name, values, reading.scale)
    if tables.test is None:
        asked = known.iloc[:0]
    else:
        asked = log_prices(name, tables.test[name], reading.scale)
        check_same_scale(name, known, asked)
    return Draft(name, reading, "", Member(name, known, asked))


def _table(upload: Upload) -> PredictionTable:
    _check_size(upload)
    with tempfile.TemporaryDirectory(prefix="shelfprice-upload-") as folder:
        path = save_upload(upload.data, upload.name, Path(folder))
        found = read_predictions(path, priced=False)
    names = [str(name) for name in found.values.columns]
    if len(names) > MAX_MEMBERS:
        raise InputError(f"{found.name} has {len(names)} columns of predictions.", f"Give at most {MAX_MEMBERS}.")
    if names == [PRICE]:
        # A submission: its file's name says more than the column's.
        found = PredictionTable(found.name, found.values.set_axis([found.name.split(".")[0]], axis=1), None, found.fold)
    long = [name for name in names if len(name) > LONGEST_NAME or not name.isprintable() or not name.strip()]
    if long:
        raise InputError(
            f"{found.name}, line 1: {len(long)} columns have no name or one that cannot be shown.",
            f"Name each in at most {LONGEST_NAME} letters.",
        )
    return found


def _check_size(upload: Upload) -> None:
    """Refuse what would not fit into memory, before anything of it is unpacked."""
    size = len(upload.data) / 2**20
    if size > MAX_MIB:
        raise InputError(f"{upload.name} has {size:,.0f} MiB.", f"Give at most {MAX_MIB} MiB.")
    if upload.data.startswith(b"\x1f\x8b"):
        raise InputError(f"{upload.name} is packed by gzip.", "Unpack it, or write Parquet.")
    if upload.data.startswith(b"PAR1"):
        try:
            shape = pq.read_metadata(pa.BufferReader(upload.data))
        except (pa.ArrowException, OSError):
            raise InputError(f"{upload.name} is a damaged or cut-off Parquet file.", "Write it again.") from None
        cells = shape.num_rows * shape.num_columns
        if cells * 8 > 2**20 * MAX_MIB * 4:
            raise InputError(
                f"{upload.name} holds {shape.num_rows:,} rows of {shape.num_columns:,} columns.",
                f"Give at most {MAX_MEMBERS} columns of the catalogue's rows.",
            )


def _aligned(table: PredictionTable, wanted: pd.Index, split: str, elsewhere: pd.Index) -> pd.DataFrame:
    """The table in the catalogue's order."""
    given = table.values.index
    missing, strange = wanted[given.get_indexer(wanted) < 0], given[wanted.get_indexer(given) < 0]
    if not len(missing) and not len(strange):
        return table.values.reindex(wanted)
    other = "test" if split == "train" else "train"
    if len(strange) == len(given) and not (elsewhere.get_indexer(given) < 0).any():
        raise InputError(
            f"{table.name} names {len(given):,} {other} rows where the {split} rows belong.",
            "Give each file in its own place.",
        )
    said = []
    if len(missing):
        said.append(f"{len(missing):,} of {len(wanted):,} {split} rows have no prediction (first: {_first(missing)})")
    if len(strange):
        said.append(f"{len(strange):,} ids are none of the {split} file's (first: {_first(strange)})")
    raise InputError(
        f"{table.name}: {' and '.join(said)}.", f"Predict exactly the rows of the {split} file, once each."
    )


def _fold(table: PredictionTable, wanted: pd.Index) -> pd.Series | None:
    return None if table.fold is None else table.fold.reindex(wanted).astype(np.int16)


def _first(ids: pd.Index | Sequence[str]) -> str:
    return ", ".join(map(str, ids[:_LISTED])) + (" …" if len(ids) > _LISTED else "")
