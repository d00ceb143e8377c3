from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.parse import parse_text, parsed_catalog, read_number
from core.store import ArtifactStore
from core.types import Catalog
from tests.features.conftest import make_catalog

LABELS = st.sampled_from(
    ["Item Name:", "\nBullet Point 1:", "\nBullet Point:", "\nProduct Description:", "\nValue:", "\nUnit:", "\n", " "]
)
WORDS = st.sampled_from(["12.0", "nan", "Ounce", "(Pack of 6)", "<br>", "&amp;"])
PIECES = st.one_of(LABELS, st.text(max_size=30), WORDS)
HOSTILE = st.lists(PIECES, max_size=12).map("".join)


def test_all_parts() -> None:
    text = (
        "Item Name: Velmont Oats\nBullet Point 1: Whole <b>grain</b>\nBullet Point 2: Fine\n"
        "Product Description: First line.\nSecond line.\nValue: 12.5\nUnit: Fl. Oz\n"
    )
    parsed = parse_text(text)
    assert parsed.title == "Velmont Oats"
    assert parsed.bullets == ("Whole grain", "Fine")
    assert parsed.description == "First line. Second line."
    assert (parsed.value, parsed.unit) == (12.5, "fluid ounce")
    assert [(part.kind, text[part.start : part.end].strip()) for part in parsed.parts][-2:] == [
        ("value", "12.5"),
        ("unit", "Fl. Oz"),
    ]


def test_unnumbered_bullet_and_crlf() -> None:
    parsed = parse_text("Item Name: Velmont Oats\r\nBullet Point: Fine\r\nValue: 2\r\nUnit: Count\r\n")
    assert (parsed.title, parsed.bullets, parsed.value, parsed.unit) == ("Velmont Oats", ("Fine",), 2.0, "count")


def test_text_without_a_label_is_a_title() -> None:
    parsed = parse_text("Velmont Oats\n12 oz")
    assert parsed.title == "Velmont Oats 12 oz"
    assert math.isnan(parsed.value) and parsed.unit == ""


def test_labels_in_another_order() -> None:
    parsed = parse_text("Unit: oz\nValue: 3\nProduct Description: Good\nItem Name: Velmont")
    assert (parsed.title, parsed.description, parsed.value, parsed.unit) == ("Velmont", "Good", 3.0, "ounce")


def test_prose_that_looks_like_a_label_stays_prose() -> None:
    parsed = parse_text(
        "Item Name: Velmont\nProduct Description: Why buy\nValue: Each bag feeds a family\nUnit: sold by the whole"
        " case of many, many bags\nValue: 4\nUnit: lb"
    )
    assert parsed.description.startswith("Why buy Value: Each bag feeds a family Unit: sold by")
    assert (parsed.value, parsed.unit) == (4.0, "pound")


def test_prose_label_alone_is_a_title() -> None:
    assert parse_text("Value: great for a family").title == "Value: great for a family"


@pytest.mark.parametrize("content", ["nan", "None", "", " - "])
def test_missing_value(content: str) -> None:
    parsed = parse_text(f"Item Name: Velmont\nValue: {content}\nUnit: None\n")
    assert math.isnan(parsed.value)
    assert (parsed.title, parsed.unit) == ("Velmont", "")


@pytest.mark.parametrize(
    ("content", "number"),
    [("12.0", 12.0), ("0.00", 0.0), ("1,5", 1.5), (".5", 0.5), (" 46752 ", 46752.0), ("1e3", 1000.0)],
)
def test_read_number(content: str, number: float) -> None:
    assert read_number(content) == number


@given(HOSTILE)
def test_nothing_makes_it_raise_and_parts_lie_inside(text: str) -> None:
    parsed = parse_text(text)
    ends = 0
    for part in parsed.parts:
        assert ends <= part.start <= part.end <= len(text)
        ends = part.end


@pytest.mark.parametrize("piece", ["<", "&", "Value:\n", "Item Name:", "(12 ", "1", " ", "\u200b", "Ã©", "a", "😀"])
def test_a_megabyte_of_anything(piece: str) -> None:
    parsed = parse_text((piece * (1_000_000 // len(piece)))[:1_000_000])
    assert parsed.value != parsed.value


def test_parsed_catalog_is_aligned_and_cached(shop: Catalog, store: ArtifactStore) -> None:
    parsed = parsed_catalog(shop, store=store)
    parsed.value.check_rows(shop.items)
    assert not parsed.hit and parsed_catalog(shop, store=store).hit
    assert parsed.value.columns == ["title", "bullets", "description", "value", "unit", "n_bullets"]
    assert parsed.value.test["title"].tolist()[-1] == "-"
    assert {str(parsed.value.train[name].dtype) for name in ("title", "bullets", "description", "unit")} == {"str"}


def test_empty_test_file(store: ArtifactStore) -> None:
    parsed = parsed_catalog(make_catalog(["Item Name: Velmont"], []), store=store)
    assert len(parsed.value.test) == 0
