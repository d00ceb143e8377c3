from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from core.features.parse import parse_text, parsed_catalog
from core.features.size import SIZE_INFO, SizeReading, read_size, size_frame
from core.features.units import FLUID_OUNCE_ML, OUNCE_G
from core.store import ArtifactStore
from core.types import Catalog
from tests.features.test_parse import HOSTILE


def reading(title: str, value: object = "nan", unit: str = "None") -> SizeReading:
    return read_size(parse_text(f"Item Name: {title}\nValue: {value}\nUnit: {unit}\n"))


@pytest.mark.parametrize(
    ("title", "value", "unit", "pack", "item_oz", "total_oz", "kind"),
    [
        # Value is the total of the pack: not multiplied again.
        ("Velmont Oats, 12 Ounce (Pack of 6)", 72, "Ounce", 6, 12, 72, "weight"),
        # Value is the single size.
        ("Velmont Oats, 12 Ounce (Pack of 6)", 12, "Ounce", 6, 12, 72, "weight"),
        # No pack phrase, Value a multiple of the size.
        ("Velmont Oats, 12 Ounce", 36, "oz", 3, 12, 36, "weight"),
        # Value near neither: believed when it is of the right order.
        ("Velmont Oats, 12 Ounce (Pack of 2)", 30, "oz", 2, 15, 30, "weight"),
        # Value out of all proportion: the title stands.
        ("Velmont Oats, 16 Ounce (Pack of 2)", 3, "oz", 2, 16, 32, "weight"),
        # Only the fields.
        ("Velmont Oats", 9, "oz", 1, 9, 9, "weight"),
        ("Velmont Oats (Pack of 3)", 27, "oz", 3, 9, 27, "weight"),
        # Only the title.
        ("Velmont Oats 8 oz (Pack of 3)", "nan", "None", 3, 8, 24, "weight"),
        # The Unit counts packages, the title names the size.
        ("Velmont Soup, 12.7 Ounce - 12 per case", 12, "Count", 12, 12.7, 152.4, "weight"),
        ("Velmont Soda, 12 oz", 24, "Count", 24, 12, 288, "weight"),
        ("Velmont Tea, 2 oz, 20 Tea Bags", 20, "Count", 1, 2, 2, "weight"),
        ("Velmont Sauce, 18 Ounce (Pack of 2) - SET OF 2", 4, "Count", 4, 18, 72, "weight"),
        # A three-pound bag of 175 pieces is no pack of 175 bags.
        ("Velmont Gumballs 3 lb", 175, "Count", 1, 48, 48, "weight"),
        # Dry goods in fluid ounces are weighed; a liquid stays a volume.
        ("Velmont Oats, 12 Ounce (Pack of 6)", 72, "Fl Oz", 6, 12, 72, "weight"),
        ("Velmont Juice, 8 fl oz (Pack of 6)", 48, "Ounce", 6, 8, 48, "volume"),
        # Pieces within packs.
        ("Velmont Bars, 2 Ounce, 6 Count (Pack of 4)", 48, "Ounce", 24, 2, 48, "weight"),
        # The title's total and its parts.
        ("Velmont Sticks 48 oz total, 4 Pack of 12 oz", 48, "Ounce", 4, 12, 48, "weight"),
        # Grams filed as ounces.
        ("Velmont Beans 64 oz", 1814.4, "Ounce", 1, 64, 64, "weight"),
        # A heavy "28 pack" whose size is the whole.
        ("Velmont Bars, 28 Pack, 48 oz", 48, "Ounce", 28, 48 / 28, 48, "weight"),
        ("Velmont Chews (2 x 14.1 oz. Packets)", 28.2, "Ounce", 2, 14.1, 28.2, "weight"),
        ("Velmont Bars 24-1 Ounce Bags", 24, "Ounce", 24, 1, 24, "weight"),
    ],
)
def test_reconciliation(
    title: str, value: object, unit: str, pack: float, item_oz: float, total_oz: float, kind: str
) -> None:
    found = reading(title, value, unit)
    assert found.pack_count == pack
    assert found.item_size / OUNCE_G == pytest.approx(item_oz)
    assert found.total_size / OUNCE_G == pytest.approx(total_oz)
    assert found.unit_kind == kind
    base = FLUID_OUNCE_ML if kind == "volume" else OUNCE_G
    total = found.total_volume_ml if kind == "volume" else found.total_weight_g
    assert (total / base, found.unit_size / base) == (pytest.approx(total_oz), pytest.approx(item_oz))
    assert math.isnan(found.total_weight_g if kind == "volume" else found.total_volume_ml)


