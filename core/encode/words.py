"""Block ``words``: what the words and letter sequences of a text say of the price, by a TF-IDF ridge.

Three ridges, three columns, because a boosting tree uses them better apart than summed: the title, the bullets with
the description, and everything together. Title letters in threes to fives catch spellings and unit forms that word
boundaries miss. TF-IDF counts documents of train and test and never sees a price; the ridge is fold-aware.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.config import settings
from core.encode.solver import masked_ridge
from core.encode.tfidf import FieldMatrix, TextFields, text_fields
from core.features import artifact_key
from core.store import ArtifactStore
from core.types import BlockInfo, BoolArray, Catalog, Float32Array, FloatArray

VERSION = 2

INFO = BlockInfo(
    name="words",
    title="Words",
    meaning="What title, bullets and description say of the price, word by word (TF-IDF ridge, out of fold)",
    columns={
        "words_title": "log_price by the title's words and letters",
        "words_body": "log_price by bullets and description",
        "words_all": "log_price by all texts together",
    },
    uses_target=True,
)

PENALTY = 1.0
"""Flat between 0.5 and 2 on 6,480 rows (57.9, 57.6, 57.9 SMAPE of the ridge alone)."""

RIDGES: dict[str, dict[str, float]] = {
    "words_title": {"title_words": 1.0, "title_letters": 0.7},
    "words_body": {"bullet_words": 0.7, "description_words": 0.5},
    "words_all": {
        "title_words": 1.0,
        "title_letters": 0.7,
        "bullet_words": 0.7,
        "description_words": 0.5,
        "all_words": 0.7,
    },
}
"""Weight of each TF-IDF field in each ridge; the kernel is the sum of weight² times the fields' cosine."""


@dataclass(frozen=True)
class WordInputs:
    """TF-IDF fields of all products, train rows first."""

    fields: TextFields

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(RIDGES)

    def values(self, log_price: FloatArray, fit_masks: BoolArray) -> Iterator[Float32Array]:
        """One array a fit; see :class:`core.encode.scheme.EncoderInputs`."""
        threads = settings().threads
        # Sparse products leave Python's lock, and no fit hangs on another: the fits are shared out among the threads.
        shares = np.array_split(np.arange(fit_masks.shape[1]), min(threads, fit_masks.shape[1]))
        with ThreadPoolExecutor(threads) as pool:
            asked = {
                name: [pool.submit(self._ridge, name, log_price, fit_masks[:, share]) for share in shares]
                for name in RIDGES
            }
        predictions = [np.concatenate([part.result() for part in parts], axis=1) for parts in asked.values()]
        for fit in range(fit_masks.shape[1]):
            yield np.stack([prediction[:, fit] for prediction in predictions], axis=1)

    def _ridge(self, name: str, log_price: FloatArray, fit_masks: BoolArray) -> Float32Array:
        matrix: FieldMatrix = self.fields.weighted(RIDGES[name])
        train = matrix[: log_price.size]
        transposed = train.T.tocsr()
        weights = masked_ridge(lambda block: train @ (transposed @ block), log_price, fit_masks, penalty=PENALTY)
        predicted: Float32Array = matrix @ (transposed @ weights.alpha) + weights.mean.astype(np.float32)
        return predicted


def parents(catalog: Catalog, store: ArtifactStore) -> tuple[str, ...]:
    """Keys of what the block is made from beside the prices."""
    return (artifact_key(catalog, "parse"),)


def prepare(catalog: Catalog, store: ArtifactStore) -> WordInputs:
    """TF-IDF of all texts."""
    return WordInputs(text_fields(catalog, store=store))
