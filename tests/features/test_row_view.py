from __future__ import annotations

from dataclasses import replace

import pytest

from core.features import RowView, brand_index, brands, compute_blocks, read_row, read_text
from core.overrides import NO_OVERRIDES, Override, Overrides
from core.store import ArtifactStore
from core.types import Catalog
from tests.features.conftest import make_catalog


def view_of(catalog: Catalog, store: ArtifactStore, sample_id: str) -> RowView:
    blocks = compute_blocks(catalog, ["category", "quality"], store=store)
    return read_row(catalog, blocks, brands(catalog, store=store).value, "train", sample_id)


def said(view: RowView) -> dict[str, tuple[str, str]]:
    return {fact.name: (fact.value, fact.sure) for fact in view.facts}


def test_a_row_with_its_marks_and_facts(shop: Catalog, store: ArtifactStore) -> None:
    blocks = compute_blocks(shop, ["category", "quality"], store=store)
    view = read_row(shop, blocks, brands(shop, store=store).value, "train", "100")
    assert "".join(mark.text for mark in view.marks) == shop.items.train["catalog_content"].iloc[0]
    assert [(mark.text, mark.kind) for mark in view.marks if mark.kind] == [
        ("Zephyrine", "brand"),
        ("Rolled Oats", "category"),
        ("12 Ounce", "size"),
        ("Pack of 6", "pack"),
        ("oats", "category"),
        ("organic", "quality"),
        ("72.0", "value"),
        ("Ounce", "unit"),
    ]
    facts = {fact.name: fact.value for fact in view.facts}
    assert facts["Packages"] == "6"
    assert facts["One package"] == "340.19 g"
    assert facts["Whole offer"] == "2,041.17 g"
    assert facts["Category"] == "breakfast › oatmeal"
    assert facts["Claims"] == "organic"
    assert facts["Brand"] == "Zephyrine"
    sure = {fact.name: fact.sure for fact in view.facts}
    assert sure["Brand"].endswith(" % sure")
    assert (sure["Packages"], sure["One package"]) == ("the title names it", "title and Value agree")
    assert sure["Pieces"] == "one a package" and sure["Category"].startswith("leads the next shelf by ")
    assert not view.cut


def test_a_row_of_which_nothing_is_known(shop: Catalog, store: ArtifactStore) -> None:
    blocks = compute_blocks(shop, ["category", "quality"], store=store)
    view = read_row(shop, blocks, brands(shop, store=store).value, "test", "902")
    facts = {fact.name: fact.value for fact in view.facts}
    assert (facts["Brand"], facts["Category"], facts["Claims"]) == ("unknown", "unknown", "none")
    assert (facts["Value field"], facts["Pieces"]) == ("unknown", "unknown")


def test_a_long_text_is_cut(store: ArtifactStore) -> None:
    catalog = make_catalog(["Item Name: Velmont\nProduct Description: " + "oats " * 10_000], [])
    blocks = compute_blocks(catalog, ["category", "quality"], store=store)
    view = read_row(catalog, blocks, brands(catalog, store=store).value, "train", "100")
    assert view.cut and sum(len(mark.text) for mark in view.marks) == 20_000


NO_PACK, NAMED, DIVIDED = "the title names no pack", "the title names it", "the Value over the title's size"
COUNTED, DOUBTFUL = "the Value field counts pieces", "doubtful: title and Value disagree"


@pytest.mark.parametrize(
    ("text", "package", "packages"),
    [
        ("Velmont Oats\nValue: 8\nUnit: oz", "the Value field alone", NO_PACK),
        ("Velmont Oats 8 oz", "the title alone", NO_PACK),
        ("Velmont Oats 8 oz\nValue: 16\nUnit: oz", "title and Value agree", DIVIDED),
        ("Velmont Tea, 20 Tea Bags\nValue: 20\nUnit: Count", COUNTED, NO_PACK),
        ("Velmont Oats, 16 Ounce (Pack of 2)\nValue: 3\nUnit: oz", DOUBTFUL, NAMED),
        ("Velmont", "", NO_PACK),
    ],
)
def test_what_a_size_rests_on(text: str, package: str, packages: str, store: ArtifactStore) -> None:
    found = said(view_of(make_catalog([f"Item Name: {text}"]), store, "100"))
    assert (found["One package"][1], found["Packages"][1]) == (package, packages)


def test_a_corrected_row_says_who_corrected_it(shop: Catalog, store: ArtifactStore) -> None:
    lines = (
        Override("brand", "Quillmoor", "train", "100"),
        Override("pack_count", "3", "train", "100"),
        Override("unit_size", "1 pound", "train", "100"),
    )
    view = view_of(replace(shop, overrides=Overrides(lines, "key")), store, "100")
    found = said(view)
    assert found["Brand"] == ("Quillmoor", "corrected by you")
    assert found["Packages"] == ("3", "corrected by you")
    assert found["One package"] == ("453.59 g", "corrected by you")
    assert found["Whole offer"][0] == "1,360.78 g"
    assert view.corrected == {"brand": "Quillmoor", "pack_count": "3", "unit_size": "1 pound"}
    assert "brand" not in {mark.kind for mark in view.marks}
    assert view_of(shop, store, "101").corrected == {}


def test_a_merged_brand_is_found_by_its_own_spelling(shop: Catalog, store: ArtifactStore) -> None:
    merged = replace(shop, overrides=Overrides((Override("merge", "zephyrine", of="morwickfarm"),), "key"))
    view = view_of(merged, store, "103")
    value, sure = said(view)["Brand"]
    assert value == "Zephyrine" and sure.endswith("merged by you")
    assert ("Morwick Farms", "brand") in [(mark.text, mark.kind) for mark in view.marks]
    assert "merged" not in said(view_of(merged, store, "100"))["Brand"][1]


def test_an_untouched_text_reads_as_its_row(shop: Catalog, store: ArtifactStore) -> None:
    index, table = brand_index(shop, store=store), brands(shop, store=store).value
    for sample_id, text in shop.items.train["catalog_content"].items():
        row, own = view_of(shop, store, str(sample_id)), read_text(text, index, table, NO_OVERRIDES, of=text)
        assert (own.facts, own.marks, own.brand) == (row.facts, row.marks, row.brand)


def test_an_edited_text_changes_what_is_read(shop: Catalog, store: ArtifactStore) -> None:
    index, table = brand_index(shop, store=store), brands(shop, store=store).value
    own = shop.items.train["catalog_content"].iloc[0]
    text = own.replace("12 Ounce (Pack of 6)", "2 Pound").replace("organic", "kosher").replace("72.0", "32")
    found = said(read_text(text, index, table, NO_OVERRIDES, of=own))
    assert (found["Packages"][0], found["One package"][0], found["Claims"][0]) == ("1", "907.18 g", "kosher")
    merge = Overrides((Override("merge", "morwickfarm", of="zephyrine"),), "key")
    assert said(read_text(own, index, table, merge, of=own))["Brand"][0] == "Morwick Farms"
    empty = said(read_text("", index, table, NO_OVERRIDES, of=None))
    assert (empty["Brand"][0], empty["Category"][0]) == ("unknown", "unknown")
