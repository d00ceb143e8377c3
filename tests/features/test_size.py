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
        # Value near neither: the title stands, for a parcel's weight and a former size are filed as Value too.
        ("Velmont Oats, 12 Ounce (Pack of 2)", 30, "oz", 2, 12, 24, "weight"),
        ("Velmont Oats, 8 oz (Pack of 6)", 64, "oz", 6, 8, 48, "weight"),
        ("Velmont Oats, 8 oz", 5.3, "oz", 1, 8, 8, "weight"),
        # A multiple of the named pack: packs within packs.
        ("Velmont Oats, 8 oz (Pack of 2)", 96, "oz", 2, 48, 96, "weight"),
        # A bundle whose sizes add up.
        ("Velmont Rub 7 oz, Velmont Salt 8.5 oz", 15.5, "oz", 1, 15.5, 15.5, "weight"),
        # The title's number under another unit.
        ("Velmont Flavor, 1 dram bottle (.125 fl oz)", 1, "Fl Oz", 1, 0.125, 0.125, "volume"),
        # Of two sizes the nearer one.
        ("Velmont Chews, over 3 lb, 50 oz", 50.1, "oz", 1, 50, 50, "weight"),
        # Value out of all proportion: the title stands.
        ("Velmont Oats, 16 Ounce (Pack of 2)", 3, "oz", 2, 16, 32, "weight"),
        # Only the fields.
        ("Velmont Oats", 9, "oz", 1, 9, 9, "weight"),
        ("Velmont Oats (Pack of 3)", 27, "oz", 3, 9, 27, "weight"),
        # Only the title.
        ("Velmont Oats 8 oz (Pack of 3)", "nan", "None", 3, 8, 24, "weight"),
        # The Unit counts packages, the title names the size.
        ("Velmont Soup, 12.7 Ounce - 12 per case", 12, "Count", 12, 12.7, 152.4, "weight"),
        ("Velmont Soda, 12 oz", 24, "Count", 24, 12, 288, "volume"),
        ("Velmont Tea, 2 oz, 20 Tea Bags", 20, "Count", 1, 2, 2, "weight"),
        ("Velmont Sauce, 18 Ounce (Pack of 2) - SET OF 2", 4, "Count", 4, 18, 72, "weight"),
        # A three-pound bag of 175 pieces is no pack of 175 bags.
        ("Velmont Gumballs 3 lb", 175, "Count", 1, 48, 48, "weight"),
        # Dry goods in fluid ounces are weighed; a liquid stays a volume.
        ("Velmont Oats, 12 Ounce (Pack of 6)", 72, "Fl Oz", 6, 12, 72, "weight"),
        ("Velmont Juice, 8 fl oz (Pack of 6)", 48, "Ounce", 6, 8, 48, "volume"),
        # A plain ounce is a volume for thin liquids, whatever the Unit, and a mass for the rest.
        ("Velmont Olive Oil, 16 oz", 16, "Ounce", 1, 16, 16, "volume"),
        ("Velmont Vinegar, 16 oz", 16, "Fl Oz", 1, 16, 16, "volume"),
        ("Velmont Drink Mix Powder", 19, "Fl Oz", 1, 19, 19, "weight"),
        ("Velmont Salt & Vinegar Chips, 5 oz", 5, "Ounce", 1, 5, 5, "weight"),
        ("Velmont Tuna in Olive Oil, 5 oz", 5, "Fl Oz", 1, 5, 5, "weight"),
        # Where the words leave it open the Unit tells.
        ("Velmont Broth, 32 oz", 32, "Fl Oz", 1, 32, 32, "volume"),
        ("Velmont Broth, 32 oz", 32, "Ounce", 1, 32, 32, "weight"),
        ("Velmont Deluxe, 20 oz", 20, "Fl Oz", 1, 20, 20, "volume"),
        # Pieces within packs: the pack is the outer one.
        ("Velmont Bars, 2 Ounce, 6 Count (Pack of 4)", 48, "Ounce", 4, 12, 48, "weight"),
        # A count of packages that carry a size, and a count of what is inside one.
        ("Velmont Soup, 14 oz, 4 Count", 4, "Count", 4, 14, 56, "weight"),
        ("Velmont Bars, 2 Ounce (40 Count)", 80, "Ounce", 40, 2, 80, "weight"),
        ("Velmont Tea, 1.3 Ounce, 18 Count", 18, "Count", 1, 1.3, 1.3, "weight"),
        ("Velmont Coffee Pods, 0.4 oz, 24 Count", 9.6, "oz", 1, 9.6, 9.6, "weight"),
        ("Velmont Lemonade, 16 fl oz glass bottles, 6 count", 16, "oz", 6, 16, 96, "volume"),
        ("Velmont Sugar Free Cereal (3g), 9 oz", 9, "oz", 1, 9, 9, "weight"),
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
        ("Velmont Coffee, 60 Count (6 Packs of 10)", 60, "Count", 60),
        ("Velmont Coffee, 40 Count (4 Boxes of 10 K-Cup Pods)", 4, "Count", 40),
        ("Velmont Tea - 3x16 bags", 3, "Count", 48),
    ],
)
def test_pieces(title: str, value: float, unit: str, pieces: float) -> None:
    assert reading(title, value, unit).total_count == pieces


