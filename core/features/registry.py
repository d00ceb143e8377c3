"""The blocks by name, and how each is computed. A new block is one file and one line in :data:`_BLOCKS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from core.errors import InputError
from core.features.brand import BRAND_INFO, BRAND_VERSION, brand_frame, brand_table
from core.features.category import CATEGORY_INFO, CATEGORY_VERSION, category_frame
from core.features.corrected import correct_brands, correct_sizes, corrected_key
from core.features.five_simple import FIVE_SIMPLE_INFO, FIVE_SIMPLE_VERSION, five_simple_frame
from core.features.parse import parsed_catalog, parsed_key
from core.features.quality import QUALITY_INFO, QUALITY_VERSION, quality_frame
from core.features.sides import SIDE_PREFIX, side_block, side_blocks
from core.features.size import SIZE_INFO, SIZE_VERSION, size_frame
from core.features.text_stats import TEXT_STATS_INFO, TEXT_STATS_VERSION, text_stats_frame
from core.store import ArtifactStore, Cached, cache_key
from core.types import BlockInfo, Catalog, FeatureBlock, ProgressFn, SplitFrame, no_progress, part_of

Inputs: TypeAlias = Callable[[str], Cached[SplitFrame]]
"""Gives the frames that a recipe is made from: ``"parse"``, ``"brands"`` or a block, by name."""


@dataclass(frozen=True)
class Recipe:
    """How a block is made.

    Attributes:
        info: What the screens show.
        version: Raised whenever the same input would give other columns.
        needs: Artifacts that it is made from; their keys are its parents.
        make: Those artifacts' frames, in the order of ``needs``, and the catalogue to the block's frame.
    """

    info: BlockInfo
    version: int
    needs: tuple[str, ...]
    make: Callable[[Catalog, Sequence[SplitFrame]], SplitFrame]


def _size(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    return SplitFrame(size_frame(made[0].train), size_frame(made[0].test))


def _text_stats(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    train, test = catalog.items.train, catalog.items.test
    return SplitFrame(text_stats_frame(made[0].train, train), text_stats_frame(made[0].test, test))


def _quality(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    return SplitFrame(quality_frame(made[0].train), quality_frame(made[0].test))


def _category(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    return SplitFrame(category_frame(made[0].train), category_frame(made[0].test))


def _brand(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    return brand_frame(made[0])


def _five_simple(catalog: Catalog, made: Sequence[SplitFrame]) -> SplitFrame:
    parsed, size = made
    return SplitFrame(
        five_simple_frame(parsed.train, size.train, catalog.items.train),
        five_simple_frame(parsed.test, size.test, catalog.items.test),
    )


_BLOCKS: tuple[Recipe, ...] = (
    Recipe(SIZE_INFO, SIZE_VERSION, ("parse",), _size),
    Recipe(TEXT_STATS_INFO, TEXT_STATS_VERSION, ("parse",), _text_stats),
    Recipe(QUALITY_INFO, QUALITY_VERSION, ("parse",), _quality),
    Recipe(CATEGORY_INFO, CATEGORY_VERSION, ("parse",), _category),
    Recipe(BRAND_INFO, BRAND_VERSION, ("brands",), _brand),
    Recipe(FIVE_SIMPLE_INFO, FIVE_SIMPLE_VERSION, ("parse", "size"), _five_simple),
)

_RECIPES: Mapping[str, Recipe] = MappingProxyType({recipe.info.name: recipe for recipe in _BLOCKS})
BLOCKS: Mapping[str, BlockInfo] = MappingProxyType({name: recipe.info for name, recipe in _RECIPES.items()})


def brands(catalog: Catalog, *, store: ArtifactStore) -> Cached[SplitFrame]:
    """Every product's brand, cached.

    Returns:
        Columns ``brand`` (as shown) and ``brand_key`` (folded spelling), both ``""`` when unknown, and
        ``brand_confidence`` from 0 to 1, with the user's corrections and merges.
    """
    key = artifact_key(catalog, "brands")
    if key == brands_key(parsed_key(catalog)):
        return brands_as_read(catalog, store=store)
    table = None if store.has(key) else brands_as_read(catalog, store=store).value
    return store.split_frame(
        key, lambda: correct_brands(table or brands_as_read(catalog, store=store).value, catalog.overrides)
    )


def brands_as_read(catalog: Catalog, *, store: ArtifactStore) -> Cached[SplitFrame]:
    """:func:`brands` as the texts alone tell them, without corrections and merges."""
    key = brands_key(parsed_key(catalog))
    # The parsed texts are read only to compute the brands, and before, so that the seconds are the brands' own.
    parsed = None if store.has(key) else parsed_catalog(catalog, store=store).value
    return store.split_frame(key, lambda: brand_table(parsed or parsed_catalog(catalog, store=store).value))


def brands_key(parsed_key: str) -> str:
    """Cache key of :func:`brands_as_read` for a parsed catalogue."""
    return cache_key("features.brands", BRAND_VERSION, {}, [parsed_key])


def compute_block(catalog: Catalog, name: str, *, store: ArtifactStore) -> FeatureBlock:
    """One block, computed or read from the cache.

    Raises:
        InputError: No block, and no side table of this catalogue, has that name.
    """
    return compute_blocks(catalog, [name], store=store)[name]


def compute_blocks(
    catalog: Catalog, names: Sequence[str], *, store: ArtifactStore, report: ProgressFn = no_progress
) -> dict[str, FeatureBlock]:
    """The named blocks in the order given; what they share is read once.

    Raises:
        InputError: No block, and no side table of this catalogue, has one of the names.
    """
    check_names(catalog, names)
    inputs = _inputs(catalog, store)
    blocks: dict[str, FeatureBlock] = {}
    for position, name in enumerate(dict.fromkeys(names)):
        part_of(report, position / len(names), (position + 1) / len(names))(0.0, f"Reading {name}")
        blocks[name] = _block(catalog, name, inputs)
    report(1.0, "Features are ready")
    return blocks


def blocks_are_cached(catalog: Catalog, names: Sequence[str], *, store: ArtifactStore) -> bool:
    """True when :func:`compute_blocks` would read them all; side tables are in memory anyway."""
    return all(store.has(artifact_key(catalog, name)) for name in names if not name.startswith(SIDE_PREFIX))


def check_names(catalog: Catalog, names: Sequence[str]) -> None:
    """Raise :class:`InputError` for a name that is neither a block nor a side table of the catalogue."""
    known = [*BLOCKS, *side_blocks(catalog)]
    for name in names:
        if name not in known:
            raise InputError(f"there is no feature block {name!r}.", f"Choose among {', '.join(known)}.")


def _block(catalog: Catalog, name: str, inputs: Inputs) -> FeatureBlock:
    if name.startswith(SIDE_PREFIX):
        return side_block(catalog, name)
    made = inputs(name)
    return FeatureBlock(BLOCKS[name], made.value, made.key, made.seconds, made.hit)


def _inputs(catalog: Catalog, store: ArtifactStore) -> Inputs:
    """Artifacts by name, each read or computed at most once."""
    held: dict[str, Cached[SplitFrame]] = {}

    def get(name: str) -> Cached[SplitFrame]:
        if name not in held:
            if name == "parse":
                held[name] = parsed_catalog(catalog, store=store)
            elif name == "brands":
                held[name] = brands(catalog, store=store)
            else:
                held[name] = make(_RECIPES[name])
        return held[name]

    def make(recipe: Recipe) -> Cached[SplitFrame]:
        key = artifact_key(catalog, recipe.info.name)
        # Parents first, so that a block's seconds are its own; a cached block needs none of them.
        for need in recipe.needs if not store.has(key) else ():
            get(need)
        return store.split_frame(key, lambda: corrected(recipe, key))

    def corrected(recipe: Recipe, key: str) -> SplitFrame:
        plain = _plain_key(catalog, recipe)
        if key == plain:
            return recipe.make(catalog, [get(need).value for need in recipe.needs])
        # Only the size has corrections of its own; what was read is kept, and the few rows are put right in it.
        as_read = store.split_frame(plain, lambda: recipe.make(catalog, [get(need).value for need in recipe.needs]))
        return correct_sizes(as_read.value, get("parse").value, catalog.overrides)

    return get


def artifact_key(catalog: Catalog, name: str) -> str:
    """Cache key of ``"parse"``, ``"brands"`` or a block of :data:`BLOCKS`, without reading or computing anything.

    Raises:
        InputError: No such block.
    """
    if name == "parse":
        return parsed_key(catalog)
    if name == "brands":
        return corrected_key(brands_key(parsed_key(catalog)), name, catalog.overrides)
    check_names(catalog, [name])
    return corrected_key(_plain_key(catalog, _RECIPES[name]), name, catalog.overrides)


def _plain_key(catalog: Catalog, recipe: Recipe) -> str:
    """Key of a block before corrections of its own; those of what it is made from are in it."""
    parents = [artifact_key(catalog, need) for need in recipe.needs]
    return cache_key(f"features.{recipe.info.name}", recipe.version, {}, parents)
