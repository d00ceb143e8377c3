"""Catalogue text to its parts: title, bullets, description, Value, Unit.

The labels stand at the start of a line; any may be missing, repeated or in another place. A line of prose that
happens to open with ``Value:`` or ``Unit:`` is told apart by what follows it. Text before the first label, or
without any, is a title.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from core.features.text import clean_text
from core.features.units import MAX_UNIT_CHARS, find_unit
from core.store import ArtifactStore, Cached, cache_key
from core.types import TEXT, Catalog, SplitFrame

PARSE_VERSION = 1

PartKind: TypeAlias = Literal["title", "bullet", "description", "value", "unit"]

_LABEL = re.compile(
    r"^[ \t\ufeff]{0,8}(?:(item name)|(bullet point(?: {0,2}[0-9]{1,3})?)|(product description)|(value)|(unit))"
    r"[ \t]{0,4}:",
    re.IGNORECASE | re.MULTILINE,
)
_KINDS: tuple[PartKind, ...] = ("title", "bullet", "description", "value", "unit")
_NUMBER = re.compile(
    r"\s*([0-9]{1,15}(?:[.,][0-9]{1,15})?|[.,][0-9]{1,15})(?:e([+-]?[0-9]{1,2}))?(?![0-9])", re.IGNORECASE
)
_NO_NUMBER = frozenset({"", "nan", "none", "null", "n/a", "-", "inf", "-inf"})
_MAX_VALUE_CHARS = 24


@dataclass(frozen=True)
class Part:
    """A stretch ``text[start:end]`` of the original text, without its label."""

    kind: PartKind
    start: int
    end: int


@dataclass(frozen=True)
class ParsedText:
    """One product's text in its parts, all cleaned.

    Attributes:
        text: The original.
        title: Item name; the whole text when it has no label.
        bullets: Bullet points, blank ones left out.
        description: Product description.
        value: The number under ``Value:``; NaN when there is none. Zero stays zero here.
        unit: Canonical unit under ``Unit:``, ``""`` when there is none.
        parts: Where each part stands in ``text``.
    """

    text: str
    title: str
    bullets: tuple[str, ...]
    description: str
    value: float
    unit: str
    parts: tuple[Part, ...]


def parse_text(text: str) -> ParsedText:
    """Take one catalogue text apart. Never raises, whatever the text holds."""
    parts = _parts(text)
    found: dict[PartKind, list[str]] = {kind: [] for kind in _KINDS}
    for part in parts:
        found[part.kind].append(text[part.start : part.end])
    return ParsedText(
        text=text,
        title=clean_text(" ".join(found["title"])),
        bullets=tuple(bullet for bullet in map(clean_text, found["bullet"]) if bullet),
        description=clean_text(" ".join(found["description"])),
        value=read_number(found["value"][-1]) if found["value"] else math.nan,
        unit=_unit_name(found["unit"]),
        parts=tuple(parts),
    )


def _parts(text: str) -> list[Part]:
    labels = [(match.lastindex or 1, match.start(), match.end()) for match in _LABEL.finditer(text)]
    starts = [start for _, start, _ in labels] + [len(text)]
    parts: list[Part] = []
    if starts[0] > 0 and text[: starts[0]].strip():
        parts.append(Part("title", 0, starts[0]))
    for position, (group, start, end) in enumerate(labels):
        kind, stop = _KINDS[group - 1], starts[position + 1]
        if _is_prose(kind, text[end : min(stop, end + 200)]):
            before = parts.pop() if parts else Part("title", start, start)
            parts.append(Part(before.kind, before.start, stop))
        else:
            parts.append(Part(kind, end, stop))
    return parts


def _is_prose(kind: PartKind, content: str) -> bool:
    """True when what follows ``Value:`` is no number, or what follows ``Unit:`` is too long for a unit."""
    if kind == "value":
        bare = content.strip()
        return bare.lower() not in _NO_NUMBER and (len(bare) > _MAX_VALUE_CHARS or not _NUMBER.match(bare))
    return kind == "unit" and len(content.strip()) > MAX_UNIT_CHARS


def read_number(content: str) -> float:
    """The number that ``content`` opens with; NaN when it opens with none."""
    match = _NUMBER.match(content)
    if match is None:
        return math.nan
    return float(match.group(1).replace(",", ".")) * 10.0 ** int(match.group(2) or 0)


def _unit_name(contents: Sequence[str]) -> str:
    unit = find_unit(clean_text(contents[-1])) if contents else None
    return unit.name if unit else ""


def parsed_catalog(catalog: Catalog, *, store: ArtifactStore) -> Cached[SplitFrame]:
    """Every product's text in its parts, cached under the catalogue's key.

    Returns:
        Columns ``title``, ``bullets`` (joined by line breaks), ``description``, ``unit`` (``str``; ``""`` when
        missing), ``value`` (NaN when missing) and ``n_bullets``.
    """
    return store.split_frame(
        parsed_key(catalog), lambda: SplitFrame(parse_frame(catalog.items.train), parse_frame(catalog.items.test))
    )


def parsed_key(catalog: Catalog) -> str:
    """Cache key of :func:`parsed_catalog`."""
    return cache_key("features.parse", PARSE_VERSION, {}, [catalog.key])


def parse_frame(items: pd.DataFrame) -> pd.DataFrame:
    """The columns of :func:`parsed_catalog` for rows of a catalogue."""
    parsed = [parse_text(text) for text in items[TEXT].fillna("").astype(str).tolist()]
    return pd.DataFrame(
        {
            "title": pd.array([row.title for row in parsed], dtype="str"),
            "bullets": pd.array(["\n".join(row.bullets) for row in parsed], dtype="str"),
            "description": pd.array([row.description for row in parsed], dtype="str"),
            "value": pd.array([row.value for row in parsed], dtype="float64"),
            "unit": pd.array([row.unit for row in parsed], dtype="str"),
            "n_bullets": pd.array([len(row.bullets) for row in parsed], dtype="float64"),
        },
        index=items.index,
    )
