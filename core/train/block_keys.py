"""What the blocks are called in the cache, and whether they lie there, found without reading one."""

from __future__ import annotations

from collections.abc import Sequence

from core.embed import is_whole, vector_block_key, vector_blocks
from core.encode import encoded_key, encoders, is_encoded
from core.features import artifact_key, side_blocks
from core.folds import FoldPlan
from core.store import ArtifactStore
from core.train.matrix import blocks_named
from core.types import Catalog


def block_keys(catalog: Catalog, plan: FoldPlan, names: Sequence[str], *, store: ArtifactStore) -> dict[str, str]:
    """Cache key of each named block under ``plan``.

    Raises:
        InputError: A name that is no block of this catalogue.
    """
    known = blocks_named(catalog, names)
    sides = {name: side.key for name, side in zip(side_blocks(catalog), catalog.sides, strict=True)}
    of_vectors = vector_blocks(catalog)
    found = {}
    for name in names:
        if known[name].uses_target:
            found[name] = encoded_key(catalog, plan, name, store=store)
        elif name in of_vectors:
            found[name] = vector_block_key(catalog, name)
        else:
            found[name] = sides[name] if name in sides else artifact_key(catalog, name)
    return found


def is_made(catalog: Catalog, plan: FoldPlan, name: str, key: str, *, store: ArtifactStore) -> bool:
    """True when the block of that name and key is read instead of computed; what the user brought is at hand anyway."""
    if name in encoders(catalog):
        return is_encoded(catalog, plan, name, store=store)
    at_hand = {*side_blocks(catalog), *(block.info.name for block in catalog.attached)}
    return name in at_hand or is_whole(name) or store.has(key)


def blocks_to_make(catalog: Catalog, plan: FoldPlan, names: Sequence[str], *, store: ArtifactStore) -> list[str]:
    """The named blocks that a run under ``plan`` would have to compute first.

    Raises:
        InputError: A name that is no block of this catalogue.
    """
    keys = block_keys(catalog, plan, names, store=store)
    return [name for name in names if not is_made(catalog, plan, name, keys[name], store=store)]
