from __future__ import annotations

import io
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.embed import find_photos, find_products, product_cards, product_titles
from core.embed.gallery import short_title, thumbnail
from core.types import Catalog

ALL = np.ones(4, dtype=bool)


@pytest.fixture
def jams(make_catalog: Callable[..., Catalog]) -> Catalog:
    """Three train products and a test product, two of them jams."""
    texts = {"a": "Item Name: Plum Jam\nValue: 1", "b": "Item Name: Green Tea", "c": "", "d": "Item Name: Jam of Fig"}
    return make_catalog({"a": "0.png", "b": "none.png", "c": ""}, {"d": "1.png"}, texts)


def test_a_title_is_the_first_line_and_short() -> None:
    assert short_title("Item Name: Plum Jam\nBullet Point: sweet") == "Plum Jam"
    assert short_title("") == ""
    assert short_title("Item Name: " + "x" * 200) == "x" * 90 + "…"


def test_products_are_found_by_id_then_by_words(jams: Catalog) -> None:
    assert find_products(jams, "b", ALL) == [1]
    assert find_products(jams, " d ", ALL) == [3]
    assert find_products(jams, "JAM", ALL) == [0, 3]
    assert find_products(jams, "jam plum", ALL) == [0]
    assert find_products(jams, "jam", ALL, limit=1) == [0]
    assert find_products(jams, "jam plum", ALL, titles=product_titles(jams)) == [0]
    assert find_products(jams, "nothing", ALL) == []


def test_only_products_that_may_be_found_are(jams: Catalog) -> None:
    among = np.array([False, True, True, True])
    assert find_products(jams, "jam", among) == [3]
    assert find_products(jams, "a", among) == []
    assert find_products(jams, "", among) == [1]
    assert find_products(jams, "", np.zeros(4, dtype=bool)) == []


def test_a_card_has_photo_title_and_price(jams: Catalog, photos: Path) -> None:
    train, test = product_cards(jams, find_photos(jams, photos), photos, [0, 3], [math.nan, 0.5])
    assert (train.sample_id, train.split, train.title, train.price) == ("a", "train", "Plum Jam", 1.0)
    assert (test.sample_id, test.split, test.title, test.similarity) == ("d", "test", "Jam of Fig", 0.5)
    assert math.isnan(test.price)
    assert train.photo is not None
    assert Image.open(io.BytesIO(train.photo)).size == (40, 40)
    assert product_cards(jams, find_photos(jams, photos), photos, [1], [0.1])[0].photo is None


def test_a_thumbnail_is_small_and_a_broken_photo_has_none(photos: Path, draw: Callable[..., Path]) -> None:
    draw(photos / "wide.png", 1, (600, 300))
    small = thumbnail(photos, "wide.png", side_px=100)
    assert small is not None
    assert Image.open(io.BytesIO(small)).size == (100, 50)
    (photos / "broken.png").write_bytes(b"no photo")
    assert thumbnail(photos, "broken.png") is None
    assert thumbnail(photos, "../outside.png") is None
