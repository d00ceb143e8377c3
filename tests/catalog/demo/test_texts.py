from __future__ import annotations

import random
import re

import pytest

from core.catalog.demo.shelves import SHELVES
from core.catalog.demo.texts import catalog_content, value_and_unit
from core.catalog.demo.titles import Product, title

FORMAT = re.compile(
    r"Item Name: [^\n]+\n"
    r"(Bullet Point: [^\n]+\n|(Bullet Point \d+: [^\n]+\n)+)?"
    r"(Product Description: [^\n]+\n)?"
    r"Value: (\d+(\.\d+)?|nan)\n"
    r"Unit: [^\n]+\n"
)


def product(*, shelf: str = "spices", size: float = 4.0, pack: int = 6) -> Product:
    found = next(one for one in SHELVES if one.name == shelf)
    return Product("Dovaprina's", found, found.nouns[0], found.flavours[0], size, pack, ("Organic", "Premium"))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    rng = random.Random(0)
    shelves = [one.name for one in SHELVES]
    return [catalog_content(product(shelf=rng.choice(shelves), pack=rng.choice((1, 1, 6))), rng) for _ in range(6000)]


def test_every_text_has_the_challenges_format(texts: list[str]) -> None:
    assert [text for text in texts if not FORMAT.fullmatch(text)] == []


@pytest.mark.parametrize(
    "noise",
    [
        r"<b>|<p>|<br", "[\U0001f300-\U0001faff✅⭐]", "[\u200b\u200c\ufeff\u200e]", "â€", "&amp;|&nbsp;",
        r"D\.|Do\.v", "[®™]", "[\u4e00-\u9fff]", "Sin gluten", r"\(Pack of 6\)", "6 per case", "-- 6 Case", "PK- 6",
        "6/Carton", "PACK_6", "6-4 ?[Oo]", r"\n(?=Bullet Point: )", "Value: nan\nUnit: None",
        "(?m)^Unit: (oz|fl oz|ct|Gramm)",
    ],
)  # fmt: skip
def test_the_noise_of_real_feeds_is_there(texts: list[str], noise: str) -> None:
    share = sum(bool(re.search(noise, text)) for text in texts) / len(texts)
    assert 0.0 < share < 0.25


def test_value_is_mostly_the_total_and_sometimes_not() -> None:
    rng = random.Random(1)
    found = [value_and_unit(product(size=4.0, pack=6), rng) for _ in range(4000)]
    ounces = [value for value, unit in found if unit.lower() in ("ounce", "oz", "ounces", "oz.")]
    assert 0.84 < sum(value == "24.0" for value in ounces) / len(ounces) < 0.95
    assert 0.05 < sum(value == "4.0" for value in ounces) / len(ounces) < 0.13
    pieces = [value for value, unit in found if unit.lower() == "count"]
    assert 0.4 < sum(value == "6.0" for value in pieces) / len(pieces) < 0.6


def test_titles_hide_size_or_pack_now_and_then() -> None:
    rng = random.Random(2)
    titles = [title(product(pack=1), rng) for _ in range(500)]
    assert 0.03 < sum("4" not in one for one in titles) / 500 < 0.3
    assert all(one == one.strip() and ",," not in one and "()" not in one for one in titles)
