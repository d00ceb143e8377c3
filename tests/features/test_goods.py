from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.features.goods import are_loose, find_matter


@pytest.mark.parametrize(
    ("title", "matter"),
    [
        ("Velmont Apple Juice, 64 oz", "liquid"),
        ("Velmont Rice Vinegar", "liquid"),
        ("Velmont Beet Juice Powder", "solid"),
        ("Velmont Tuna in Olive Oil", "solid"),
        ("Velmont Peaches in Light Syrup", "solid"),
        ("Velmont Milk Chocolate", "solid"),
        ("Velmont Chocolate Milk", "liquid"),
        ("Velmont Liquid Drink Mix", "liquid"),
        ("Velmont Powdered Drink, Cherry", "solid"),
        ("Velmont Chips, Salt & Vinegar", "solid"),
        ("Velmont Chicken Broth", ""),
        ("Velmont Margarita Mix", ""),
        ("Velmont Deluxe", ""),
        ("", ""),
    ],
)
def test_matter(title: str, matter: str) -> None:
    assert find_matter(title) == matter


def test_loose_things() -> None:
    assert are_loose("Velmont Green Tea") and are_loose("Velmont K-Cups") and are_loose("Velmont Chewing Gum")
    assert not are_loose("Velmont Tomato Soup") and not are_loose("Velmont Protein Bars")


@given(st.text(max_size=200))
def test_nothing_makes_it_raise(title: str) -> None:
    assert find_matter(title) in ("liquid", "solid", "")
    assert are_loose(title) in (True, False)
