"""What the user has put right, laid over what was read: brands and their merges, packs and sizes.

A corrected number leaves what one package holds as it is: another pack count multiplies the same package, another
package is multiplied by the same pack count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.features.brand_tokens import name_key
from core.features.parse import ParsedText
from core.features.size import SizeReading, read_fields, read_size, reading_frame, size_bodies
from core.features.units import FLUID_OUNCE_ML, OUNCE_G, UNITS, Unit
from core.overrides import OverrideField, Overrides
from core.store import cache_key
from core.types import SplitFrame

# Raise when the same corrections of the same reading would give other values.
CORRECTED_VERSION = 1

_FIELDS: Mapping[str, tuple[OverrideField, ...]] = {
    "brands": ("brand", "merge"),
    "size": ("pack_count", "unit_size", "total_count", "value"),
}


def corrected_key(plain: str, name: str, overrides: Overrides) -> str:
    """Key of ``"brands"`` or of a block with its corrections: ``plain`` itself where it has none.

    Args:
        plain: Its key without them.
    """
    fields = _FIELDS.get(name, ())
    lines = sorted(
        [line.what, line.split, line.sample_id, line.of, line.to] for line in overrides.lines if line.what in fields
    )
    return cache_key(f"features.{name}.corrected", CORRECTED_VERSION, {"lines": lines}, [plain]) if lines else plain


def correct_brands(table: SplitFrame, overrides: Overrides) -> SplitFrame:
    """The brands with the user's corrections, then with the user's merges.

    Args:
        table: Brands as read: ``brand``, ``brand_key``, ``brand_confidence``.

    Returns:
        The same columns. A corrected brand has confidence 1, or 0 where the user says that there is none; a merged
        one keeps the confidence of its reading.
    """
    stacked = table.stacked()
    names = stacked["brand"].to_numpy(dtype=object).copy()
    keys = stacked["brand_key"].to_numpy(dtype=object).copy()
    confidence = stacked["brand_confidence"].to_numpy(dtype=np.float64).copy()
    spelling = dict(zip(keys.tolist(), names.tolist(), strict=True))
    places = _places(table)
    for place, fix in overrides.of_rows("brand").items():
        if place in places:
            row, key = places[place], name_key(fix["brand"])
            keys[row] = key
            spelling.setdefault(key, fix["brand"] if key else "")
            confidence[row] = 1.0 if key else 0.0
    merges = overrides.merges()
    for key, end in merges.items():
        if key in spelling:
            spelling.setdefault(end, spelling[key])
    keys = np.array([merges.get(key, key) for key in keys.tolist()], dtype=object)
    frame = pd.DataFrame(
        {
            "brand": pd.array([spelling[key] if key else "" for key in keys.tolist()], dtype="str"),
            "brand_key": pd.array(keys, dtype="str"),
            "brand_confidence": confidence,
        },
        index=stacked.index,
    )
    return SplitFrame.unstacked(frame, len(table.train))


def _places(table: SplitFrame) -> dict[tuple[str, str], int]:
    """Row of each product in the stacked table."""
    ids = [("train", one) for one in table.train.index.tolist()] + [("test", one) for one in table.test.index.tolist()]
    return {place: row for row, place in enumerate(ids)}


@dataclass(frozen=True)
class SizeFix:
    """What the user says of one product's size; None where nothing was said.

    Attributes:
        unit_number, unit: One package, e.g. 1.5 of the unit ounce.
        total_count: Pieces in the offer.
        value: What the Value field should have said.
    """

    pack_count: float | None = None
    unit_number: float | None = None
    unit: Unit | None = None
    total_count: float | None = None
    value: float | None = None


def size_fix(fields: Mapping[str, str]) -> SizeFix:
    """The correction that lines of the override table ask for."""
    number, _, unit = fields.get("unit_size", "").partition(" ")
    given = {name: float(fields[name]) for name in ("pack_count", "total_count", "value") if name in fields}
    return SizeFix(
        pack_count=given.get("pack_count"),
        unit_number=float(number) if number else None,
        unit=UNITS[unit] if number else None,
        total_count=given.get("total_count"),
        value=given.get("value"),
    )


def correct_sizes(frame: SplitFrame, parsed: SplitFrame, overrides: Overrides) -> SplitFrame:
    """The block ``size`` with the user's corrections.

    Args:
        frame: The block as read.
        parsed: The texts that it was read from.
    """
    fixes = {place: size_fix(fields) for place, fields in overrides.of_rows(*_FIELDS["size"]).items()}
    return SplitFrame(
        _correct_side(frame.train, parsed.train, {one: fix for (split, one), fix in fixes.items() if split == "train"}),
        _correct_side(frame.test, parsed.test, {one: fix for (split, one), fix in fixes.items() if split == "test"}),
    )


def _correct_side(frame: pd.DataFrame, parsed: pd.DataFrame, fixes: Mapping[str, SizeFix]) -> pd.DataFrame:
    ids = [one for one in fixes if one in frame.index]
    if not ids:
        return frame
    texts = parsed.loc[ids]
    columns = (texts["title"], texts["value"], texts["unit"], size_bodies(texts))
    fields = zip(ids, *(column.tolist() for column in columns), strict=True)
    readings: Sequence[SizeReading] = [
        corrected_reading(read_fields(title, _value(value, fixes[one]), unit, body), fixes[one])
        for one, title, value, unit, body in fields
    ]
    changed = frame.copy()
    changed.loc[ids] = reading_frame(readings, texts.index)[frame.columns]
    return changed


def _value(value: float, fix: SizeFix) -> float:
    return value if fix.value is None else fix.value


def read_corrected(parsed: ParsedText, fix: SizeFix) -> SizeReading:
    """:func:`core.features.size.read_size` with a correction."""
    return corrected_reading(read_size(replace(parsed, value=_value(parsed.value, fix))), fix)


def corrected_reading(reading: SizeReading, fix: SizeFix) -> SizeReading:
    """A reading with a correction; its Value must be the corrected one already."""
    if fix.pack_count is None and fix.unit is None and fix.total_count is None:
        return reading
    pack = reading.pack_count if fix.pack_count is None else fix.pack_count
    kind, one = reading.unit_kind, reading.unit_size
    if fix.unit is not None and fix.unit_number is not None:
        kind, one = fix.unit.kind, fix.unit_number * fix.unit.base
    pieces = _pieces(reading, fix, kind, one, pack)
    if kind in ("", "count") and not math.isnan(pieces):
        kind, one = "count", pieces / pack
    gram_like = {"weight": one, "volume": one * OUNCE_G / FLUID_OUNCE_ML}.get(kind, math.nan)
    return replace(
        reading,
        unit_kind=kind,
        pack_count=pack,
        unit_size=one,
        total_weight_g=one * pack if kind == "weight" else math.nan,
        total_volume_ml=one * pack if kind == "volume" else math.nan,
        total_count=pieces,
        total_size=gram_like * pack,
        item_size=gram_like,
        contradiction=False,
    )


def _pieces(reading: SizeReading, fix: SizeFix, kind: str, one: float, pack: float) -> float:
    """Pieces in the offer. Where they were only the packages counted they follow the pack count."""
    if fix.total_count is not None:
        return fix.total_count
    if kind == "count" and fix.unit is not None:
        return one * pack
    if math.isnan(reading.total_count) or reading.total_count == reading.pack_count:
        return pack if pack > 1 or kind == "count" else math.nan
    return reading.total_count * pack / reading.pack_count
