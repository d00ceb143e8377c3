"""Block ``words`` of one product: each ridge's weight of every term, by fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.encode.changed import ChangedProduct
from core.encode.solver import masked_ridge
from core.encode.tfidf import TextFields
from core.encode.words import PENALTY, RIDGES
from core.store import ArtifactStore, cache_key
from core.types import BoolArray, Float32Array, FloatArray

VERSION = 1


@dataclass(frozen=True)
class WordsRow:
    """Weights by ridge, shape (n_terms + 1, n_folds); the last line is what is added to the sum."""

    weights: Mapping[str, Float32Array]

    @classmethod
    def of(
        cls, fields: TextFields, log_price: FloatArray, fit_masks: BoolArray, *, block_key: str, store: ArtifactStore
    ) -> WordsRow:
        """Fitted, or from the cache.

        Args:
            fit_masks: Shape (n_train, n_folds).
            block_key: Key of the block that the weights belong to.
        """
        weights = {}
        for name in RIDGES:
            made = store.array(_key(name, block_key), lambda name=name: _weights(fields, name, log_price, fit_masks))  # type: ignore[misc]
            weights[name] = made.value
        return cls(weights)

    @staticmethod
    def is_kept(block_key: str, *, store: ArtifactStore) -> bool:
        """True when the weights need not be fitted any more."""
        return all(store.has(_key(name, block_key)) for name in RIDGES)

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """See :class:`core.encode.changed.OneRowEncoder`."""
        found = []
        for name, weights in self.weights.items():
            words = product.fields.weighted(RIDGES[name])
            found.append(words.data @ weights[np.ix_(words.indices, folds)] + weights[-1, folds])
        return np.stack(found, axis=1).astype(np.float64)


def _key(name: str, block_key: str) -> str:
    return cache_key("encode.words.weights", VERSION, {"ridge": name}, [block_key])


def _weights(fields: TextFields, name: str, log_price: FloatArray, fit_masks: BoolArray) -> Float32Array:
    train = fields.weighted(RIDGES[name])[: log_price.size]
    transposed = train.T.tocsr()
    dual = masked_ridge(lambda block: train @ (transposed @ block), log_price, fit_masks, penalty=PENALTY)
    weights: Float32Array = np.concatenate([transposed @ dual.alpha, dual.mean.astype(np.float32)[None, :]])
    return weights
