"""Block ``text_size``: what products with like words *and* like sizes cost, by a kernel ridge (out of fold).

The kernel of two products is ``(words + identity) · (nearness + 0.4) + 0.5 · nearness``: words is the weighted cosine
of their TF-IDF fields and of what side tables say of them, identity counts a shared brand and shared title openings,
nearness is ``exp(−0.3 · distance)`` of their standardised sizes. The product makes a word's worth depend on the size
that it comes with, which neither a sum of ridges nor a tree over their predictions can say. Its matrix is as large as
train squared, so the block is for up to :data:`MAX_TRAIN_ROWS` rows.

Source of the method: kernel ridge regression with a product kernel (Saunders, Gammerman and Vovk, 1998; Shawe-Taylor
and Cristianini, 2004, section 9), solved for all folds at once by :mod:`core.encode.solver`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.encode.openings import brand_codes
from core.encode.solver import masked_ridge
from core.encode.tfidf import FieldMatrix, side_words, text_fields
from core.errors import InputError
from core.features import artifact_key, compute_block
from core.store import ArtifactStore
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, FloatArray, IntArray

VERSION = 1
MAX_TRAIN_ROWS = 12_000
"""The kernel of 12,000 train and as many test rows takes 1.2 GB, and as much again while it is made."""

PENALTY = 1.0
"""Flat: 0.7 and 1.3 read 53.85 and 54.01 SMAPE alone on 6,480 rows."""

WORD_WEIGHTS = {"title_words": 1.0, "title_letters": 0.7, "bullet_words": 0.84, "description_words": 0.55}
"""Weights of the TF-IDF fields; the kernel adds their squares."""
IDENTITY_WEIGHTS = (0.7, 0.3, 0.4)
"""Same brand, same first title word, same first two."""
SIDE_WEIGHT = 1.2
"""Cosine of the side tables' values and words. Flat: 0.7, 1.4 and 2.0 read 53.24, 53.20 and 53.23 SMAPE alone on 6,480
rows with a table of 13 attributes, 53.96 without it."""
SIZE_WEIGHTS = {"log_total": 1.6, "log_item": 1.2, "log_count": 1.0, "log_value": 1.0, "log_pack": 1.0}
SIZE_KINDS = ("is_weight", "is_volume", "is_count")
NEARNESS_RATE, NEARNESS_FLOOR, NEARNESS_ALONE = 0.3, 0.4, 0.5

INFO = BlockInfo(
    name="text_size",
    title="Words by size",
    meaning="What products with like words and like sizes cost (kernel ridge, out of fold)",
    columns={"text_size": "log_price by words and sizes together"},
    uses_target=True,
    max_train_rows=MAX_TRAIN_ROWS,
)


@dataclass(frozen=True)
class KernelInputs:
    """The kernel between all products and the train rows; shape (n_train + n_test, n_train)."""

    kernel: Float32Array

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(INFO.columns)

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit; see :class:`core.encode.scheme.EncoderInputs`."""
        train = self.kernel[: log_price.size]
        weights = masked_ridge(lambda block: train @ block, log_price, fit_masks, penalty=PENALTY)
        predicted = self.kernel @ weights.alpha + weights.mean.astype(np.float32)
        for fit in range(fit_masks.shape[1]):
            yield predicted[:, fit : fit + 1]


def parents(catalog: Catalog, store: ArtifactStore) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (
        artifact_key(catalog, "brands"),
        artifact_key(catalog, "parse"),
        artifact_key(catalog, "size"),
        *(side.key for side in catalog.sides),
    )


def prepare(catalog: Catalog, store: ArtifactStore) -> KernelInputs:
    """The kernel of all products against the train rows.

    Raises:
        InputError: Train has more than :data:`MAX_TRAIN_ROWS` rows.
    """
    if catalog.n_train > MAX_TRAIN_ROWS:
        raise InputError(
            f"the block 'text_size' is for up to {MAX_TRAIN_ROWS:,} train rows; these are {catalog.n_train:,}.",
            "Leave it out: with that many rows the other blocks say what it would.",
        )
    parts = kernel_parts(catalog, store=store)
    return KernelInputs(kernel_between(parts, parts.first(catalog.n_train)))


