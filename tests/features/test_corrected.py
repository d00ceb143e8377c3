from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.features import BLOCKS, artifact_key, brands, brands_as_read, compute_block, compute_blocks, size_table
from core.features.corrected import SizeFix, corrected_reading, size_fix
from core.features.size import SIZE_VERSION, read_fields
from core.features.units import FLUID_OUNCE_ML, OUNCE_G, UNITS
from core.overrides import Override, Overrides
from core.store import ArtifactStore, cache_key
from core.types import Catalog, SplitFrame

EVERYTHING = ("parse", "brands", *BLOCKS)


def corrected(catalog: Catalog, *lines: Override) -> Catalog:
    key = cache_key("test.overrides", 1, {"lines": [[line.to, *line.place] for line in lines]})
    return replace(catalog, overrides=Overrides(lines, key))


def keys(catalog: Catalog) -> dict[str, str]:
    return {name: artifact_key(catalog, name) for name in EVERYTHING}


def moved(before: Catalog, after: Catalog) -> set[str]:
    old, new = keys(before), keys(after)
    return {name for name in EVERYTHING if old[name] != new[name]}


def test_keys_without_corrections_are_those_of_before_corrections_were() -> None:
    index = pd.Index(["1"], name="sample_id", dtype="str")
    items = pd.DataFrame({"catalog_content": ["a"], "image_link": [""]}, index=index, dtype="str")
    catalog = Catalog("c", SplitFrame(items, items.iloc[:0]), pd.Series(1.0, index=index), "fixed")
    parsed = cache_key("features.parse", 1, {}, ["fixed"])
    named = cache_key("features.brands", 2, {}, [parsed])
    assert keys(catalog) == {
        "parse": parsed,
        "brands": named,
        "size": cache_key("features.size", SIZE_VERSION, {}, [parsed]),
        "text_stats": artifact_key(catalog, "text_stats"),
        "quality": artifact_key(catalog, "quality"),
        "category": cache_key("features.category", 2, {}, [parsed]),
        "brand": cache_key("features.brand", 2, {}, [named]),
        "five_simple": cache_key(
            "features.five_simple", 1, {}, [parsed, cache_key("features.size", SIZE_VERSION, {}, [parsed])]
        ),
    }


def test_a_correction_moves_what_depends_on_it_and_nothing_else(shop: Catalog) -> None:
    brand = corrected(shop, Override("brand", "Quillmoor", "train", "100"))
    merge = corrected(shop, Override("merge", "morwickfarm", of="zephyrine"))
    pack = corrected(shop, Override("pack_count", "3", "test", "900"))
    value = corrected(shop, Override("value", "3", "test", "900"))
    assert moved(shop, brand) == moved(shop, merge) == {"brands", "brand"}
    assert moved(shop, pack) == moved(shop, value) == {"size", "five_simple"}
    assert artifact_key(brand, "brands") != artifact_key(merge, "brands")
    both = corrected(shop, *brand.overrides.lines, *pack.overrides.lines)
    assert artifact_key(both, "size") == artifact_key(pack, "size")
    assert both.key == shop.key


def test_what_was_read_stays_cached(shop: Catalog, store: ArtifactStore) -> None:
    compute_blocks(shop, list(BLOCKS), store=store)
    found = compute_blocks(corrected(shop, Override("pack_count", "3", "test", "900")), list(BLOCKS), store=store)
    assert {name for name, block in found.items() if not block.cached} == {"size", "five_simple"}
    again = compute_blocks(shop, list(BLOCKS), store=store)
    assert all(block.cached for block in again.values())


def test_a_corrected_brand_is_sure_and_shares_its_spelling(shop: Catalog, store: ArtifactStore) -> None:
    catalog = corrected(
        shop,
        Override("brand", "ZEPHYRINE", "train", "103"),
        Override("brand", "New Name", "test", "900"),
        Override("brand", "", "train", "100"),
        Override("brand", "Nobody", "train", "no such row"),
    )
    table = brands(catalog, store=store).value
    assert table.train.loc["103"].tolist() == ["Zephyrine", "zephyrine", 1.0]
    assert table.test.loc["900"].tolist() == ["New Name", "newname", 1.0]
    assert table.train.loc["100"].tolist() == ["", "", 0.0]
    block = compute_block(catalog, "brand", store=store).frame
    assert block.test.loc["900", "brand_tokens"] == 2.0
    assert np.isnan(block.train.loc["100", "brand_log_count"])
    pd.testing.assert_frame_equal(
        brands_as_read(catalog, store=store).value.train, brands(shop, store=store).value.train
    )


def test_a_merge_joins_two_brands_and_its_undoing_parts_them(shop: Catalog, store: ArtifactStore) -> None:
    before = brands(shop, store=store).value
    merged = corrected(shop, Override("merge", "zephyrine", of="morwickfarm"))
    table = brands(merged, store=store).value
    assert table.train["brand_key"].tolist() == ["zephyrine"] * 4
    assert table.train.loc["103", "brand"] == "Zephyrine"
    assert table.train.loc["103", "brand_confidence"] == before.train.loc["103", "brand_confidence"]
    pd.testing.assert_frame_equal(
        brands(replace(merged, overrides=shop.overrides), store=store).value.train, before.train
    )


