"""A product's text with the words that gave its features, and the features beside."""

from __future__ import annotations

import html

from core.features import Fact, Mark

# Translucent, so that the words stay readable on a light and on a dark page.
MARK_COLOURS = {
    "brand": "rgba(194, 72, 155, 0.32)",
    "pack": "rgba(59, 130, 246, 0.32)",
    "size": "rgba(31, 157, 107, 0.32)",
    "count": "rgba(139, 92, 246, 0.32)",
    "value": "rgba(224, 138, 30, 0.35)",
    "unit": "rgba(224, 138, 30, 0.35)",
    "quality": "rgba(20, 184, 196, 0.30)",
    "category": "rgba(202, 188, 32, 0.38)",
}


def marked(marks: list[Mark]) -> str:
    """The text as HTML, whatever it holds escaped, with coloured stretches."""
    pieces = [
        f'<mark title="{mark.kind}" style="background:{MARK_COLOURS[mark.kind]};color:inherit;border-radius:3px;'
        f'padding:0 2px">{html.escape(mark.text)}</mark>'
        if mark.kind
        else html.escape(mark.text)
        for mark in marks
    ]
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere;line-height:1.6">{"".join(pieces)}</div>'


def fact_table(facts: list[Fact]) -> str:
    """The facts as an HTML table: each with the colour of its words, and below it how sure it is."""
    lines = [
        f'<tr><td style="padding:3px 14px 3px 0;white-space:nowrap;vertical-align:top"><span style="background:'
        f'{MARK_COLOURS.get(fact.kind, "transparent")};border-radius:3px;padding:0 4px">{html.escape(fact.name)}</span>'
        f'</td><td style="padding:3px 0;line-height:1.35">{html.escape(fact.value)}{_sure(fact.sure)}</td></tr>'
        for fact in facts
    ]
    return f"<table>{''.join(lines)}</table>"


def _sure(said: str) -> str:
    return f'<div style="opacity:0.65;font-size:0.85em">{html.escape(said)}</div>' if said else ""