@dataclass(frozen=True)
class KernelParts:
    """What the kernel compares of some products, a row each.

    Attributes:
        words: Weighted TF-IDF, CSR.
        codes: As :func:`core.encode.openings.brand_codes` has them.
        places: As :func:`size_places` has them.
        sides: As :func:`core.encode.tfidf.side_words` has them, or None without side tables.
    """

    words: FieldMatrix
    codes: IntArray
    places: Float32Array
    sides: FieldMatrix | None

    def first(self, count: int) -> KernelParts:
        """Those of the first products."""
        sides = None if self.sides is None else self.sides[:count]
        return KernelParts(self.words[:count], self.codes[:count], self.places[:count], sides)


def kernel_parts(catalog: Catalog, *, store: ArtifactStore) -> KernelParts:
    """The parts of all products, train rows first."""
    sizes = compute_block(catalog, "size", store=store).frame.stacked()
    return KernelParts(
        words=text_fields(catalog, store=store, names=WORD_WEIGHTS).weighted(WORD_WEIGHTS),
        codes=brand_codes(catalog, store=store),
        places=size_places(sizes, size_scale(sizes)),
        sides=side_words(catalog) if catalog.sides else None,
    )


def kernel_between(products: KernelParts, train: KernelParts) -> Float32Array:
    """The kernel of some products with the train rows; shape (n_products, n_train)."""
    near = nearness(products.places, train.places)
    kernel = cosine_kernel(products.words, train.words)
    kernel += identity_kernel(products.codes, train.codes)
    if products.sides is not None and train.sides is not None:
        kernel += np.float32(SIDE_WEIGHT) * cosine_kernel(products.sides, train.sides)
    kernel *= near + np.float32(NEARNESS_FLOOR)
    kernel += np.float32(NEARNESS_ALONE) * near
    return kernel


def cosine_kernel(products: FieldMatrix, train: FieldMatrix) -> Float32Array:
    """Products of two sparse matrices' rows; shape (n_products, n_train)."""
    dense: Float32Array = (products @ train.T).toarray()
    return dense


def identity_kernel(codes: IntArray, train_codes: IntArray) -> Float32Array:
    """Weight of each shared key; a missing key (−1) is shared with nobody."""
    total = np.zeros((len(codes), len(train_codes)), dtype=np.float32)
    for key, weight in enumerate(IDENTITY_WEIGHTS):
        code = codes[:, key]
        total += np.float32(weight) * ((code[:, None] == train_codes[None, :, key]) & (code[:, None] >= 0))
    return total


def size_scale(sizes: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation of each size, of the products that have it."""
    scale = {}
    for name in SIZE_WEIGHTS:
        values = sizes[name].to_numpy(dtype=np.float64)
        known = values[np.isfinite(values)]
        scale[name] = (float(known.mean()), float(known.std()) or 1.0) if known.size else (0.0, 1.0)
    return scale


def size_places(sizes: pd.DataFrame, scale: Mapping[str, tuple[float, float]]) -> Float32Array:
    """Standardised sizes, weighted, with the kinds beside; an unknown size stands in the middle, flagged."""
    columns = []
    for name, weight in SIZE_WEIGHTS.items():
        values, (mean, spread) = sizes[name].to_numpy(dtype=np.float64), scale[name]
        columns.append(weight * np.where(np.isfinite(values), values - mean, 0.0) / spread)
    columns += [np.nan_to_num(sizes[name].to_numpy(dtype=np.float64)) for name in SIZE_KINDS]
    columns.append(sizes["log_total"].isna().to_numpy().astype(np.float64))
    return np.column_stack(columns).astype(np.float32)


def nearness(places: Float32Array, train: Float32Array) -> Float32Array:
    """``exp(−0.3 · Euclidean distance)`` of some products' places to those of the train rows."""
    square, train_square = (places**2).sum(axis=1), (train**2).sum(axis=1)
    distance = square[:, None] + train_square[None, :] - 2.0 * (places @ train.T)
    np.maximum(distance, 0.0, out=distance)
    np.sqrt(distance, out=distance)
    distance *= np.float32(-NEARNESS_RATE)
    near: Float32Array = np.exp(distance, out=distance)
    return near
