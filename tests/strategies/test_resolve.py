"""Blocks of a strategy on a catalogue."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError
from core.presets import find_preset
from core.strategies import BUILTIN, blocks_of
from core.types import Catalog, SideTable, SplitFrame
from tests.strategies.recipes import CONSTANT, PHOTOS, SIZES


def with_side(catalog: Catalog) -> Catalog:
    """The catalogue with a side table of one column."""
    frames = [side[[]].assign(sweet=1.0) for side in (catalog.items.train, catalog.items.test)]
    return replace(catalog, sides=(SideTable("attributes", SplitFrame(*frames), "k"),))


def test_names_patterns_and_presets(tiny_catalog: Catalog):
    assert blocks_of(SIZES, tiny_catalog) == ("size",)
    assert blocks_of(CONSTANT, tiny_catalog) == ()
    everything = blocks_of(BUILTIN["everything"], tiny_catalog)
    assert everything == tuple(sorted(find_preset("text").blocks_for(tiny_catalog)))
    assert "side:attributes" in blocks_of(BUILTIN["brand_read"], with_side(tiny_catalog))
    assert "side:attributes" in blocks_of(BUILTIN["everything"], with_side(tiny_catalog))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("text_vectors", "vectors of the texts"),
        ("dual_input", "vectors of the texts"),
        ("brand_photo", "photos"),
        ("brand_read", "side table"),
    ],
)
def test_what_is_lacking_is_said_with_what_to_do(tiny_catalog: Catalog, name: str, remedy: str):
    with pytest.raises(InputError, match=remedy):
        blocks_of(BUILTIN[name], tiny_catalog)


def test_a_block_that_nobody_knows_is_said(tiny_catalog: Catalog):
    with pytest.raises(InputError, match="'moon'"):
        blocks_of(replace(SIZES, blocks=("size", "moon")), tiny_catalog)
    with pytest.raises(InputError, match="image@"):
        blocks_of(PHOTOS, tiny_catalog)