def test_a_pack_of_pods_is_one_package() -> None:
    found = reading("Velmont Coffee Pods (Pack of 24)", 24, "Count")
    assert (found.pack_count, found.total_count) == (1, 24)
    assert [span.kind for span in found.spans] == ["count", "value", "unit"]
    assert reading("Velmont Coffee Pods, 10 Count (Pack of 24)", 240, "Count").pack_count == 24
    assert reading("Velmont Coffee Pods (Pack of 6)", 6, "Count").pack_count == 6


def test_the_bullets_give_a_size_that_the_rest_lacks() -> None:
    text = (
        "Item Name: Velmont Icing\nBullet Point 1: Serve with 8 oz of water\nBullet Point 2: Net Wt. 12 oz\n"
        "Value: 1\nUnit: Count\n"
    )
    found = read_size(parse_text(text))
    assert found.total_weight_g / OUNCE_G == pytest.approx(12)
    assert math.isnan(found.title_size) and found.n_sizes == 0
    assert [text[span.start : span.end] for span in found.spans if span.kind == "size"] == ["12 oz"]


def test_the_bullets_do_not_outweigh_title_or_value() -> None:
    text = "Item Name: Velmont Icing{}\nBullet Point: Net Wt. 12 oz\nValue: {}\nUnit: {}\n"
    assert read_size(parse_text(text.format(", 9 oz", 1, "Count"))).total_weight_g / OUNCE_G == pytest.approx(9)
    assert read_size(parse_text(text.format("", 10, "oz"))).total_weight_g / OUNCE_G == pytest.approx(10)
    assert read_size(parse_text(text.format("", 1, "oz"))).total_weight_g / OUNCE_G == pytest.approx(12)


def test_one_ounce_of_nothing_named_is_a_placeholder() -> None:
    found = reading("Velmont Doughnuts - 12 Doughnuts", "1.0", "Ounce")
    assert (found.unit_kind, found.total_count) == ("count", 12)
    assert math.isnan(found.total_size)


@pytest.mark.parametrize(
    ("title", "number", "unit", "grams", "ml"),
    [
        ("Velmont Oats 500 g", 500, "gram", 500, math.nan),
        ("Velmont Oats 1,5 kg", 1500, "Gramm", 1500, math.nan),
        ("Velmont Oats 6 x 250g", 1500, "g", 1500, math.nan),
        ("Velmont Sirup 0,7 l", 700, "mililitro", math.nan, 700),
        ("Velmont Juice 33 cl", 330, "ml", math.nan, 330),
        ("Velmont Water 1 L (Pack of 6)", 6000, "millilitres", math.nan, 6000),
        ("Velmont Water 500ml", 0.5, "litre", math.nan, 500),
        ("Velmont Yeast", 7000, "milligram", 7, math.nan),
    ],
)
def test_metric_units(title: str, number: float, unit: str, grams: float, ml: float) -> None:
    found = reading(title, number, unit)
    assert found.total_weight_g == pytest.approx(grams, nan_ok=True)
    assert found.total_volume_ml == pytest.approx(ml, nan_ok=True)


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
    texts = {name: pd.array([], "str") for name in ("title", "bullets", "description", "unit")}
    empty = pd.DataFrame({**texts, "value": pd.array([], "float64")})
    assert size_frame(empty).shape == (0, len(SIZE_INFO.columns))
