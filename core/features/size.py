"""The block ``size``: how much is in the offer, from the title, the pack phrase, Value and Unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features.amounts import find_body_size, find_count, find_packs, find_sizes, find_total
from core.features.goods import are_loose, find_matter, is_filled_by
from core.features.parse import ParsedText
from core.features.reconcile import Evidence, Reconciled, is_measure, reconcile
from core.features.spans import Span, body_span, field_span, title_span
from core.features.units import FLUID_OUNCE_ML, OUNCE_G, UNITS
from core.types import BlockInfo

SIZE_VERSION = 3

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
    body = "\n".join([*parsed.bullets, parsed.description])
    evidence = _evidence(parsed.title, body, parsed.value, parsed.unit)
    found = [] if evidence.in_body else [("size", amount) for amount in evidence.sizes]
    found += [("pack", amount) for amount in evidence.packs]
    found += [("count", amount) for amount in (evidence.count, evidence.total) if amount]
    spans = [title_span(parsed, kind, amount.start, amount.end) for kind, amount in found]
    spans += [field_span(parsed, "value"), field_span(parsed, "unit")]
    if evidence.in_body:
        spans += [body_span(parsed, "size", body[size.start : size.end]) for size in evidence.sizes]
    kept = tuple(sorted((span for span in spans if span), key=lambda span: (span.start, span.end)))
    return _reading(parsed.title, evidence, kept)


def read_fields(title: str, value: float, unit: str, body: str = "") -> SizeReading:
    """:func:`read_size` without the spans, from the cleaned title, the Value, the canonical unit, and the body.

    Args:
        body: Bullets and description, each on a line of its own.
    """
    return _reading(title, _evidence(title, body, value, unit), ())


def size_frame(parsed: pd.DataFrame) -> pd.DataFrame:
    """The block's columns for a frame of :func:`core.features.parse.parsed_catalog`, float64."""
    bodies = size_bodies(parsed).tolist()
    columns = zip(parsed["title"].tolist(), parsed["value"].tolist(), parsed["unit"].tolist(), bodies, strict=True)
    return reading_frame([read_fields(*fields) for fields in columns], parsed.index)


def size_bodies(parsed: pd.DataFrame) -> pd.Series:
    """What :func:`read_fields` takes as body, a row each."""
    return parsed["bullets"] + "\n" + parsed["description"]


def reading_frame(readings: Sequence[SizeReading], index: pd.Index) -> pd.DataFrame:
    """The block's columns for readings, one row each."""
    rows = [_row(reading) for reading in readings]
    names = ["value", "kind", "pack_count", "title_size", "total_size", "item_size", "unit_size", "total_weight_g"]
    names += ["total_volume_ml", "total_count", "n_sizes", "contradiction", "absurd_value", "value_g"]
    raw = pd.DataFrame(np.array(rows, dtype=np.float64).reshape(-1, len(names)), columns=names, index=index)
    return _derived(raw)[list(_SIZE_COLUMNS)]


KINDS = ("", "weight", "volume", "count")


def _evidence(title: str, body: str, value: float, name: str) -> Evidence:
    sizes, packs, unit = find_sizes(title), find_packs(title), UNITS.get(name)
    in_body = False
    if not sizes and (value == 1 or not is_measure(value, unit)):
        stated = find_body_size(body)
        sizes, in_body = ([stated], True) if stated else ([], False)
    count = find_count(title, packs)
    if len(packs) == 1 and not (sizes or count) and is_filled_by(title, packs[0].number):
        packs, count = [], packs[0]
    loose = count is not None and not any(size.each for size in sizes) and are_loose(title)
    return Evidence(sizes, packs, count, find_total(title), value, unit, loose, in_body)


def _reading(title: str, evidence: Evidence, spans: tuple[Span, ...]) -> SizeReading:
    result = reconcile(evidence)
    kind = _kind(evidence, result, title)
    volume_ml = result.total * FLUID_OUNCE_ML / OUNCE_G
    item_base = {"weight": result.item, "volume": result.item * FLUID_OUNCE_ML / OUNCE_G}
    first = evidence.sizes[0] if evidence.sizes and not evidence.in_body else None
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
        n_sizes=0 if evidence.in_body else len(evidence.sizes),
        contradiction=result.contradiction,
        absurd=result.absurd,
        spans=spans,
    )


def _kind(evidence: Evidence, result: Reconciled, title: str) -> str:
    """What the size measures.

    The title's unit when it gave the size; but a plain ounce, and a fluid ounce that only the Unit field has, go by
    the goods, for dry ones are sometimes filed in fluid ounces and thin liquids are often sized in plain ounces.
    """
    if math.isnan(result.total):
        return "" if math.isnan(result.pieces) else "count"
    named = evidence.sizes[result.size].unit if result.size >= 0 else None
    unit = named or evidence.unit
    if unit is None:
        return ""
    if unit.name != "ounce" and (named or unit.name != "fluid ounce"):
        return unit.kind
    matter = find_matter(title)
    if matter:
        return "volume" if matter == "liquid" else "weight"
    filed = evidence.unit.kind if evidence.unit else "count"
    return unit.kind if filed == "count" else filed


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
