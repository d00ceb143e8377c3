from __future__ import annotations

import pytest

from core.features import brands, parsed_catalog
from core.features.brand_index import BrandIndex, brand_index, index_of, index_tables
from core.features.brand_one import OneBrand, read_one_brand
from core.store import ArtifactStore
from core.types import Catalog
from tests.features.conftest import make_catalog


def texts_of(catalog: Catalog, store: ArtifactStore) -> list[tuple[str, str]]:
    parsed = parsed_catalog(catalog, store=store).value.stacked()
    bodies = parsed["bullets"] + "\n" + parsed["description"]
    return list(zip(parsed["title"].tolist(), bodies.tolist(), strict=True))


def check_own_texts(catalog: Catalog, store: ArtifactStore, step: int = 1) -> None:
    index = brand_index(catalog, store=store)
    table = brands(catalog, store=store).value.stacked()
    rows = [*zip(texts_of(catalog, store), table["brand_key"], table["brand_confidence"], strict=True)]
    for (title, body), key, confidence in rows[::step]:
        found = read_one_brand(index, title, body, of=(title, body))
        assert found.key == key, title
        assert found.confidence == pytest.approx(confidence, abs=1e-9), title


def test_own_texts_read_as_in_the_catalogue(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    check_own_texts(tiny_catalog, store, step=3)


def test_odd_texts_read_as_in_the_catalogue(store: ArtifactStore) -> None:
    texts = [
        "",
        "Item Name: -\nProduct Description: made by Velmont Farms",
        "Item Name: Velmont Oats by Velmont",
        "Item Name: Velmont Oats\nBullet Point: Velmont's oats, velmont",
        "Item Name: Black Tea",
        "Item Name: A a A a A a A a A",
        "Item Name: Oats by Morwick Farms\nBullet Point: Brand: Morwick Farms",
        "Item Name: ٣ Ωμ 茶 İı",
    ]
    check_own_texts(make_catalog(texts, texts[::2]), store)


@pytest.mark.real_rows
def test_real_texts_read_as_in_the_catalogue(challenge_dir, store: ArtifactStore) -> None:  # type: ignore[no-untyped-def]
    from core.catalog import read_catalog

    catalog = read_catalog(challenge_dir / "train.csv", challenge_dir / "test.csv")
    check_own_texts(catalog, store, step=50)


def test_an_edited_text_is_read_anew(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    index = brand_index(tiny_catalog, store=store)
    table = brands(tiny_catalog, store=store).value.stacked()
    named = table[table["brand_confidence"] > 0.9]
    other = named[named["brand_key"].map(named["brand_key"].value_counts()) >= 4].iloc[0]
    own = texts_of(tiny_catalog, store)[0]
    found = read_one_brand(index, f"{other['brand']} Rolled Oats, 12 oz", "", of=own)
    assert found.key == other["brand_key"] and found.confidence > 0.5
    assert read_one_brand(index, "", "", of=own) == OneBrand("", "", 0.0)


def test_one_product_more(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    index = brand_index(tiny_catalog, store=store)
    table = brands(tiny_catalog, store=store).value.stacked()
    key = table["brand_key"][table["brand_key"] != ""].value_counts().index[0]
    name = table["brand"][table["brand_key"] == key].iloc[0]
    assert read_one_brand(index, f"{name} Sea Salt, 8 oz", "").key == key


def test_an_index_of_nothing() -> None:
    index = index_of(index_tables([], []), 0)
    assert isinstance(index, BrandIndex) and not index.names
    assert 0.0 <= read_one_brand(index, "Velmont Oats", "Velmont oats").confidence <= 1.0


def test_the_index_is_kept(tiny_catalog: Catalog, store: ArtifactStore) -> None:
    first, again = brand_index(tiny_catalog, store=store), brand_index(tiny_catalog, store=store)
    assert first == again
