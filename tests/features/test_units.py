from __future__ import annotations

import pytest

from core.features.units import UNITS, find_unit

SPELLINGS = {
    "ounce": "Ounce ounce OUNCE oz Oz OZ Ounces ounces onzas oz.",
    "fluid ounce": "Fl Oz|fl oz|FL OZ|Fl. Oz|Fl.Oz|fl. oz.|Fluid Ounce|fluid ounces|FL Oz|fz|Fluid Ounces|Fl Oz ",
    "pound": "Pound pound lb lbs LB Lbs. pounds",
    "gram": "Gram gram grams Grams Gramm gramm gramos g gr gm",
    "kilogram": "kg KG Kilogram kilograms kilo Kilogramos",
    "milliliter": "ml ML Milliliter milliliters millilitre Millilitres mililitro mililitros",
    "liter": "Liter Liters litre l L Litros ltr",
    "gallon": "gallon Gallons gal",
    "count": "Count count COUNT ct CT each Each ea piece pieces Pcs Pack packs unità unidad Bag Box Jar Can Packet",
}  # fmt: skip


@pytest.mark.parametrize("name", SPELLINGS)
def test_spellings(name: str) -> None:
    text = SPELLINGS[name]
    for spelling in text.split("|" if "|" in text else None):
        unit = find_unit(spelling)
        assert unit is UNITS[name], spelling


@pytest.mark.parametrize("spelling", ["None", "nan", "", "7", "12.0", "---", "parsecs", "x" * 1000])
def test_no_unit(spelling: str) -> None:
    assert find_unit(spelling) is None


def test_tea_bags_count_pieces() -> None:
    assert find_unit("Tea Bags") is UNITS["count"]


def test_a_fluid_ounce_stands_as_an_ounce() -> None:
    assert UNITS["fluid ounce"].gram_like == pytest.approx(UNITS["ounce"].gram_like)
    assert UNITS["pound"].gram_like == pytest.approx(16 * UNITS["ounce"].gram_like)
    assert UNITS["liter"].gram_like == pytest.approx(1000 / 29.5735295625 * 28.349523125)
