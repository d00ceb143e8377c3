from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.parse import parse_text
from core.features.quality import CLAIMS
from core.features.spans import Span
from core.features.taxonomy import TOP_OF
from core.features.word_spans import beside, category_spans, claim_spans

TEXT = "Item Name: Velmont Rolled Oats\nBullet Point 1: not organic, sugar free\nProduct Description: Kosher oats"


def words(text: str, spans: list[Span]) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_claims_are_found_once_and_denied_ones_not() -> None:
    parsed = parse_text(TEXT)
    assert words(TEXT, claim_spans(parsed, ["sugar_free", "kosher", "organic"])) == ["sugar free", "Kosher"]
    assert claim_spans(parsed, []) == []


def test_the_title_comes_before_what_stands_before_it() -> None:
    text = "Product Description: organic\nItem Name: Organic Oats"
    assert words(text, claim_spans(parse_text(text), ["organic"])) == ["Organic"]


def test_the_longest_run_speaks_for_a_shelf_and_descriptions_do_not() -> None:
    assert words(TEXT, category_spans(parse_text(TEXT), "oatmeal")) == ["Rolled Oats"]
    assert category_spans(parse_text(TEXT), "") == []
    assert category_spans(parse_text("Product Description: oats"), "oatmeal") == []


def test_letters_that_grow_when_made_small_move_nothing() -> None:
    text = "Item Name: İİİ rolled oats"
    assert words(text, category_spans(parse_text(text), "oatmeal")) == ["rolled oats"]


def test_beside_leaves_out_what_overlaps() -> None:
    first = [Span(5, 10, "brand")]
    more = [Span(0, 5, "quality"), Span(9, 12, "quality"), Span(10, 12, "quality")]
    assert beside(first, more) == [*first, more[0], more[2]]


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    parsed = parse_text("Item Name: " + text)
    for span in [*claim_spans(parsed, [name for name, _, _ in CLAIMS]), *category_spans(parsed, next(iter(TOP_OF)))]:
        assert 0 <= span.start < span.end <= len(parsed.text)


@pytest.mark.parametrize("piece", ["not ", "sugar-", "free of ", "rolled ", "İ"])
def test_long_texts_of_one_piece(piece: str) -> None:
    parsed = parse_text("Item Name: " + piece * 5000)
    claim_spans(parsed, [name for name, _, _ in CLAIMS])
    category_spans(parsed, "oatmeal")
