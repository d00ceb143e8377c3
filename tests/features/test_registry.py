from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError, InputError
from core.features import BLOCKS, FIVE_SIMPLE, blocks_are_cached, brands, compute_block, compute_blocks, side_blocks
from core.features import registry as registry_module
from core.store import ArtifactStore
from core.types import Catalog, SideTable, SplitFrame
from tests.features.conftest import make_catalog

CONTRACT = ("size", "text_stats", "quality", "category", "brand", "five_simple")


def test_the_blocks_of_the_studio() -> None:
    assert tuple(BLOCKS) == CONTRACT
    assert all(info.meaning and info.columns and not info.uses_target for info in BLOCKS.values())
    assert [name for name, info in BLOCKS.items() if not info.default_on] == ["quality", "five_simple"]
    assert all(bool(info.why_off) != info.default_on for info in BLOCKS.values())
    assert tuple(BLOCKS["five_simple"].columns) == FIVE_SIMPLE


def test_every_block_fits_the_rows_and_its_description(shop: Catalog, store: ArtifactStore) -> None:
    for name, block in compute_blocks(shop, list(BLOCKS), store=store).items():
        block.frame.check_rows(shop.items)
        assert block.frame.columns == list(block.info.columns), name
        assert 0 <= block.coverage_pct <= 100
        for dtype in block.frame.train.dtypes:
            assert dtype == np.float64 or isinstance(dtype, pd.CategoricalDtype), (name, dtype)


def test_blocks_are_cached_one_by_one(shop: Catalog, store: ArtifactStore) -> None:
    first = compute_block(shop, "size", store=store)
    again = compute_blocks(shop, ["size", "quality"], store=store)
    assert not first.cached and again["size"].cached and not again["quality"].cached
    assert again["size"].key == first.key and again["size"].key != again["quality"].key
    pd.testing.assert_frame_equal(again["size"].frame.test, first.frame.test)


def test_a_raised_version_leaves_the_other_blocks_cached(
    shop: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute_blocks(shop, ["size", "quality"], store=store)
    recipes = dict(registry_module._RECIPES)
    old = recipes["quality"]
    recipes["quality"] = registry_module.Recipe(old.info, old.version + 1, old.needs, old.make)
    monkeypatch.setattr(registry_module, "_RECIPES", recipes)
    after = compute_blocks(shop, ["size", "quality"], store=store)
    assert after["size"].cached and not after["quality"].cached


def test_blocks_are_cached(shop: Catalog, store: ArtifactStore) -> None:
    assert not blocks_are_cached(shop, ["size"], store=store)
    compute_block(shop, "size", store=store)
    assert blocks_are_cached(shop, ["size", "side:mine"], store=store)
    assert not blocks_are_cached(shop, ["size", "quality"], store=store)


def test_another_catalogue_has_other_keys(shop: Catalog, store: ArtifactStore) -> None:
    other = make_catalog(["Item Name: Velmont"], ["Item Name: Quillmoor"])
    assert compute_block(shop, "size", store=store).key != compute_block(other, "size", store=store).key


def test_prices_change_nothing(shop: Catalog, store: ArtifactStore, tmp_path_factory: pytest.TempPathFactory) -> None:
    dearer = Catalog(shop.name, shop.items, shop.price * 100, shop.key)
    fresh = ArtifactStore(tmp_path_factory.mktemp("fresh"))
    for name in BLOCKS:
        one = compute_block(shop, name, store=store).frame.train
        pd.testing.assert_frame_equal(one, compute_block(dearer, name, store=fresh).frame.train)


def test_five_simple(shop: Catalog, store: ArtifactStore) -> None:
    frame = compute_block(shop, "five_simple", store=store).frame.train
    text = shop.items.train["catalog_content"].iloc[0]
    assert frame.iloc[0].tolist() == [72.0, 0.0, 6.0, len("Zephyrine Rolled Oats, 12 Ounce (Pack of 6)"), len(text)]


def test_unknown_names_are_refused(shop: Catalog, store: ArtifactStore) -> None:
    with pytest.raises(InputError, match=r"no feature block 'colour'.*size"):
        compute_block(shop, "colour", store=store)
    with pytest.raises(InputError, match="side:mine"):
        compute_blocks(shop, ["side:mine"], store=store)


def test_side_blocks_are_the_table_as_it_is(shop: Catalog, store: ArtifactStore) -> None:
    train = pd.DataFrame({"shade": pd.Categorical(["red", None, "blue", "red"])}, index=shop.items.train.index)
    test = pd.DataFrame({"shade": pd.Categorical([None] * 3, categories=["blue", "red"])}, index=shop.items.test.index)
    side = SideTable("mine", SplitFrame(train, test), "side-key")
    catalog = Catalog(shop.name, shop.items, shop.price, shop.key, sides=(side,))
    info = side_blocks(catalog)["side:mine"]
    assert (info.kind, list(info.columns)) == ("side", ["shade"])
    block = compute_block(catalog, "side:mine", store=store)
    assert block.frame is side.frame
    assert block.coverage_pct == pytest.approx(100 * 3 / 7)


def test_a_side_table_of_other_rows_is_refused(shop: Catalog, store: ArtifactStore) -> None:
    frame = pd.DataFrame({"shade": [1.0]}, index=shop.items.train.index[:1])
    side = SideTable("mine", SplitFrame(frame, shop.items.test.assign(shade=1.0)[["shade"]]), "side-key")
    catalog = Catalog(shop.name, shop.items, shop.price, shop.key, sides=(side,))
    with pytest.raises(AlignmentError):
        compute_block(catalog, "side:mine", store=store)


def test_progress_is_told(shop: Catalog, store: ArtifactStore) -> None:
    told: list[float] = []
    compute_blocks(shop, ["size", "brand"], store=store, report=lambda fraction, _: told.append(fraction))
    assert told == [0.0, 0.5, 1.0]


def test_brands_share_their_artifact_with_the_block(shop: Catalog, store: ArtifactStore) -> None:
    compute_block(shop, "brand", store=store)
    assert brands(shop, store=store).hit


def test_an_empty_test_file(store: ArtifactStore) -> None:
    catalog = make_catalog(["Item Name: Velmont Oats 8 oz"], [])
    for name, block in compute_blocks(catalog, list(BLOCKS), store=store).items():
        assert len(block.frame.test) == 0, name
        assert (block.frame.train.dtypes == block.frame.test.dtypes).all()


@pytest.mark.parametrize("piece", ["(12 x ", "1,", "<a ", "&#", "Pack of ", "by A ", "not ", "😀", "Ã©", "Velmont "])
def test_megabytes_of_anything_go_through_every_block(piece: str, store: ArtifactStore) -> None:
    text = piece * (1_000_000 // len(piece))
    catalog = make_catalog([f"Item Name: {text}"], [f"Item Name: Velmont\nProduct Description: {text}\nValue: 1"])
    for name, block in compute_blocks(catalog, list(BLOCKS), store=store).items():
        assert len(block.frame.train) == 1, name


def test_any_unicode_goes_through_every_block(store: ArtifactStore) -> None:
    texts = [
        "\x00\x01",
        "٣ oz ½ lb ²",
        "Ｉｔｅｍ Name: 茶 (Pack of 六)",
        "\u202eItem Name: evil",
        "Item Name: İıß ŉ",
        "",
    ]
    for name, block in compute_blocks(make_catalog(texts, texts), list(BLOCKS), store=store).items():
        assert len(block.frame.test) == len(texts), name
