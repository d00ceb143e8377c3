"""Finding products, and everything that the studio read in one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features.marks import Mark, brand_span, split_marks
from core.features.parse import parse_text
from core.features.quality import QUALITY_INFO
from core.features.registry import brands, compute_block
from core.features.size import SizeReading, read_size
from core.store import ArtifactStore
from core.types import ID, IMAGE, TEXT, BoolArray, Catalog, FeatureBlock, SplitFrame

Split: TypeAlias = Literal["train", "test"]
MAX_WORDS = 8
MAX_SHOWN_CHARS = 20_000


@dataclass(frozen=True)
class RowQuery:
    """Which products to browse.

    Attributes:
        words: Words that the text must all hold, case ignored; or a ``sample_id``. ``""`` for every product.
        split: ``"train"``, ``"test"`` or ``"both"``.
        no_brand: Only products whose brand is unknown.
        contradiction: Only products whose title and fields contradict each other.
        low_confidence: Only products whose brand was read with a confidence below 0.5.

    Raises:
        InputError: Too many words, or a split of another name.
    """

    words: str = ""
    split: Literal["train", "test", "both"] = "both"
    no_brand: bool = False
    contradiction: bool = False
    low_confidence: bool = False

    def __post_init__(self) -> None:
        if len(self.words.split()) > MAX_WORDS:
            raise InputError(f"the search has more than {MAX_WORDS} words.", "Use fewer.")
        if self.split not in ("train", "test", "both"):
            raise InputError(f"there is no part {self.split!r}.", "Choose train, test or both.")


LOW_CONFIDENCE = 0.5


def find_rows(catalog: Catalog, query: RowQuery, *, store: ArtifactStore) -> pd.DataFrame:
    """The products that a query finds, in the files' order.

    Returns:
        Columns ``split`` and ``sample_id`` (``str``).
    """
    items = catalog.items.stacked()
    split = np.repeat(["train", "test"], [catalog.n_train, catalog.n_test])
    keep: BoolArray = np.ones(len(items), dtype=np.bool_) if query.split == "both" else split == query.split
    if query.no_brand or query.low_confidence:
        brand = brands(catalog, store=store).value.stacked()
        blank = (brand["brand_key"] == "").to_numpy(dtype=np.bool_)
        unsure = (brand["brand_confidence"] < LOW_CONFIDENCE).to_numpy(dtype=np.bool_)
        if query.no_brand:
            keep &= blank
        if query.low_confidence:
            keep &= unsure & ~blank
    if query.contradiction:
        size = compute_block(catalog, "size", store=store).frame.stacked()
        keep &= (size["contradiction"] == 1).to_numpy(dtype=np.bool_)
    if query.words.strip():
        keep &= _holds(items, query.words)
    ids = items.index[keep].tolist()
    return pd.DataFrame({"split": pd.array(split[keep], dtype="str"), ID: pd.array(ids, dtype="str")})


def _holds(items: pd.DataFrame, words: str) -> BoolArray:
    found: BoolArray = np.ones(len(items), dtype=np.bool_)
    for word in words.split():
        found &= items[TEXT].str.contains(word, case=False, regex=False).to_numpy(dtype=np.bool_)
    return found | (items.index == words.strip())


@dataclass(frozen=True)
class Fact:
    """One thing read of a product.

    Attributes:
        kind: What the highlighted words are marked with: ``brand``, ``pack``, ``size``, …; ``""`` for none.
    """

    name: str
    value: str
    kind: str = ""


@dataclass(frozen=True)
class RowView:
    """One product with all that was read of it.

    Attributes:
        marks: Its text, at most 20,000 characters, cut at what gave the numbers.
        facts: Brand, size, category and claims in words.
        cut: True when the text is longer than what is shown.
    """

    split: Split
    sample_id: str
    title: str
    image_link: str
    marks: list[Mark]
    facts: list[Fact]
    cut: bool


def read_row(
    catalog: Catalog, blocks: Mapping[str, FeatureBlock], brand: SplitFrame, split: Split, sample_id: str
) -> RowView:
    """Everything about one product.

    Args:
        blocks: At least ``category`` and ``quality``.
        brand: The table of :func:`core.features.brands`.
    """
    item = getattr(catalog.items, split).loc[sample_id]
    text = str(item[TEXT])
    parsed = parse_text(text[:MAX_SHOWN_CHARS])
    size = read_size(parsed)
    maker = getattr(brand, split).loc[sample_id]
    name_span = brand_span(parsed, str(maker["brand_key"]))
    spans = [*([name_span] if name_span else []), *size.spans]
    facts = [_brand_fact(maker), *_size_facts(size), *_word_facts(blocks, split, sample_id)]
    return RowView(
        split=split,
        sample_id=sample_id,
        title=parsed.title,
        image_link=str(item[IMAGE]),
        marks=split_marks(parsed.text, spans),
        facts=facts,
        cut=len(text) > MAX_SHOWN_CHARS,
    )


def _brand_fact(maker: pd.Series) -> Fact:
    if not maker["brand_key"]:
        return Fact("Brand", "unknown", "brand")
    return Fact("Brand", f"{maker['brand']} ({100 * float(maker['brand_confidence']):.0f} % sure)", "brand")


def _size_facts(size: SizeReading) -> list[Fact]:
    facts = [Fact("Value field", _number(size.value, size.unit), "value")]
    facts.append(Fact("Packages", _number(size.pack_count), "pack"))
    unit = {"weight": "g", "volume": "ml", "count": "pieces"}.get(size.unit_kind, "")
    facts.append(Fact("One package", _number(size.unit_size, unit), "size"))
    total = size.total_weight_g if size.unit_kind == "weight" else size.total_volume_ml
    if size.unit_kind in ("weight", "volume"):
        facts.append(Fact("Whole offer", _number(total, unit)))
    facts.append(Fact("Pieces", _number(size.total_count), "count"))
    if size.contradiction:
        facts.append(Fact("Contradiction", "title and fields cannot both be right"))
    if size.absurd:
        facts.append(Fact("Absurd value", "the Value field was not believed"))
    return facts


def _word_facts(blocks: Mapping[str, FeatureBlock], split: Split, sample_id: str) -> list[Fact]:
    category = getattr(blocks["category"].frame, split).loc[sample_id]
    quality = getattr(blocks["quality"].frame, split).loc[sample_id]
    known = isinstance(category["category_sub"], str)
    shelf = f"{category['category_top']} › {category['category_sub']}" if known else "unknown"
    claims = [
        QUALITY_INFO.columns[name].removeprefix("1 when the text claims: ")
        for name, value in quality.items()
        if value == 1 and name != "q_count" and not str(name).startswith("q_title")
    ]
    return [Fact("Category", shelf.replace("_", " ")), Fact("Claims", ", ".join(claims) or "none")]


def _number(value: float, unit: str = "") -> str:
    """``"1,234.5 g"``, or that it is unknown."""
    if np.isnan(value):
        return "unknown"
    digits = f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".strip()
