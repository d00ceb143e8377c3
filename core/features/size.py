"""The block ``size``: how much is in the offer, from the title, the pack phrase, Value and Unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features.amounts import find_count, find_packs, find_sizes, find_total
from core.features.parse import ParsedText
from core.features.reconcile import Evidence, Reconciled, reconcile
from core.features.spans import Span, field_span, title_span
from core.features.units import FLUID_OUNCE_ML, OUNCE_G, UNITS
from core.types import BlockInfo

SIZE_VERSION = 2

_SIZE_COLUMNS = MappingProxyType(
    {
        "value": "number in the Value field, as written",
        "is_weight": "1 when the size is a weight",
        "is_volume": "1 when the size is a volume",
        "is_count": "1 when only pieces are counted",
        "pack_count": "packages in the offer; 1 when the text names no pack",
        "title_size": "first size in the title, g (fluid ounce taken as ounce)",
        "total_size": "whole offer, g (fluid ounce taken as ounce)",
        "item_size": "one package, g (fluid ounce taken as ounce)",
        "piece_size": "one piece, g (fluid ounce taken as ounce)",
        "unit_size": "one package in g, ml or pieces, as its kind has it",
        "total_weight_g": "whole offer, g; only for weights",
        "total_volume_ml": "whole offer, ml; only for volumes",
        "total_count": "pieces in the offer",
        "log_value": "natural log of Value",
        "log_total": "natural log of total_size",
        "log_item": "natural log of item_size",
        "log_count": "natural log of total_count",
        "log_pack": "natural log of pack_count",
        "value_over_title": "natural log of Value over the title's size, both gram-like",
        "n_sizes": "weights and volumes named in the title",
        "contradiction": "1 when title and fields cannot both be right",
        "absurd_value": "1 when Value is zero or beyond any product",
    }
)

SIZE_INFO = BlockInfo(
    name="size",
    title="Size and pack",
    meaning="How much you get: the pack, one package, the whole offer in grams, millilitres and pieces",
    columns=_SIZE_COLUMNS,
)


@dataclass(frozen=True)
class SizeReading:
    """How much one offer holds. NaN is unknown.

    Attributes:
        value: As written in the Value field.
        unit: Canonical unit of the Unit field, ``""`` when there is none.
        unit_kind: ``"weight"``, ``"volume"``, ``"count"`` or ``""``.
        pack_count: Packages in the offer, 1 when no pack is named.
        unit_size: One package in grams, millilitres or pieces.
        total_weight_g, total_volume_ml, total_count: The whole offer.
        total_size, item_size, title_size: On the gram-like scale, where a fluid ounce is an ounce.
        n_sizes: Sizes named in the title.
        contradiction: Title and fields cannot both be right.
        absurd: The Value is zero, negative or beyond any product.
        spans: What gave the numbers, as places in the original text; kinds ``size``, ``pack``, ``count``,
            ``value`` and ``unit``.
    """

    value: float
    unit: str
    unit_kind: str
    pack_count: float
    unit_size: float
    total_weight_g: float
    total_volume_ml: float
    total_count: float
    total_size: float
    item_size: float
    title_size: float
    n_sizes: int
    contradiction: bool
    absurd: bool
    spans: tuple[Span, ...] = ()


def read_size(parsed: ParsedText) -> SizeReading:
    """Read one product, with the spans of the original text that gave each number."""
    evidence = _evidence(parsed.title, parsed.value, parsed.unit)
    found = [("size", amount) for amount in evidence.sizes] + [("pack", amount) for amount in evidence.packs]
    found += [("count", amount) for amount in (evidence.count, evidence.total) if amount]
    spans = [title_span(parsed, kind, amount.start, amount.end) for kind, amount in found]
    spans += [field_span(parsed, "value"), field_span(parsed, "unit")]
    kept = tuple(sorted((span for span in spans if span), key=lambda span: (span.start, span.end)))
    return _reading(evidence, kept)


def read_fields(title: str, value: float, unit: str) -> SizeReading:
    """:func:`read_size` without the spans, from the cleaned title, the Value and the canonical unit."""
    return _reading(_evidence(title, value, unit), ())


def size_frame(parsed: pd.DataFrame) -> pd.DataFrame:
    """The block's columns for a frame of :func:`core.features.parse.parsed_catalog`, float64."""
    columns = zip(parsed["title"].tolist(), parsed["value"].tolist(), parsed["unit"].tolist(), strict=True)
    return reading_frame([read_fields(*fields) for fields in columns], parsed.index)