@pytest.mark.parametrize(
    ("title", "value", "unit", "pieces"),
    [
        ("Velmont Tea, 20 Tea Bags (Pack of 6)", 120, "Count", 120),
        ("Velmont Tea, 20 Tea Bags (Pack of 6)", 6, "Count", 120),
        ("Velmont Tea, 20 Tea Bags (Pack of 6)", 20, "Count", 120),
        ("Velmont Tea, 20 Tea Bags", 1, "Count", 20),
        ("Velmont Cakes, Pack of 2 (20 total)", 2, "Count", 20),
        ("Velmont Plates", 50, "ct", 50),
        ("Velmont Oats 8 oz (Pack of 3)", 24, "oz", 3),
    ],
)
def test_pieces(title: str, value: float, unit: str, pieces: float) -> None:
    assert reading(title, value, unit).total_count == pieces


def test_pieces_alone_are_a_count() -> None:
    found = reading("Velmont Tea, 20 Tea Bags (Pack of 6)", 120, "Count")
    assert (found.unit_kind, found.pack_count, found.unit_size) == ("count", 6, 20)
    assert math.isnan(found.total_size)


def test_nothing_known() -> None:
    found = reading("Velmont")
    assert (found.unit_kind, found.pack_count, found.contradiction, found.absurd) == ("", 1, False, False)
    assert all(math.isnan(number) for number in (found.total_size, found.total_count, found.unit_size, found.value))


@pytest.mark.parametrize(("value", "unit"), [(46752, "Ounce"), ("0.00", "Ounce"), (0, "Count"), (1e9, "Count")])
def test_absurd_values_are_flagged_and_not_believed(value: object, unit: str) -> None:
    found = reading("Velmont Oats, 12 Ounce (Pack of 2)", value, unit)
    assert found.absurd
    assert found.total_size / OUNCE_G == pytest.approx(24)


def test_contradictions() -> None:
    assert reading("Velmont Oats, 16 Ounce (Pack of 2)", 3, "oz").contradiction
    assert reading("Velmont Gum, 100 Count", 2.5, "Count").contradiction
    assert not reading("Velmont Oats, 12 Ounce (Pack of 6)", 72, "oz").contradiction


def test_spans_point_at_the_words() -> None:
    text = "Item Name: Velmont&amp;Co  Oats,\n12 Ounce (Pack of 6)\nValue: 72.0\nUnit: Ounce\n"
    found = read_size(parse_text(text))
    assert [(span.kind, text[span.start : span.end]) for span in found.spans] == [
        ("size", "12 Ounce"),
        ("pack", "Pack of 6"),
        ("value", "72.0"),
        ("unit", "Ounce"),
    ]


def test_the_second_of_two_equal_phrases() -> None:
    text = "Item Name: 12 oz jar, 12 oz lid"
    spans = [span for span in read_size(parse_text(text)).spans if span.kind == "size"]
    assert [(span.start, span.end) for span in spans] == [(11, 16), (22, 27)]


def test_a_phrase_that_cleaning_changed_marks_the_title() -> None:
    text = "Item Name: Velmont 12&nbsp;oz\n"
    (span,) = read_size(parse_text(text)).spans
    assert (span.kind, text[span.start : span.end].strip()) == ("size", "Velmont 12&nbsp;oz")


@given(HOSTILE)
def test_nothing_makes_it_raise_and_spans_lie_inside(text: str) -> None:
    found = read_size(parse_text(text))
    assert all(0 <= span.start < span.end <= len(text) for span in found.spans)
    assert found.pack_count >= 1
    assert not found.total_size <= 0 and not found.total_count <= 0


def test_block_columns(shop: Catalog, store: ArtifactStore) -> None:
    frame = size_frame(parsed_catalog(shop, store=store).value.train)
    assert list(frame.columns) == list(SIZE_INFO.columns)
    assert (frame.dtypes == np.float64).all()
    assert frame["pack_count"].tolist() == [6, 1, 1, 1]
    assert frame["is_volume"].tolist() == [0, 0, 0, 1]
    assert frame["log_total"].iloc[0] == pytest.approx(math.log(72 * OUNCE_G))
    assert math.isnan(frame["total_size"].iloc[1]) and frame["total_count"].iloc[1] == 20
    assert frame["value_over_title"].iloc[0] == pytest.approx(math.log(6))
    assert not np.isinf(frame.to_numpy()).any()


def test_no_rows() -> None:
    empty = pd.DataFrame({"title": pd.array([], "str"), "value": pd.array([], "float64"), "unit": pd.array([], "str")})
    assert size_frame(empty).shape == (0, len(SIZE_INFO.columns))
