"""Places in the original text of what was read from the cleaned one."""

from __future__ import annotations

from dataclasses import dataclass

from core.features.parse import ParsedText, PartKind


@dataclass(frozen=True)
class Span:
    """``text[start:end]`` of the original text and what it gave: ``brand``, ``size``, ``pack``, ``count``, …"""

    start: int
    end: int
    kind: str


def title_span(parsed: ParsedText, kind: str, start: int, end: int) -> Span | None:
    """Where ``parsed.title[start:end]`` stands in the original text.

    Cleaning moves offsets, so the phrase is looked up: the same occurrence of it, or the whole title where
    cleaning changed the phrase itself. None for a product without a title.
    """
    part = next((part for part in parsed.parts if part.kind == "title"), None)
    if part is None:
        return None
    raw, phrase = parsed.text[part.start : part.end], parsed.title[start:end]
    at = -1
    for _ in range(parsed.title.count(phrase, 0, start + 1) + 1 if phrase else 0):
        following = raw.find(phrase, at + 1)
        if following < 0:
            break
        at = following
    if at < 0:
        return Span(part.start, part.end, kind)
    return Span(part.start + at, part.start + at + len(phrase), kind)


def body_span(parsed: ParsedText, kind: str, phrase: str) -> Span | None:
    """The first place of a phrase in the bullets or the description; None where cleaning changed it."""
    for part in parsed.parts:
        at = parsed.text.find(phrase, part.start, part.end) if part.kind in ("bullet", "description") else -1
        if at >= 0:
            return Span(at, at + len(phrase), kind)
    return None


def field_span(parsed: ParsedText, field: PartKind) -> Span | None:
    """The place of the last part of a kind without the blanks around it; None when it is missing or blank."""
    part = next((part for part in reversed(parsed.parts) if part.kind == field), None)
    if part is None:
        return None
    content = parsed.text[part.start : part.end]
    start = part.start + len(content) - len(content.lstrip())
    end = part.start + len(content.rstrip())
    return Span(start, end, field) if end > start else None
