"""The override table: what the user has put right, one decision a line, in a plain CSV.

Columns ``what,split,sample_id,from,to``. A product's line names its split and ``sample_id`` and holds in ``to`` what
is right; a merge names two brand keys in ``from`` and ``to``. Deleting a line takes the decision back. ::

    what,split,sample_id,from,to
    pack_count,train,1041,,12
    unit_size,train,1041,,1.5 ounce
    brand,test,2208,,Quillmoor
    merge,,,quilmoor,quillmoor
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import cast

from core.catalog.checks import shown
from core.catalog.files import FileContent
from core.catalog.lines import open_quote, records
from core.catalog.tables import to_number
from core.errors import InputError
from core.overrides import Override, OverrideField

COLUMNS = ("what", "split", "sample_id", "from", "to")
SPLITS = ("train", "test")
UNIT_NAMES = (
    "ounce",
    "pound",
    "gram",
    "kilogram",
    "milligram",
    "fluid ounce",
    "milliliter",
    "centiliter",
    "liter",
    "gallon",
    "quart",
    "pint",
    "dram",
    "count",
)
"""Units that a size may be given in; those that the texts are read with."""
MAX_PACK = 100_000
MAX_NUMBER = 1e9
MAX_NAME_CHARS = 120

_KEY = re.compile(r"[^\W_]{1,200}")
_UNDO = "Correct the line, or delete it."


def parse_overrides(content: FileContent) -> list[tuple[int, Override]]:
    """The lines of a table, each with its number in the file.

    Raises:
        InputError: A line cannot be used; the message has its number and the remedy.
    """
    if content.kind != "csv":
        raise InputError(f"{content.name} is no CSV.", f"Write it as CSV with the columns {','.join(COLUMNS)}.")
    rows = _rows(content)
    header = [name.strip().lower() for name in rows[0][1]] if rows else []
    if sorted(header) != sorted(COLUMNS):
        raise InputError(
            f"{content.name}, line 1: the columns are {shown(','.join(header))}.",
            f"They must be {','.join(COLUMNS)}.",
        )
    found = [(number, _override(content.name, number, header, row)) for number, row in rows[1:]]
    check_lines(found, content.name)
    return found


def _rows(content: FileContent) -> list[tuple[int, list[str]]]:
    if (error := open_quote(content)) is not None:
        raise error
    try:
        return list(records(content.data))
    except csv.Error as error:
        raise InputError(f"{content.name} cannot be read as CSV: {error}.", "Write it again as CSV (UTF-8).") from None


def _override(name: str, number: int, header: list[str], row: list[str]) -> Override:
    where = f"{name}, line {number}"
    if len(row) != len(header):
        raise InputError(f"{where}: {len(row)} columns where the header has {len(header)}.", _UNDO)
    cells = dict(zip(header, row, strict=True))
    what = cells["what"].strip()
    if what not in _NORMAL:
        raise InputError(f"{where}: {shown(what)} cannot be overridden.", f"Write one of {', '.join(_NORMAL)}.")
    try:
        # The id is kept letter for letter, as the catalogue does.
        return checked(
            Override(
                what=cast(OverrideField, what),
                to=cells["to"],
                split=cells["split"].strip(),
                sample_id=cells["sample_id"],
                of=cells["from"].strip() if what == "merge" else "",
            )
        )
    except InputError as error:
        raise InputError(f"{where}: {error.what}", error.remedy) from None


def checked(line: Override) -> Override:
    """The same line with what it holds in one spelling, so that ``12`` and ``12.0`` are one.

    Raises:
        InputError: It cannot hold.
    """
    if line.what == "merge":
        if line.split or line.sample_id:
            raise InputError("a merge joins two brands and names no product.", "Leave split and sample_id blank.")
    elif line.split not in SPLITS or not line.sample_id:
        raise InputError(
            f"split {shown(line.split)} and sample_id {shown(line.sample_id)} name no product.",
            "Write train or test, and the product's sample_id.",
        )
    to = _NORMAL[line.what](line.to.strip())
    if line.what == "merge" and _key(line.of) == to:
        raise InputError(f"the brand {shown(to)} is merged into itself.", _UNDO)
    return Override(line.what, to, line.split, line.sample_id, line.of)


def _brand(text: str) -> str:
    if len(text) > MAX_NAME_CHARS or not text.isprintable():
        raise InputError(f"the brand {shown(text)} is no name.", f"Write at most {MAX_NAME_CHARS} plain characters.")
    if text and not any(char.isalnum() for char in text):
        raise InputError(f"the brand {shown(text)} has no letter.", "Write its name; leave it blank for no brand.")
    return " ".join(text.split())


def _key(text: str) -> str:
    if not _KEY.fullmatch(text) or text != text.casefold():
        raise InputError(
            f"{shown(text)} is no brand key.", "Write it as the brand's spellings show it: small letters and digits."
        )
    return text


def _pack(text: str) -> str:
    number = to_number(text)
    if not (1 <= number <= MAX_PACK and number == int(number)):
        raise InputError(
            f"the pack count {shown(text)} is no whole number from 1 to {MAX_PACK:,}.", "Write how many packages."
        )
    return str(int(number))


def _positive(text: str) -> str:
    number = to_number(text)
    if not (math.isfinite(number) and 0 < number <= MAX_NUMBER):
        raise InputError(f"{shown(text)} is no number above 0.", "Write a plain number such as 12.5.")
    return f"{number:.12g}"


def _size(text: str) -> str:
    number, _, unit = text.partition(" ")
    unit = " ".join(unit.lower().split())
    if unit not in UNIT_NAMES:
        raise InputError(
            f"the size {shown(text)} has no unit that is known.",
            f"Write a number, a blank and one of {', '.join(UNIT_NAMES)}.",
        )
    return f"{_positive(number)} {unit}"


_NORMAL: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "brand": _brand,
        "pack_count": _pack,
        "unit_size": _size,
        "total_count": _positive,
        "value": _positive,
        "merge": _key,
    }
)


def check_lines(lines: Iterable[tuple[int, Override]], name: str) -> None:
    """Raise :class:`InputError` when two lines decide the same, or merges go round in a circle."""
    seen: dict[tuple[str, str, str, str], int] = {}
    steps: dict[str, tuple[int, str]] = {}
    for number, line in lines:
        if line.place in seen:
            raise InputError(f"{name}, line {number}: says again what line {seen[line.place]} says.", "Delete one.")
        seen[line.place] = number
        if line.what == "merge":
            steps[line.of] = (number, line.to)
            at = line.to
            while at in steps:
                at = steps[at][1]
                if at == line.to:
                    raise InputError(
                        f"{name}, line {number}: merging {shown(line.of)} into {shown(line.to)} closes a circle.",
                        "Take one of the merges back first.",
                    )


def write_overrides(lines: Iterable[Override]) -> bytes:
    """A table as the file's bytes; :func:`parse_overrides` undoes it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((line.what, line.split, line.sample_id, line.of, line.to) for line in lines)
    return buffer.getvalue().encode()
