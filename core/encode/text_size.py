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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.encode.openings import brand_codes
from core.encode.solver import masked_ridge
from core.encode.tfidf import FieldMatrix, TextFields, side_words, text_fields
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
    sizes = compute_block(catalog, "size", store=store).frame.stacked()
    near = nearness(size_places(sizes), catalog.n_train)
    kernel = word_kernel(text_fields(catalog, store=store, names=WORD_WEIGHTS), catalog.n_train)
    kernel += identity_kernel(brand_codes(catalog, store=store), catalog.n_train)
    if catalog.sides:
        kernel += np.float32(SIDE_WEIGHT) * cosine_kernel(side_words(catalog), catalog.n_train)
    kernel *= near + np.float32(NEARNESS_FLOOR)
    kernel += np.float32(NEARNESS_ALONE) * near
    return KernelInputs(kernel)


def word_kernel(fields: TextFields, n_train: int) -> Float32Array:
    """Weighted cosine of the fields' texts; shape (n_products, n_train)."""
    return cosine_kernel(fields.weighted(WORD_WEIGHTS), n_train)


def cosine_kernel(matrix: FieldMatrix, n_train: int) -> Float32Array:
    """Products of a sparse matrix's rows with its train rows; shape (n_products, n_train)."""
    dense: Float32Array = (matrix @ matrix[:n_train].T).toarray()
    return dense


def identity_kernel(codes: IntArray, n_train: int) -> Float32Array:
    """Weight of each shared key; a missing key (−1) is shared with nobody."""
    total = np.zeros((len(codes), n_train), dtype=np.float32)
    for key, weight in enumerate(IDENTITY_WEIGHTS):
        code = codes[:, key]
        total += np.float32(weight) * ((code[:, None] == code[None, :n_train]) & (code[:, None] >= 0))
    return total


def size_places(sizes: pd.DataFrame) -> Float32Array:
    """Standardised sizes, weighted, with the kinds beside; an unknown size stands in the middle, flagged."""
    columns = []
    for name, weight in SIZE_WEIGHTS.items():
        values = sizes[name].to_numpy(dtype=np.float64)
        known = np.isfinite(values)
        spread = float(values[known].std()) if known.any() else 0.0
        centred = np.where(known, values - (values[known].mean() if known.any() else 0.0), 0.0)
        columns.append(weight * centred / (spread or 1.0))
    columns += [np.nan_to_num(sizes[name].to_numpy(dtype=np.float64)) for name in SIZE_KINDS]
    columns.append(sizes["log_total"].isna().to_numpy().astype(np.float64))
    return np.column_stack(columns).astype(np.float32)


def nearness(places: Float32Array, n_train: int) -> Float32Array:
    """``exp(−0.3 · Euclidean distance)`` of every product to every train row."""
    square = (places**2).sum(axis=1)
    distance = square[:, None] + square[None, :n_train] - 2.0 * (places @ places[:n_train].T)
    np.maximum(distance, 0.0, out=distance)
    np.sqrt(distance, out=distance)
    distance *= np.float32(-NEARNESS_RATE)
    near: Float32Array = np.exp(distance, out=distance)
    return near
