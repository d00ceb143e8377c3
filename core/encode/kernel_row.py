"""Block ``text_size`` of one product: its kernel with the train rows, and their weights by fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.encode.changed import ChangedProduct
from core.encode.openings import brand_keys, keys_of
from core.encode.solver import masked_ridge
from core.encode.text_size import (
    PENALTY,
    WORD_WEIGHTS,
    KernelParts,
    kernel_between,
    kernel_parts,
    size_places,
    size_scale,
)
from core.features import compute_block
from core.store import ArtifactStore, cache_key
from core.types import BoolArray, Catalog, Float32Array, FloatArray

VERSION = 1


@dataclass(frozen=True)
class KernelRow:
    """What the kernel compares, and the dual weights.

    Attributes:
        train: Of the train rows.
        sides: What side tables say of all products, which no edit changes; None without.
        scale: Mean and standard deviation of each size.
        codes: For each key the code of each of its values.
        weights: Shape (n_train + 1, n_folds); the last line is what is added to the sum.
    """

    train: KernelParts
    sides: object | None
    scale: Mapping[str, tuple[float, float]]
    codes: Sequence[Mapping[str, int]]
    weights: Float32Array

    @classmethod
    def of(
        cls, catalog: Catalog, log_price: FloatArray, fit_masks: BoolArray, *, block_key: str, store: ArtifactStore
    ) -> KernelRow:
        """Fitted, or from the cache.

        Args:
            fit_masks: Shape (n_train, n_folds).
            block_key: Key of the block that the weights belong to.
        """
        parts = kernel_parts(catalog, store=store)
        train = parts.first(catalog.n_train)
        weights = store.array(_key(block_key), lambda: _weights(train, log_price, fit_masks)).value
        sizes = compute_block(catalog, "size", store=store).frame.stacked()
        names = [pd.factorize(key)[1] for key in brand_keys(catalog, store=store)]
        codes = [{str(name): code for code, name in enumerate(found)} for found in names]
        return cls(train, parts.sides, size_scale(sizes), codes, weights)

    @staticmethod
    def is_kept(block_key: str, *, store: ArtifactStore) -> bool:
        """True when the weights need not be fitted any more."""
        return store.has(_key(block_key))

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """See :class:`core.encode.changed.OneRowEncoder`."""
        kernel = kernel_between(self._parts(product), self.train)[0]
        values: FloatArray = (kernel @ self.weights[:-1, folds] + self.weights[-1, folds]).astype(np.float64)
        return values[:, None]

    def _parts(self, product: ChangedProduct) -> KernelParts:
        brand_key = pd.Series([product.brand_key], index=product.parsed.index)
        keys = [key.iloc[0] for key in keys_of(brand_key, product.parsed["title"])]
        codes = [known.get(key, -1) for key, known in zip(keys, self.codes, strict=True)]
        sides = None if self.sides is None else self.sides[product.position : product.position + 1]  # type: ignore[index]
        return KernelParts(
            words=product.fields.weighted(WORD_WEIGHTS),
            codes=np.array([codes], dtype=np.int64),
            places=size_places(product.sizes, self.scale),
            sides=sides,
        )


def _key(block_key: str) -> str:
    return cache_key("encode.text_size.weights", VERSION, {}, [block_key])


def _weights(train: KernelParts, log_price: FloatArray, fit_masks: BoolArray) -> Float32Array:
    kernel = kernel_between(train, train)
    dual = masked_ridge(lambda block: kernel @ block, log_price, fit_masks, penalty=PENALTY)
    return np.concatenate([dual.alpha, dual.mean.astype(np.float32)[None, :]])
