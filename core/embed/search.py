"""Exact nearest neighbours by matrix product, in blocks, and the vector of typed words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.embed.crew import open_towers
from core.embed.embedding import Embedding
from core.embed.spec import ModelSpec
from core.errors import InputError
from core.types import Float32Array, IntArray

_BLOCK_ROWS = 16_384


@dataclass(frozen=True)
class Neighbours:
    """The nearest rows, nearest first.

    Attributes:
        rows: Positions in the vectors that were searched, shape ``(k,)``; fewer when fewer have a vector.
        similarity: Cosine, -1 to 1.
    """

    rows: IntArray
    similarity: Float32Array


def nearest(vectors: Float32Array, query: int | Float32Array, k: int = 10) -> Neighbours:
    """The rows most similar to one row or to a vector; rows of NaN are never among them.

    Args:
        vectors: Unit vectors, shape ``(n, dim)``.
        query: Position of a row (which is then left out), or a unit vector of shape ``(dim,)``.
        k: How many.

    Raises:
        InputError: The row has no vector, or the vector is of another length.
    """
    wanted = vectors[query] if isinstance(query, int) else query
    if wanted.shape != (vectors.shape[1],) or not np.isfinite(wanted).all():
        raise InputError("There is no vector to compare with.", "Choose a product that has one, or encode it first.")
    similarity = np.empty(len(vectors), dtype=np.float32)
    for first in range(0, len(vectors), _BLOCK_ROWS):
        similarity[first : first + _BLOCK_ROWS] = vectors[first : first + _BLOCK_ROWS] @ wanted
    similarity[~np.isfinite(similarity)] = -np.inf
    if isinstance(query, int):
        similarity[query] = -np.inf
    return _best(similarity, k)


def nearest_products(embedding: Embedding, query: int | Float32Array, k: int = 10, *, train_only: bool) -> Neighbours:
    """:func:`nearest` among the products of a catalogue, train rows first.

    Args:
        query: A product's position, or a unit vector.
        train_only: Look only at the products that have a price.

    Raises:
        InputError: There is no vector to compare with.
    """
    everything = embedding.stacked()
    if not train_only:
        return nearest(everything, query, k)
    n_train = len(embedding.vectors.train)
    outside = isinstance(query, int) and query >= n_train
    return nearest(everything[:n_train], everything[query] if outside else query, k)


def text_query(words: str, spec: ModelSpec, *, device: str = "auto") -> Float32Array:
    """The unit vector of typed words, shape ``(dim,)``, to search photos or texts with.

    Raises:
        InputError: Nothing was typed.
        ModelUnavailableError: The model cannot be had.
    """
    typed = " ".join(words.split())
    if not typed:
        raise InputError("Nothing was typed.", "Type a few words, such as a product's kind.")
    vector: Float32Array = open_towers(spec, device).encode_texts([typed])[0]
    return vector


def _best(similarity: Float32Array, k: int) -> Neighbours:
    count = min(k, int(np.isfinite(similarity).sum()))
    if count <= 0:
        return Neighbours(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
    picked = np.argpartition(-similarity, count - 1)[:count]
    # Equal similarities keep the rows' order, so that the answer is the same every time.
    order = np.lexsort((picked, -similarity[picked]))
    rows = picked[order].astype(np.int64)
    return Neighbours(rows, similarity[rows])
