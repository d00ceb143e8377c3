from __future__ import annotations

from collections.abc import Callable

import pytest

from core.embed import compose_text, text_table
from core.store import ArtifactStore, hash_bytes
from core.types import Catalog


@pytest.mark.parametrize(
    ("title", "size", "rest", "text"),
    [
        ("Plum  Jam", "12 ounce", "Sweet", "12 ounce. Plum Jam"),
        ("", "12 ounce", "Sweet\nand dark", "12 ounce. Sweet and dark"),
        ("-", "", "Sweet", "Sweet"),
        ("Plum Jam", "", "", "Plum Jam"),
        ("", "", " ", ""),
        ("bad \ud800 half", "", "", "bad ? half"),
    ],
)
def test_the_size_comes_first(title: str, size: str, rest: str, text: str) -> None:
    assert compose_text(title, size, rest) == text


def test_a_long_title_never_pushes_the_size_out() -> None:
    assert compose_text("word " * 900, "12 ounce", "").startswith("12 ounce. word word")
    assert len(compose_text("word " * 900, "12 ounce", "")) <= 1200


def test_every_product_has_a_row_and_a_blank_one_no_content(
    make_catalog: Callable[..., Catalog], store: ArtifactStore
) -> None:
    texts = {"a": "Item Name: Plum Jam\nValue: 12.0\nUnit: Ounce\n", "b": ""}
    table = text_table(make_catalog({"a": "", "b": ""}, {}, texts), store=store)
    assert table.train["text"].to_dict() == {"a": "12 ounce. Plum Jam", "b": ""}
    assert table.train["status"].to_dict() == {"a": "ok", "b": "blank"}
    assert table.train["content"].to_dict() == {"a": hash_bytes(b"12 ounce. Plum Jam"), "b": ""}
    assert len(table.test) == 0
