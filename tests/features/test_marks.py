from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.features.marks import Mark, brand_span, split_marks
from core.features.parse import parse_text
from core.features.spans import Span
from tests.features.test_parse import HOSTILE


def marked_brand(text: str, key: str) -> str:
    span = brand_span(parse_text(text), key)
    return text[span.start : span.end] if span else ""


def test_the_brand_is_found_in_any_spelling() -> None:
    assert marked_brand("Item Name: Big V.elmont's  Mills Oats", "velmontmill") == "V.elmont's  Mills"
    assert marked_brand("Item Name: Oats\nBullet Point: Oats from VELMONT", "velmont") == "VELMONT"


def test_the_title_comes_before_the_bullets() -> None:
    text = "Bullet Point: Velmont\nItem Name: Velmont Oats"
    span = brand_span(parse_text(text), "velmont")
    assert span == Span(text.rindex("Velmont"), text.rindex("Velmont") + 7, "brand")


def test_an_unknown_or_absent_brand_has_no_span() -> None:
    assert brand_span(parse_text("Item Name: Velmont"), "") is None
    assert brand_span(parse_text("Item Name: Velmont"), "quillmoor") is None
    assert brand_span(parse_text(""), "velmont") is None


def test_split_marks() -> None:
    marks = split_marks("abcdef", [Span(4, 5, "pack"), Span(1, 3, "size"), Span(2, 4, "count"), Span(1, 1, "unit")])
    assert marks == [Mark("a", ""), Mark("bc", "size"), Mark("d", ""), Mark("e", "pack"), Mark("f", "")]


@given(HOSTILE, st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6))
def test_marks_join_to_the_text(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(min(one, len(text)), min(other, len(text)), "size") for one, other in places]
    assert "".join(mark.text for mark in split_marks(text, spans)) == text
