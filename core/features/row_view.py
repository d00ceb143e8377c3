"""Everything that the studio reads in one product, or in a text that is being written, and how sure it is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from core.features.brand_index import BrandIndex
from core.features.brand_one import read_one_brand
from core.features.category import find_category
from core.features.corrected import SizeFix, read_corrected, size_fix
from core.features.marks import Mark, brand_span, split_marks
from core.features.parse import ParsedText, parse_text
from core.features.quality import CLAIMS, QUALITY_INFO, quality_frame
from core.features.size import SizeReading
from core.features.spans import Span
from core.features.taxonomy import TOP_OF
from core.features.word_spans import beside, category_spans, claim_spans
from core.overrides import OverrideField, Overrides
from core.types import IMAGE, TEXT, Catalog, FeatureBlock, SplitFrame

Split: TypeAlias = Literal["train", "test"]
MAX_SHOWN_CHARS = 20_000
BY_YOU = "corrected by you"
_AGREES = 0.06
SIZE_FIELDS: tuple[OverrideField, ...] = ("pack_count", "unit_size", "total_count", "value")


@dataclass(frozen=True)
class Fact:
    """One thing read of a product.

    Attributes:
        kind: What the highlighted words are marked with: ``brand``, ``pack``, ``size``, …; ``""`` for none.
        sure: How sure it is, or what it rests on; ``""`` where there is nothing to say.
    """

    name: str
    value: str
    kind: str = ""
    sure: str = ""


@dataclass(frozen=True)
class RowView:
    """One product with all that was read of it.

    Attributes:
        split, sample_id: ``""`` for a text that is no product's.
        text: The whole text.
        marks: The text, at most 20,000 characters, cut at what gave the numbers.
        facts: Brand, size, category and claims in words.
        cut: True when the text is longer than what is shown.
        brand: Its brand as shown, ``""`` when unknown.
        size: Its pack and sizes.
        corrected: What the user put right in it, by field, as the override table writes it.
    """

    split: Split | Literal[""]
    sample_id: str
    title: str
    text: str
    image_link: str
    marks: list[Mark]
    facts: list[Fact]
    cut: bool
    brand: str
    size: SizeReading
    corrected: Mapping[str, str]


@dataclass(frozen=True)
class _Words:
    """Brand, shelf and claims of a product, however they were found."""

    brand_key: str
    brand: str
    confidence: float
    sub: str
    margin: float
    claims: Sequence[str]


def read_row(
    catalog: Catalog, blocks: Mapping[str, FeatureBlock], brand: SplitFrame, split: Split, sample_id: str
) -> RowView:
    """Everything about one product, with the user's corrections.

    Args:
        blocks: At least ``category`` and ``quality``.
        brand: The table of :func:`core.features.brands`.
    """
    item = getattr(catalog.items, split).loc[sample_id]
    frames = (brand, blocks["category"].frame, blocks["quality"].frame)
    maker, category, quality = (getattr(frame, split).loc[sample_id] for frame in frames)
    place = (split, sample_id)
    corrected = catalog.overrides.of_rows("brand", *SIZE_FIELDS).get(place, {})
    text, link = str(item[TEXT]), str(item[IMAGE])
    return view_of(text, maker, category, quality, catalog.overrides, corrected, place=place, image_link=link)


def view_of(
    text: str,
    maker: pd.Series,
    category: pd.Series,
    quality: pd.Series,
    overrides: Overrides,
    corrected: Mapping[str, str],
    *,
    place: tuple[Split, str],
    image_link: str,
) -> RowView:
    """Everything about one product from its rows of the brands and of the blocks ``category`` and ``quality``."""
    known = isinstance(category["category_sub"], str)
    words = _Words(
        brand_key=str(maker["brand_key"]),
        brand=str(maker["brand"]),
        confidence=float(maker["brand_confidence"]),
        sub=str(category["category_sub"]) if known else "",
        margin=float(category["category_margin"]),
        claims=_claims(quality),
    )
    return _view(text, words, overrides, corrected, place=place, image_link=image_link)


def read_text(text: str, index: BrandIndex, brand: SplitFrame, overrides: Overrides, *, of: str | None) -> RowView:
    """Everything about a text, read as if it stood in the catalogue; in milliseconds, and no price has a say.

    Args:
        brand: The table of :func:`core.features.brands`, for the spelling of the brand.
        overrides: Its merges hold; corrections are of products and do not.
        of: Text of the product whose place it takes; None for one product more.
    """
    parsed = parse_text(text)
    own = None if of is None else _title_and_body(parse_text(of))
    title, body = _title_and_body(parsed)
    one = read_one_brand(index, title, body, of=own)
    key = overrides.merges().get(one.key, one.key)
    sub, _, margin = find_category(title, "\n".join(parsed.bullets))
    row = pd.DataFrame({"title": [title], "bullets": ["\n".join(parsed.bullets)], "description": [parsed.description]})
    claims = _claims(quality_frame(row.astype("str")).iloc[0])
    words = _Words(key, _spelling(brand, key) or one.name, one.confidence, sub, margin, claims)
    return _view(text, words, overrides, {}, place=("", ""), image_link="")


def _title_and_body(parsed: ParsedText) -> tuple[str, str]:
    return parsed.title, "\n".join(parsed.bullets) + "\n" + parsed.description


def _spelling(brand: SplitFrame, key: str) -> str:
    """The name that the catalogue shows a key by; ``""`` when no product has it."""
    for side in (brand.train, brand.test):
        rows = np.flatnonzero((side["brand_key"] == key).to_numpy(dtype=np.bool_))
        if key and rows.size:
            return str(side["brand"].iloc[rows[0]])
    return ""


def _claims(quality: pd.Series) -> list[str]:
    return [claim for claim, _, _ in CLAIMS if quality[f"q_{claim}"] == 1]


def _view(
    text: str,
    words: _Words,
    overrides: Overrides,
    corrected: Mapping[str, str],
    *,
    place: tuple[Split | Literal[""], str],
    image_link: str,
) -> RowView:
    parsed = parse_text(text[:MAX_SHOWN_CHARS])
    fix = size_fix(corrected)
    size = read_corrected(parsed, fix)
    merged = sorted(key for key, end in overrides.merges().items() if end == words.brand_key)
    found = ((key, brand_span(parsed, key)) for key in (words.brand_key, *merged))
    named_by, name_span = next(((key, span) for key, span in found if span), (words.brand_key, None))
    spans: list[Span] = [*([name_span] if name_span else []), *size.spans]
    spans = beside(spans, claim_spans(parsed, words.claims))
    spans = beside(spans, category_spans(parsed, words.sub))
    facts = [
        _brand_fact(words, is_corrected="brand" in corrected, is_merged=named_by in merged),
        *_size_facts(size, fix),
        *_word_facts(words),
    ]
    return RowView(
        split=place[0],
        sample_id=place[1],
        title=parsed.title,
        text=text,
        image_link=image_link,
        marks=split_marks(parsed.text, spans),
        facts=facts,
        cut=len(text) > MAX_SHOWN_CHARS,
        brand=words.brand,
        size=size,
        corrected=corrected,
    )


def _brand_fact(words: _Words, *, is_corrected: bool, is_merged: bool) -> Fact:
    sure = BY_YOU if is_corrected else f"{100 * words.confidence:.0f} % sure" if words.brand_key else ""
    merged = "another spelling, merged by you" if is_merged else ""
    return Fact("Brand", words.brand or "unknown", "brand", ", ".join(filter(None, (sure, merged))))


def _size_facts(size: SizeReading, fix: SizeFix) -> list[Fact]:
    def said(is_corrected: bool, how: str) -> str:
        return BY_YOU if is_corrected else how

    unit = {"weight": "g", "volume": "ml", "count": "pieces"}.get(size.unit_kind, "")
    total = size.total_weight_g if size.unit_kind == "weight" else size.total_volume_ml
    facts = [
        Fact("Value field", _number(size.value, size.unit), "value", said(fix.value is not None, "")),
        Fact("Packages", _number(size.pack_count), "pack", said(fix.pack_count is not None, _pack_rests_on(size))),
        Fact("One package", _number(size.unit_size, unit), "size", said(fix.unit is not None, _size_rests_on(size))),
    ]
    if size.unit_kind in ("weight", "volume"):
        facts.append(Fact("Whole offer", _number(total, unit), "", "packages times one package"))
    pieces = said(fix.total_count is not None, _pieces_rest_on(size))
    facts.append(Fact("Pieces", _number(size.total_count), "count", pieces))
    if size.contradiction:
        facts.append(Fact("Contradiction", "title and fields cannot both be right", "", "doubtful"))
    if size.absurd:
        facts.append(Fact("Absurd value", "the Value field was not believed", "", "doubtful"))
    return facts


def _kinds(size: SizeReading) -> set[str]:
    return {span.kind for span in size.spans}


def _pack_rests_on(size: SizeReading) -> str:
    if "pack" in _kinds(size):
        return "the title names it"
    return "the title names no pack" if size.pack_count == 1 else "the Value over the title's size"


def _size_rests_on(size: SizeReading) -> str:
    """Which of title and Value gave the size, and whether they agree."""
    if size.contradiction:
        return "doubtful: title and Value disagree"
    if math.isnan(size.unit_size):
        return ""
    has_value = not math.isnan(size.value) and bool(size.unit) and not size.absurd
    if size.unit_kind == "count":
        return "the Value field counts pieces" if has_value else "the title counts pieces"
    if not size.n_sizes:
        return "the Value field alone"
    if not has_value or size.unit == "count":
        return "the title alone"
    ratio = size.total_size / (size.title_size * size.pack_count)
    return "title and Value agree" if abs(ratio - 1.0) <= _AGREES else "the Value over the packs"


def _pieces_rest_on(size: SizeReading) -> str:
    if math.isnan(size.total_count):
        return ""
    if "count" in _kinds(size):
        return "the title names it"
    return "the Value field" if size.unit == "count" and not size.absurd else "one a package"


def _word_facts(words: _Words) -> list[Fact]:
    shelf = f"{TOP_OF[words.sub]} › {words.sub}" if words.sub else "unknown"
    sure = f"leads the next shelf by {100 * words.margin:.0f} %" if words.sub else ""
    meanings = [QUALITY_INFO.columns[f"q_{name}"].removeprefix("1 when the text claims: ") for name in words.claims]
    return [
        Fact("Category", shelf.replace("_", " "), "category", sure),
        Fact("Claims", ", ".join(meanings) or "none", "quality"),
    ]


def _number(value: float, unit: str = "") -> str:
    """``"1,234.5 g"``, or that it is unknown."""
    if np.isnan(value):
        return "unknown"
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".strip()
