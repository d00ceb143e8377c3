from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError
from core.features import RowQuery, brands, find_rows
from core.overrides import Override, Overrides
from core.store import ArtifactStore
from core.types import Catalog
from tests.features.conftest import make_catalog


def found(catalog: Catalog, query: RowQuery, store: ArtifactStore) -> list[tuple[str, str]]:
    return list(find_rows(catalog, query, store=store).itertuples(index=False, name=None))


def test_everything_in_the_files_order(shop: Catalog, store: ArtifactStore) -> None:
    assert [row[1] for row in found(shop, RowQuery(), store)] == ["100", "101", "102", "103", "900", "901", "902"]
    assert found(shop, RowQuery(split="test"), store)[0] == ("test", "900")


def test_words_and_ids(shop: Catalog, store: ArtifactStore) -> None:
    assert [row[1] for row in found(shop, RowQuery(words="HONEY zephyrine"), store)] == ["900"]
    assert found(shop, RowQuery(words="901"), store) == [("test", "901")]
    assert found(shop, RowQuery(words="no such words"), store) == []
    assert found(shop, RowQuery(words="(Pack"), store) == [("train", "100")]


def test_filters(store: ArtifactStore) -> None:
    catalog = make_catalog(
        ["Item Name: Zephyrine Oats, 16 Ounce (Pack of 2)\nValue: 3\nUnit: oz", "Item Name: Zephyrine Salt, 9 oz"],
        ["Item Name: -"],
    )
    assert found(catalog, RowQuery(contradiction=True), store) == [("train", "100")]
    table = brands(catalog, store=store).value.stacked()
    blank = [row[1] for row in found(catalog, RowQuery(no_brand=True), store)]
    assert blank == table.index[table["brand_key"] == ""].tolist() and "900" in blank
    unsure = [row[1] for row in found(catalog, RowQuery(low_confidence=True), store)]
    assert unsure == table.index[(table["brand_confidence"] < 0.5) & (table["brand_key"] != "")].tolist()


def test_an_id_of_both_files_is_found_in_both(store: ArtifactStore) -> None:
    catalog = make_catalog(["Item Name: Velmont"], ["Item Name: Velmont"])
    assert found(catalog, RowQuery(words="velmont"), store) == [("train", "100"), ("test", "900")]


def test_bad_queries_are_refused() -> None:
    with pytest.raises(InputError, match="8 words"):
        RowQuery(words="a b c d e f g h i")
    with pytest.raises(InputError, match="both"):
        RowQuery(split="all")  # type: ignore[arg-type]


def test_the_rows_that_were_corrected(shop: Catalog, store: ArtifactStore) -> None:
    lines = (Override("brand", "Quillmoor", "test", "901"), Override("merge", "a", of="b"))
    catalog = replace(shop, overrides=Overrides(lines, "key"))
    assert found(catalog, RowQuery(corrected=True), store) == [("test", "901")]
    assert found(shop, RowQuery(corrected=True), store) == []
