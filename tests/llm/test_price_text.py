"""Exactly one positive number, with a currency sign at most."""

from __future__ import annotations

import pytest

from core.llm.answers import BadAnswer
from core.llm.price_text import read_price


@pytest.mark.parametrize(
    ("words", "price"),
    [
        ("12.99", 12.99),
        ("$12.99", 12.99),
        (" $ 12.99\n", 12.99),
        ("12.99 USD", 12.99),
        ("USD 12.99", 12.99),
        ("US$12", 12.0),
        ("12 dollars.", 12.0),
        ("**$1,299.50**", 1299.5),
        ("`7`", 7.0),
        (".5", 0.5),
        ("<think>12 or 13?</think>13", 13.0),
    ],
)
def test_prices(words: str, price: float):
    assert read_price(words, False) == {"price": price}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("", "empty"),
        ("no idea", "no_price"),
        ("0", "no_price"),
        ("$0.00", "no_price"),
        ("-5", "no_price"),
        ("$-5", "no_price"),
        ("10-15", "no_price"),
        ("10 to 15", "no_price"),
        ("12 oz for $5", "no_price"),
        ("It is $12.99", "no_price"),
        ("12,99", "no_price"),
        ("1e3", "no_price"),
        ("12%", "no_price"),
        ("NaN", "no_price"),
        ("inf", "no_price"),
        ("99999999", "no_price"),
        ("9" * 5000, "no_price"),
        ("１２", "no_price"),
        ('{"price": 12}', "no_price"),
    ],
)
def test_anything_else_is_a_failure(words: str, kind: str):
    with pytest.raises(BadAnswer) as bad:
        read_price(words, False)
    assert bad.value.kind == kind


def test_words_that_the_server_cut_are_cut_off():
    with pytest.raises(BadAnswer) as bad:
        read_price("The price of such a", True)
    assert bad.value.kind == "cut_off"
