"""Exact nearest neighbours by matrix product, in blocks, and the vector of typed words or of a photo handed in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.embed.crew import open_towers
from core.embed.decode import FORMATS, MAX_FILE_BYTES, MAX_PIXELS, DecodeFailure, check_header, decode_photo
from core.embed.embedding import Embedding
from core.embed.spec import ModelSpec, check_tower
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
    similarity = _similarity(vectors, vectors[query] if isinstance(query, int) else query)
    if isinstance(query, int):
        similarity[query] = -np.inf
    return _best(similarity, k)


def _similarity(vectors: Float32Array, wanted: Float32Array) -> Float32Array:
    """Cosine of every row with a unit vector; minus infinity where a row has no vector."""
    if wanted.shape != (vectors.shape[1],) or not np.isfinite(wanted).all():
        raise InputError("There is no vector to compare with.", "Choose a product that has one, or encode it first.")
    similarity = np.empty(len(vectors), dtype=np.float32)
    for first in range(0, len(vectors), _BLOCK_ROWS):
        similarity[first : first + _BLOCK_ROWS] = vectors[first : first + _BLOCK_ROWS] @ wanted
    similarity[~np.isfinite(similarity)] = -np.inf
    return similarity


def nearest_products(embedding: Embedding, query: int | Float32Array, k: int = 10, *, train_only: bool) -> Neighbours:
    """:func:`nearest` among the products of a catalogue, train rows first.

    Args:
        query: A product's position, or a unit vector.
        train_only: Look only at the products that have a price.

    Raises:
        InputError: There is no vector to compare with.
    """
    train, test = (side.to_numpy(dtype=np.float32) for side in (embedding.vectors.train, embedding.vectors.test))
    is_row = isinstance(query, int)
    wanted = (train[query] if query < len(train) else test[query - len(train)]) if isinstance(query, int) else query
    # Each file by itself: putting 150,000 vectors into one array takes longer than searching them.
    parts = [_similarity(train, wanted)] + ([] if train_only else [_similarity(test, wanted)])
    similarity: Float32Array = np.concatenate(parts)
    if is_row and query < len(similarity):
        similarity[query] = -np.inf
    return _best(similarity, k)


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


def photo_query(data: bytes, spec: ModelSpec, *, device: str = "auto") -> Float32Array:
    """The unit vector of a photo that somebody handed in, shape ``(dim,)``; read under the limits of every photo.

    Args:
        data: The file's bytes, of whatever they are.

    Raises:
        InputError: No photo, a damaged one, or one that is larger than any product's.
        ModelUnavailableError: The model cannot be had.
    """
    check_tower(spec, "image")
    refused = (
        DecodeFailure("too_large", f"more than {MAX_FILE_BYTES >> 20} MiB")
        if len(data) > MAX_FILE_BYTES
        else check_header(data)
    )
    photo = decode_photo(data) if refused is None else refused
    if isinstance(photo, DecodeFailure):
        reason = "is too large" if photo.status == "too_large" else "cannot be read as a photo"
        raise InputError(
            f"The file {reason} ({photo.detail}).",
            f"Take a {', '.join(FORMATS[:3])} of at most {MAX_FILE_BYTES >> 20} MiB and"
            f" {MAX_PIXELS // 1_000_000} million pixels.",
        )
    towers = open_towers(spec, device)
    vector: Float32Array = towers.encode_photos([towers.photo_tensor(photo)])[0]
    if not np.isfinite(vector).all():
        raise InputError("The model gives no vector for this photo.", "Take another photo.")
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