def reading_frame(readings: Sequence[SizeReading], index: pd.Index) -> pd.DataFrame:
    """The block's columns for readings, one row each."""
    rows = [_row(reading) for reading in readings]
    names = ["value", "kind", "pack_count", "title_size", "total_size", "item_size", "unit_size", "total_weight_g"]
    names += ["total_volume_ml", "total_count", "n_sizes", "contradiction", "absurd_value", "value_g"]
    raw = pd.DataFrame(np.array(rows, dtype=np.float64).reshape(-1, len(names)), columns=names, index=index)
    return _derived(raw)[list(_SIZE_COLUMNS)]


KINDS = ("", "weight", "volume", "count")


def _evidence(title: str, value: float, unit: str) -> Evidence:
    packs = find_packs(title)
    return Evidence(find_sizes(title), packs, find_count(title, packs), find_total(title), value, UNITS.get(unit))


def _reading(evidence: Evidence, spans: tuple[Span, ...]) -> SizeReading:
    result = reconcile(evidence)
    kind = _kind(evidence, result)
    volume_ml = result.total * FLUID_OUNCE_ML / OUNCE_G
    item_base = {"weight": result.item, "volume": result.item * FLUID_OUNCE_ML / OUNCE_G}
    first = evidence.sizes[0] if evidence.sizes else None
    return SizeReading(
        value=evidence.value,
        unit=evidence.unit.name if evidence.unit else "",
        unit_kind=kind,
        pack_count=result.pack,
        unit_size=item_base.get(kind, result.pieces / result.pack),
        total_weight_g=result.total if kind == "weight" else math.nan,
        total_volume_ml=volume_ml if kind == "volume" else math.nan,
        total_count=result.pieces,
        total_size=result.total,
        item_size=result.item,
        title_size=first.number * first.unit.gram_like if first and first.unit else math.nan,
        n_sizes=len(evidence.sizes),
        contradiction=result.contradiction,
        absurd=result.absurd,
        spans=spans,
    )


def _kind(evidence: Evidence, result: Reconciled) -> str:
    """The title's unit when it gave the size, for dry goods are sometimes filed in fluid ounces."""
    if not math.isnan(result.total):
        unit = evidence.sizes[result.size].unit if result.size >= 0 else evidence.unit
        return unit.kind if unit else ""
    return "" if math.isnan(result.pieces) else "count"


def _row(reading: SizeReading) -> tuple[float, ...]:
    unit = UNITS.get(reading.unit)
    value_g = reading.value * unit.gram_like if unit and unit.kind != "count" else math.nan
    return (
        reading.value,
        float(KINDS.index(reading.unit_kind)),
        reading.pack_count,
        reading.title_size,
        reading.total_size,
        reading.item_size,
        reading.unit_size,
        reading.total_weight_g,
        reading.total_volume_ml,
        reading.total_count,
        float(reading.n_sizes),
        float(reading.contradiction),
        float(reading.absurd),
        value_g,
    )


def _derived(raw: pd.DataFrame) -> pd.DataFrame:
    kind = raw["kind"].to_numpy()
    kinds = {f"is_{name}": (kind == code).astype(np.float64) for code, name in enumerate(KINDS) if name}
    frame = raw.assign(**kinds, piece_size=raw["total_size"] / raw["total_count"])
    logs = {"log_value": "value", "log_total": "total_size", "log_item": "item_size", "log_count": "total_count"}
    for name, source in (logs | {"log_pack": "pack_count"}).items():
        frame[name] = np.log(frame[source].where(frame[source] > 0))
    ratio = frame["value_g"] / frame["title_size"]
    frame["value_over_title"] = np.log(ratio.where(ratio > 0))
    return frame
