"""Do photos and titles look alike in both files? Adversarial validation of each block of vectors that is ready."""

from __future__ import annotations

import functools

from core.embed import compute_vector_block, is_whole, vector_block_key, vector_blocks
from core.shift.adversarial import AdversarialSpec, adversarial
from core.shift.auc import Auc
from core.store import ArtifactStore, cache_key
from core.types import Catalog, SplitFrame

VERSION = 1


def catalog_vector_aucs(catalog: Catalog, *, store: ArtifactStore, seed: int = 0) -> dict[str, Auc]:
    """AUC with its interval by each block of the catalogue's vectors and photos, by the block's title.

    Only rows that have a vector are compared: how many have one is a matter of the download, not of the products. The
    reduction speaks for the whole vectors.
    """
    found = {}
    for name, info in vector_blocks(catalog).items():
        if not is_whole(name) and _varies(compute_vector_block(catalog, name, store=store).frame):
            measure = functools.partial(_measure, catalog, name, store, seed)
            made = store.json(_key(catalog, name, seed), measure)
            found[info.title] = Auc(*made.value)
    return found


def find_vector_aucs(catalog: Catalog, *, store: ArtifactStore, seed: int = 0) -> dict[str, Auc]:
    """Those of :func:`catalog_vector_aucs` that were computed before; quick."""
    kept = {info.title: store.find_json(_key(catalog, name, seed)) for name, info in vector_blocks(catalog).items()}
    return {title: Auc(*values) for title, values in kept.items() if values is not None}


def _key(catalog: Catalog, name: str, seed: int) -> str:
    return cache_key("shift.vector_aucs", VERSION, {"seed": seed}, [vector_block_key(catalog, name)])


def _varies(frame: SplitFrame) -> bool:
    known = frame.stacked().dropna()
    return bool(len(known)) and bool((known.nunique() > 1).any())


def _measure(catalog: Catalog, name: str, store: ArtifactStore, seed: int) -> list[float]:
    frame = compute_vector_block(catalog, name, store=store).frame
    known = SplitFrame(*(side.dropna() for side in (frame.train, frame.test)))
    found = adversarial(known, spec=AdversarialSpec(seed=seed))
    return [found.auc, found.low, found.high]
