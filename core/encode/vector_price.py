"""Blocks ``image_price@MODEL`` and ``text_price@MODEL``: what a vector says of the price, by a ridge out of fold.

Two columns: ``log_price`` itself, and what it is beyond a least-squares line over the sizes. A product without a vector
has neither, and teaches nothing.

All fits share one walk through the vectors: rows that are in the same fits form a cell, each cell's Gram matrix is
summed once, and a fit's matrix is the sum of its cells. So the solution of every fit is exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.embed import find_vectors
from core.encode.brand_price import beyond_size, size_matrix
from core.features import artifact_key
from core.store import ArtifactStore
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, FloatArray, IntArray, Tower, VectorSet

VERSION = 1
PENALTY = 1.0
"""Shrinkage, for vectors whose mean square length about their centre is one. Flat from 0.3 to 3 on the 384-d vectors of
6,480 titles (64.4, 64.3, 64.6 SMAPE alone) and 1,086 photos (68.4, 68.2, 68.6)."""
SUBJECTS: dict[Tower, str] = {"image": "photo", "text": "title"}
"""What a tower reads, in the words of the screens."""


def block_info(found: VectorSet) -> BlockInfo:
    """The block of a set of vectors."""
    what = SUBJECTS[found.tower]
    return BlockInfo(
        name=f"{found.tower}_price@{found.model}",
        title=f"Price by {what}, {found.model}",
        meaning=f"What the {what}'s vector says of the price (ridge, out of fold)",
        columns={
            f"{found.tower}_vector_price": f"log_price by the {what}'s vector",
            f"{found.tower}_vector_level": f"log_price beyond size by the {what}'s vector",
        },
        uses_target=True,
        # On by default: even a weak model's cost nothing that could be measured (``benchmarks/vector_gains.py``), and
        # who encodes with a model asks for what its vectors say of the price.
        kind="price",
    )


@dataclass(frozen=True)
class VectorInputs:
    """Vectors and sizes of all products, train rows first.

    Attributes:
        vectors: Shape (n_products, dim), centred and scaled to a mean square length of one, because the vectors of
            some models lie in a narrow cone; zero where a product has none.
        present: Shape (n_products,), who has one.
        sizes: As in :class:`core.encode.brand_price.BrandInputs`.
    """

    columns: tuple[str, ...]
    vectors: Float32Array
    present: BoolArray
    sizes: FloatArray

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit; see :class:`core.encode.scheme.EncoderInputs`."""
        n_train = len(log_price)
        masks = fit_masks & self.present[:n_train, None]
        cells = _Cells.of(self.vectors[:n_train], masks)
        for fit in range(masks.shape[1]):
            column = np.full((len(self.vectors), len(self.columns)), np.nan, dtype=np.float32)
            rows = np.flatnonzero(masks[:, fit])
            if len(rows) > 1:
                fit_rows = np.flatnonzero(fit_masks[:, fit])
                beyond = np.zeros(n_train)
                beyond[fit_rows] = beyond_size(self.sizes[fit_rows], log_price[fit_rows])
                targets = np.column_stack([log_price[rows], beyond[rows]])
                weights, intercept = cells.solve(fit, self.vectors[rows], targets)
                column[self.present] = self.vectors[self.present] @ weights + intercept
            yield column


@dataclass(frozen=True)
class _Cells:
    """Sums over the rows that are in exactly the same fits.

    Attributes:
        member: Shape (n_cells, n_fits), True where the fit takes the cell's rows.
        gram: Shape (n_cells, dim, dim), sums of outer products.
    """

    member: BoolArray
    gram: FloatArray

    @classmethod
    def of(cls, vectors: Float32Array, masks: BoolArray) -> _Cells:
        member, code = np.unique(masks, axis=0, return_inverse=True)
        order, bounds = _grouped(code.reshape(-1), len(member))
        gram = np.zeros((len(member), vectors.shape[1], vectors.shape[1]))
        for cell in range(len(member)):
            if member[cell].any():
                rows = vectors[order[bounds[cell] : bounds[cell + 1]]].astype(np.float64)
                gram[cell] = rows.T @ rows
        return cls(member, gram)

    def solve(self, fit: int, vectors: Float32Array, targets: FloatArray) -> tuple[Float32Array, Float32Array]:
        """Ridge weights of shape (dim, n_targets) and intercepts of shape (n_targets,)."""
        centre, mean = vectors.mean(axis=0, dtype=np.float64), targets.mean(axis=0)
        gram = self.gram[self.member[:, fit]].sum(axis=0) - len(vectors) * np.outer(centre, centre)
        gram[np.diag_indices_from(gram)] += PENALTY
        weights = np.linalg.solve(gram, vectors.T.astype(np.float64) @ (targets - mean))
        return weights.astype(np.float32), (mean - centre @ weights).astype(np.float32)


def _grouped(code: IntArray, count: int) -> tuple[IntArray, IntArray]:
    """Rows ordered by code, and where each code begins."""
    order = np.argsort(code, kind="stable").astype(np.int64)
    return order, np.searchsorted(code[order], np.arange(count + 1)).astype(np.int64)


def parents(catalog: Catalog, store: ArtifactStore, tower: Tower, model: str) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (find_vectors(catalog, tower, model).key, artifact_key(catalog, "size"))


def prepare(catalog: Catalog, store: ArtifactStore, tower: Tower, model: str) -> VectorInputs:
    """The vectors as one matrix, moved and scaled.

    Raises:
        StorageError: They are no longer in the cache.
    """
    found = find_vectors(catalog, tower, model)
    frame = found.load()
    frame.check_rows(catalog.items)
    vectors = np.concatenate([side.to_numpy(dtype=np.float32) for side in (frame.train, frame.test)])
    present = np.isfinite(vectors).all(axis=1)
    vectors = np.where(present[:, None], vectors, 0.0).astype(np.float32)
    if present.any():
        vectors[present] -= vectors[present].mean(axis=0)
        length = float(np.sqrt(np.square(vectors[present], dtype=np.float64).sum(axis=1).mean()))
        vectors /= np.float32(length or 1.0)
    sizes = size_matrix(catalog, store=store)
    return VectorInputs(tuple(block_info(found).columns), vectors, present, sizes)