def test_a_merge_into_a_brand_that_no_product_has_keeps_the_name(shop: Catalog, store: ArtifactStore) -> None:
    steps = (Override("merge", "b", of="morwickfarm"), Override("merge", "c", of="b"), Override("merge", "x", of="y"))
    table = brands(corrected(shop, *steps), store=store).value
    assert table.train.loc["103", ["brand", "brand_key"]].tolist() == ["Morwick Farms", "c"]


def test_a_corrected_row_follows_the_merge_of_its_brand(shop: Catalog, store: ArtifactStore) -> None:
    lines = Override("brand", "Quillmoor", "train", "100"), Override("merge", "zephyrine", of="quillmoor")
    assert brands(corrected(shop, *lines), store=store).value.train.loc["100", "brand_key"] == "zephyrine"


def test_corrected_sizes_in_the_block_and_in_the_table(shop: Catalog, store: ArtifactStore) -> None:
    catalog = corrected(
        shop, Override("pack_count", "3", "train", "100"), Override("unit_size", "2 pound", "test", "900")
    )
    plain, frame = (compute_block(one, "size", store=store).frame for one in (shop, catalog))
    row = frame.train.loc["100"]
    assert row["pack_count"] == 3.0 and row["total_count"] == 3.0
    assert row["total_weight_g"] == pytest.approx(36 * OUNCE_G)
    assert row["log_total"] == pytest.approx(np.log(36 * OUNCE_G))
    assert frame.test.loc["900", "total_weight_g"] == pytest.approx(32 * OUNCE_G)
    others = [one for one in shop.items.train.index if one != "100"]
    pd.testing.assert_frame_equal(frame.train.loc[others], plain.train.loc[others])
    assert frame.train.dtypes.equals(plain.train.dtypes)
    assert size_table(catalog, store=store).train.loc["100", "pack_count"] == 3.0
    assert compute_block(catalog, "five_simple", store=store).frame.train.loc["100", "pack_count"] == 3.0


def test_a_corrected_value_is_read_as_if_the_field_had_said_it(shop: Catalog, store: ArtifactStore) -> None:
    catalog = corrected(shop, Override("value", "36", "train", "100"))
    row = compute_block(catalog, "size", store=store).frame.train.loc["100"]
    expected = read_fields("Zephyrine Rolled Oats, 12 Ounce (Pack of 6)", 36.0, "ounce")
    assert (row["value"], row["pack_count"]) == (36.0, expected.pack_count)
    assert compute_block(catalog, "five_simple", store=store).frame.train.loc["100", "value"] == 36.0


OATS = read_fields("Velmont Oats, 12 Ounce (Pack of 6)", 72.0, "ounce")
TEA = read_fields("Velmont Tea, 20 Tea Bags", 20.0, "count")
OIL = read_fields("Velmont Oil, 16 Fl Oz", 16.0, "fluid ounce")


def test_another_unit_kind_moves_the_totals_with_it() -> None:
    found = corrected_reading(OATS, SizeFix(unit_number=2.0, unit=UNITS["fluid ounce"]))
    assert (found.unit_kind, found.pack_count) == ("volume", 6.0)
    assert found.total_volume_ml == pytest.approx(12 * FLUID_OUNCE_ML)
    assert found.total_size == pytest.approx(12 * OUNCE_G) and np.isnan(found.total_weight_g)
    counted = corrected_reading(OATS, SizeFix(unit_number=10.0, unit=UNITS["count"]))
    assert (counted.unit_kind, counted.total_count, counted.unit_size) == ("count", 60.0, 10.0)
    assert np.isnan(counted.total_size)


def test_pieces_follow_the_packs_unless_they_are_said() -> None:
    assert corrected_reading(TEA, SizeFix(pack_count=3.0)).total_count == 60.0
    assert corrected_reading(TEA, SizeFix(pack_count=3.0, total_count=50.0)).total_count == 50.0
    assert corrected_reading(OATS, SizeFix(pack_count=4.0)).total_count == 4.0
    assert np.isnan(corrected_reading(OATS, SizeFix(pack_count=1.0)).total_count)
    assert corrected_reading(OIL, SizeFix(pack_count=2.0)).total_volume_ml == pytest.approx(32 * FLUID_OUNCE_ML)
    nothing = read_fields("Velmont", np.nan, "")
    found = corrected_reading(nothing, SizeFix(total_count=8.0))
    assert (found.unit_kind, found.unit_size, found.total_count) == ("count", 8.0, 8.0)


def test_a_corrected_size_contradicts_nothing() -> None:
    odd = read_fields("Velmont Oats, 16 Ounce (Pack of 2)", 3.0, "ounce")
    assert odd.contradiction and not corrected_reading(odd, SizeFix(pack_count=2.0)).contradiction
    assert corrected_reading(odd, SizeFix()) is odd


def test_lines_as_a_fix() -> None:
    assert size_fix({"pack_count": "3", "unit_size": "1.5 fluid ounce"}) == SizeFix(3.0, 1.5, UNITS["fluid ounce"])
    assert size_fix({}) == SizeFix()
