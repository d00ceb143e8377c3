"""A product's text cut at the places that gave its brand, size and pack."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.features.brand_tokens import token_key
from core.features.parse import ParsedText
from core.features.spans import Span

_WORD = re.compile(r"\S+")
_MAX_NAME_WORDS = 8
_MAX_PART_CHARS = 20_000


@dataclass(frozen=True)
class Mark:
    """A stretch of text and what it gave, ``""`` for nothing."""

    text: str
    kind: str


def brand_span(parsed: ParsedText, brand_key: str) -> Span | None:
    """The first place that names the brand, title before bullets before description; None when none does.

    Args:
        brand_key: As in the table of :func:`core.features.brands`.
    """
    order = {"title": 0, "bullet": 1, "description": 2}
    parts = sorted((part for part in parsed.parts if part.kind in order), key=lambda part: order[part.kind])
    for part in parts if brand_key else ():
        found = _find_name(parsed.text[part.start : min(part.end, part.start + _MAX_PART_CHARS)], brand_key)
        if found:
            return Span(part.start + found[0], part.start + found[1], "brand")
    return None


def _find_name(text: str, brand_key: str) -> tuple[int, int] | None:
    words = [(match.start(), match.end(), token_key(match.group())) for match in _WORD.finditer(text)]
    for at, (start, _, first) in enumerate(words):
        if not first or not brand_key.startswith(first):
            continue
        joined = ""
        for _, end, key in words[at : at + _MAX_NAME_WORDS]:
            joined += key
            if joined == brand_key:
                return start, end
            if not brand_key.startswith(joined):
                break
    return None


def split_marks(text: str, spans: Sequence[Span]) -> list[Mark]:
    """The text in order as marked and unmarked stretches; where two spans overlap the earlier one keeps its place."""
    marks: list[Mark] = []
    at = 0
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if span.start < at or span.end <= span.start:
            continue
        if span.start > at:
            marks.append(Mark(text[at : span.start], ""))
        marks.append(Mark(text[span.start : span.end], span.kind))
        at = span.end
    if at < len(text):
        marks.append(Mark(text[at:], ""))
    return marks
