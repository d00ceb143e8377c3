"""Blocks ``image_neighbours@MODEL`` and ``text_neighbours@MODEL``: what the products with the nearest vectors cost.

The statistics are those of the block ``neighbours`` (:mod:`core.encode.neighbours`), in the space of a model's vectors.
A product without a vector has no neighbours and is nobody's.
"""

from __future__ import annotations

import numpy as np

from core.embed import find_vectors
from core.encode.nearest import DEPTH, Nearest, has_nearest, kept_nearest
from core.encode.neighbours import NeighbourInputs, neighbour_columns
from core.encode.vector_price import SUBJECTS
from core.features import artifact_key, compute_block
from core.store import ArtifactStore, cache_key
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, ProgressFn, Tower, VectorSet, no_progress

VERSION = 1
_BLOCK_ROWS = 512


def block_info(found: VectorSet) -> BlockInfo:
    """The block of a set of vectors."""
    what = SUBJECTS[found.tower]
    return BlockInfo(
        name=f"{found.tower}_neighbours@{found.model}",
        title=f"Neighbours by {what}, {found.model}",
        meaning=f"What the products with the most similar {what} vectors cost, adjusted for size (out of fold)",
        columns=neighbour_columns({f"{found.tower}_vector": f"{what} vectors"}),
        uses_target=True,
        # On by default: even a weak model's cost nothing that could be measured (``benchmarks/vector_gains.py``), and
        # who encodes with a model asks for what its vectors say of the price.
        kind="price",
    )


def parents(catalog: Catalog, store: ArtifactStore, tower: Tower, model: str) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (_nearest_key(find_vectors(catalog, tower, model)), artifact_key(catalog, "size"))


def prepare(catalog: Catalog, store: ArtifactStore, tower: Tower, model: str) -> NeighbourInputs:
    """Nearest train rows by vector, and the sizes.

    Raises:
        StorageError: The vectors are no longer in the cache.
    """
    nearest = vector_nearest(catalog, tower, model, store=store)
    sizes = compute_block(catalog, "size", store=store).frame.stacked()
    return NeighbourInputs({f"{tower}_vector": nearest}, sizes["log_total"].to_numpy(dtype=np.float64))


def vector_nearest(
    catalog: Catalog, tower: Tower, model: str, *, store: ArtifactStore, report: ProgressFn = no_progress
) -> Nearest:
    """Each product's nearest train rows by a set of vectors, cached.

    Raises:
        InputError: The catalogue has no such vectors.
        Cancelled: From ``report``.
        StorageError: They are no longer in the cache.
    """
    found = find_vectors(catalog, tower, model)

    def find() -> Nearest:
        frame = found.load()
        frame.check_rows(catalog.items)
        stacked = np.concatenate([side.to_numpy(dtype=np.float32) for side in (frame.train, frame.test)])
        return nearest_vectors(stacked, catalog.n_train, report=report)

    return kept_nearest(_nearest_key(found), find, store=store)


def has_vector_nearest(catalog: Catalog, tower: Tower, model: str, *, store: ArtifactStore) -> bool:
    """True when :func:`vector_nearest` would read them.

    Raises:
        InputError: The catalogue has no such vectors.
    """
    return has_nearest(_nearest_key(find_vectors(catalog, tower, model)), store=store)


def _nearest_key(found: VectorSet) -> str:
    return cache_key("encode.vectors.nearest", VERSION, {"depth": DEPTH}, [found.key])


def nearest_vectors(
    vectors: Float32Array, n_train: int, *, depth: int = DEPTH, report: ProgressFn = no_progress
) -> Nearest:
    """Nearest train rows of every product by the cosine of unit vectors; exact.

    Args:
        vectors: Shape (n_products, dim), the ``n_train`` train rows first; NaN where a product has none.
    """
    present: BoolArray = np.asarray(np.isfinite(vectors).all(axis=1))
    rows = np.full((len(vectors), depth), -1, dtype=np.int32)
    similarity = np.zeros(rows.shape, dtype=np.float32)
    candidates = np.flatnonzero(present[:n_train])
    targets = np.ascontiguousarray(vectors[candidates].T)
    asked = np.flatnonzero(present)
    for start in range(0, len(asked) if len(candidates) else 0, _BLOCK_ROWS):
        report(start / len(asked), f"comparing vectors: {start:,} of {len(asked):,}")
        block = asked[start : start + _BLOCK_ROWS]
        cosine = vectors[block] @ targets
        cosine[block[:, None] == candidates[None, :]] = -np.inf
        take = min(depth, len(candidates))
        best = np.argpartition(cosine, len(candidates) - take, axis=1)[:, len(candidates) - take :]
        near = np.take_along_axis(cosine, best, axis=1)
        # Equal photos stand in the order of the file.
        order = np.lexsort((best, -near), axis=1)
        rows[block, :take] = candidates[np.take_along_axis(best, order, axis=1)]
        similarity[block, :take] = np.take_along_axis(near, order, axis=1)
    rows[similarity <= 0] = -1
    return Nearest(rows, np.clip(similarity, 0.0, 1.0))
