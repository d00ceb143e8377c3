from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.amounts import MAX_TITLE_CHARS, find_body_size, find_count, find_packs, find_sizes, find_total


@pytest.mark.parametrize(
    ("title", "pack"),
    [
        ("Velmont Oats (Pack of 6)", 6),
        ("Velmont Oats (Pack Of6)", 6),
        ("Velmont Oats, Pack of Six", 6),
        ("Velmont Bars 24-1 Ounce Bags", 24),
        ("Velmont Soup, 12.7 Ounce - 12 per case", 12),
        ("Velmont Soup, 5 Pound -- 2 per case.", 2),
        ("VELMONT SOUP, 10.6 OZ, PK- 6", 6),
        ("Velmont Tea, 6/Carton", 6),
        ("Velmont Tea (2 x 14.1 oz. Packets)", 2),
        ("Velmont Soup 12 Ounce -- 12 Case", 12),
        ("VELMONT_OATS PACK_6", 6),
        ("Velmont Oats 6-Pack", 6),
        ("Velmont Oats, Case of 12", 12),
        ("Velmont Oats - SET OF 2", 2),
        ("2 Pack Velmont Oats", 2),
        ("Velmont Oats Twin Pack", 2),
        ("Velmont Cakes, Pack of 2 (20 total)", 2),
        ("Velmont Soda 12 Pack of 8 oz cans", 12),
        ("Velmont Oats 6pk", 6),
        ("Velmont Chews 10x10g", 10),
        ("Velmont Oats 6-12 Ounce Cans", 6),
        ("Velmont Oats 3 of 1.25 oz pkgs", 3),
        ("Velmont Tea 6 boxes of 20", 6),
        ("Velmont Tea 3x16 bags", 3),
        ("Velmont Soup, 6 Cans, 19 oz", 6),
        ("Velmont Soup (Two Bottles)", 2),
        ("Velmont Dinner (24 ct Pack, 7.25 oz Boxes)", 24),
        ("Velmont Twists 16oz - 6 Unit Pack", 6),
        ("Velmont Pods, 10 boxes", 10),
        ("Velmont Tea 20 Count Pack of 4", 4),
    ],
)
def test_pack_phrases(title: str, pack: int) -> None:
    found = find_packs(title)
    assert [amount.number for amount in found] == [pack]
    assert str(pack) in title[found[0].start : found[0].end] or pack in (2, 6)


@pytest.mark.parametrize(
    "title",
    [
        "Velmont pack of 8 oz",
        "Velmont Pack of 2.5 oz",
        "Velmont 10-12 oz",
        "Backpack 6 colours",
        "Velmont Oats, 12 Ounce",
        "Velmont pack of 50% more",
        "Velmont 99999 pack",
        "Velmont 1 can",
        "Velmont Tea 54 Bags",
    ],
)
def test_no_pack(title: str) -> None:
    assert find_packs(title) == []


def test_every_pack_phrase_in_order() -> None:
    assert [amount.number for amount in find_packs("4 Pack Velmont (Pack of 2)")] == [4, 2]


@pytest.mark.parametrize(
    ("title", "number", "unit"),
    [
        ("Velmont 12.7 Ounce", 12.7, "ounce"),
        ("Velmont 8-Ounce", 8, "ounce"),
        ("Velmont 16.9 fl. oz.", 16.9, "fluid ounce"),
        ("Velmont 16.9 FZ", 16.9, "fluid ounce"),
        ("Velmont 150ml", 150, "milliliter"),
        ("Velmont 1,000 ml", 1000, "milliliter"),
        ("Velmont 0,5 l", 0.5, "liter"),
        ("Velmont 1 1/2 lb bag", 1.5, "pound"),
        ("Velmont 1/2 oz", 0.5, "ounce"),
        ("Velmont .46 oz", 0.46, "ounce"),
        ("Velmont 10x10g", 10, "gram"),
        ("Velmont 280gr", 280, "gram"),
        ("Velmont 2 Kg", 2, "kilogram"),
        ("Velmont Juice 1 Gallon", 1, "gallon"),
        ("Velmont Rolls ,10 ounce", 10, "ounce"),
        ("Velmont [4 x 25 sticks/1.76oz/50g]", 1.76, "ounce"),
        ("Velmont Mix, 12-Quart 1.5-Ounce Canister", 1.5, "ounce"),
    ],
)
def test_first_size(title: str, number: float, unit: str) -> None:
    first = find_sizes(title)[0]
    assert first.unit is not None
    assert (first.number, first.unit.name) == (number, unit)


@pytest.mark.parametrize(
    "title",
    [
        "16g of Protein",
        "Low Sugar (3g)",
        "Velmont 3g Net Carbs",
        "Velmont 12 glasses",
        "Velmont $5.00 off",
        "0 oz",
        "1/0 oz",
        "A5 oz",
    ],
)
def test_no_size(title: str) -> None:
    assert find_sizes(title) == []


@pytest.mark.parametrize(
    ("title", "count"),
    [
        ("Velmont Tea, 12 Count", 12),
        ("Velmont Tea, 20 Tea Bags (Pack of 6)", 20),
        ("Velmont Cups 24ct", 24),
        ("Velmont Bars Four Count", 4),
        ("Velmont Bars, 8 individually wrapped bars", 8),
    ],
)
def test_piece_counts(title: str, count: int) -> None:
    found = find_count(title, find_packs(title))
    assert found is not None and found.number == count


def test_stated_totals() -> None:
    total = find_total("Velmont Cakes, Pack of 2 (20 total)")
    assert total is not None and total.number == 20
    other = find_total("Velmont Cakes (Pack of 2, 24 Count Total)")
    assert other is not None and other.number == 24
    assert find_total("Velmont Total Care") is None


@pytest.mark.parametrize(
    ("title", "each"),
    [
        ("16 fl oz glass bottles", True),
        ("9.7 oz Each", True),
        ("2 oz tea bags", False),
        ("14 Ounce Bag", False),
        ("8 oz, 6 bottles", False),
    ],
)
def test_the_size_of_each(title: str, each: bool) -> None:
    assert find_sizes(title)[0].each is each


@pytest.mark.parametrize(
    ("body", "number"),
    [
        ("Fine oats\n17.8 oz.\nWhole", 17.8),
        ("Fine oats, Net Weight: 12 oz", 12),
        ("55 mints (7oz bag)", 7),
        ("Mix with 8 oz of water. Package weight: 2 pounds.", None),
        ("0g trans fat", None),
        ("", None),
    ],
)
def test_sizes_in_bullets(body: str, number: float | None) -> None:
    found = find_body_size(body)
    assert (found.number if found else None) == number


@given(st.text(alphabet="0123456789 -./,xX()_ozOZPackofcaseml½²٣", max_size=200))
def test_spans_lie_inside_the_title(title: str) -> None:
    packs = find_packs(title)
    amounts = [*find_sizes(title), *packs, find_count(title, packs), find_total(title)]
    for amount in amounts:
        if amount is not None:
            assert 0 <= amount.start < amount.end <= len(title)
            assert amount.number > 0


def test_only_the_start_of_a_title_is_read() -> None:
    title = "x" * MAX_TITLE_CHARS + " 12 oz (Pack of 6) 20 total"
    assert (find_sizes(title), find_packs(title), find_count(title), find_total(title)) == ([], [], None, None)
