"""What can be wrong with a train or a test file: each check raises or tells one clear line."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from core.catalog.files import FileContent
from core.catalog.tables import RawTable
from core.errors import InputError
from core.types import ID, IMAGE, PRICE, TEXT, BoolArray, FloatArray, Notice

TEST_COLUMNS = (ID, TEXT, IMAGE)
TRAIN_COLUMNS = (*TEST_COLUMNS, PRICE)
_SIMILAR_PCT = 60.0
_LISTED = 5
_SHOWN_CHARACTERS = 40
# How many ids a notice keeps.
KEPT_IDS = 1000


def shown(text: str) -> str:
    """Text from a file inside a one-line message: quoted, shortened, no line break."""
    cut = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"
    return repr(cut)


def listed(things: Sequence[str], total: int | None = None) -> str:
    """``"a, b, c and 4 more"``: the first few of ``total`` things."""
    first = list(things[:_LISTED])
    rest = (len(things) if total is None else total) - len(first)
    return ", ".join(first) + (f" and {rest:,} more" if rest > 0 else "")


def stand_in(ids: pd.Index | pd.Series, known: Collection[str]) -> BoolArray:
    """Which ids stand in the set ``known``; pandas' own ``isin`` takes ten times as long on Arrow strings."""
    return np.array([one in known for one in ids.tolist()], dtype=np.bool_)


def is_price_name(column: str) -> bool:
    """True for ``price`` in any case and with blanks around it."""
    return column.strip().lower() == PRICE


def check_roles(train: FileContent, test: FileContent, train_columns: list[str], test_columns: list[str]) -> None:
    """Refuse one file in both roles, swapped files, and a test file with prices.

    Raises:
        InputError: As said.
    """
    if train.digest == test.digest:
        raise InputError(f"{train.name} and {test.name} hold the same: one file was given twice.", "Name the other.")
    in_train = any(map(is_price_name, train_columns))
    in_test = any(map(is_price_name, test_columns))
    if in_test and not in_train and ID in train_columns:
        raise InputError(
            f"{train.name} has no price column while {test.name} has one: train and test are swapped.",
            "Name them the other way round.",
        )
    if in_test:
        raise InputError(
            f"{test.name}, line 1: price column found; a test file has none.", "Drop it or load the file as train."
        )


def check_columns(name: str, columns: list[str], required: Sequence[str]) -> None:
    """Refuse a header that lacks a required column or repeats one; name the nearest for a misspelt one.

    Raises:
        InputError: As said, or when the first line is no header at all.
    """
    spare = [column for column in columns if column not in required]
    for column in required:
        if columns.count(column) > 1:
            raise InputError(f"{name}, line 1: two columns are called '{column}'.", "Keep one of them.")
        if column not in columns:
            raise _missing(name, column, columns, spare, required)


def _missing(name: str, column: str, columns: list[str], spare: list[str], required: Sequence[str]) -> InputError:
    separator = next((mark for mark in ";\t|" if column in columns[0].split(mark)), None)
    if separator is not None:
        return InputError(
            f"{name}, line 1: the columns are separated by {separator!r}, not by commas.", "Save it with commas."
        )
    if (near := _nearest(column, spare)) is not None:
        return InputError(f"{name}: no column '{column}'; nearest is {shown(near)}.", "Rename it.")
    if not any(other in columns or _nearest(other, spare) for other in required):
        wanted = ", ".join(required)
        first = shown(",".join(columns))
        return InputError(
            f"{name} is not a table of products: its first line reads {first}.", f"It needs the header {wanted}."
        )
    return InputError(f"{name}: no column '{column}'; it has {listed([shown(c) for c in columns])}.", "Add it.")


def _nearest(column: str, spare: list[str]) -> str | None:
    plain = [other.strip().lower() for other in spare]
    found = process.extractOne(column, plain, scorer=fuzz.ratio, score_cutoff=_SIMILAR_PCT)
    return None if found is None else spare[found[2]]


def check_ids(raw: RawTable, ids: pd.Series) -> None:
    """Refuse blank and repeated ids.

    Raises:
        InputError: With the first ids and where they stand.
    """
    blank = np.flatnonzero(ids.str.strip() == "")
    if blank.size:
        where = raw.places(blank[:_LISTED].tolist())
        raise InputError(
            f"{raw.name}, {where[0]}: {ID} is blank ({count_of(blank.size)}: {listed(where, blank.size)}).",
            "Give every row its own id.",
        )
    again = np.flatnonzero(ids.duplicated())
    if again.size:
        first = int(np.flatnonzero(ids == ids.iloc[again[0]])[0])
        where = raw.places([int(again[0]), first])
        repeated = [shown(one) for one in dict.fromkeys(ids.iloc[again])]
        raise InputError(
            f"{raw.name}, {where[0]}: {ID} {shown(ids.iloc[again[0]])} stands already on {where[1]}"
            f" ({count_of(again.size)} repeat an id: {listed(repeated)}).",
            "Keep one row for each id.",
        )


def check_prices(
    raw: RawTable, ids: pd.Series, price: FloatArray, texts: list[str], *, drop: bool
) -> tuple[BoolArray, list[Notice]]:
    """Which rows have a price that can be used.

    Returns:
        The mask of good rows, and a notice of those to drop.

    Raises:
        InputError: There are bad ones and ``drop`` is off, or no good one is left.
    """
    good: BoolArray = np.isfinite(price) & (price > 0)
    bad = np.flatnonzero(~good)
    if not bad.size:
        return good, []
    where = raw.places(bad[:_LISTED].tolist())
    reasons = [f"{place} {_why(price[row], texts[row])}" for place, row in zip(where, bad.tolist(), strict=False)]
    what = f"{count_of(bad.size)} without a usable price: {listed(reasons, bad.size)}."
    if not drop:
        raise InputError(f"{raw.name}, {where[0]}: {what}", "Correct them, or read again with bad prices dropped.")
    if not good.any():
        raise InputError(f"{raw.name}: no row has a usable price; {what}", "Write plain dollars such as 12.99.")
    return good, [
        Notice("bad_price_dropped", f"{raw.name}: dropped {what}", int(bad.size), tuple(ids.iloc[bad[:KEPT_IDS]]))
    ]


def _why(price: float, text: str) -> str:
    if text.strip().lower() in ("", "nan", "na", "n/a", "null", "none"):
        return "is missing"
    if np.isnan(price):
        return f"is not a number ({shown(text)})"
    return f"is infinite ({shown(text)})" if np.isinf(price) else f"is zero or less ({shown(text)})"


def count_of(count: int, thing: str = "row") -> str:
    """``"1 row"``, ``"2,000 rows"``."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")
