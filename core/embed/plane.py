"""A map of products: t-SNE of landmarks, everything else placed among its nearest landmarks.

t-SNE of 150,000 points takes an hour; of 1,500 landmarks, seconds. A product stands at the weighted mean of the
landmarks most similar to it, as in landmark MDS (de Silva and Tenenbaum, 2004). Near means alike; far says little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed.embedding import Embedding
from core.errors import InputError
from core.store import ArtifactStore, Cached, cache_key
from core.types import Float32Array, SplitFrame

VERSION = 1
_BLOCK_ROWS = 8192
_MIN_FOR_TSNE = 12


@dataclass(frozen=True)
class MapSpec:
    """How the map is made.

    Attributes:
        landmarks: Products that t-SNE places; the time grows with them.
        neighbours: Landmarks that place another product.
        components: Principal components that t-SNE starts from.
        seed: Picks the landmarks.
    """

    landmarks: int = 1500
    neighbours: int = 5
    components: int = 30
    seed: int = 0

    def __post_init__(self) -> None:
        if not 50 <= self.landmarks <= 10_000:
            raise InputError(f"{self.landmarks} landmarks are out of range.", "Take 50 to 10,000.")
        if not 1 <= self.neighbours <= 50 or not 2 <= self.components <= 200:
            raise InputError("The map's settings are out of range.", "Take 1 to 50 neighbours, 2 to 200 components.")


def project_map(embedding: Embedding, *, store: ArtifactStore, spec: MapSpec | None = None) -> Cached[SplitFrame]:
    """Where each product stands on the map; cached under the embedding's key.

    Returns:
        Columns ``x`` and ``y`` (float32, no unit); NaN for products without a vector.
    """
    spec = spec or MapSpec()
    about = {"landmarks": spec.landmarks, "neighbours": spec.neighbours, "components": spec.components}
    key = cache_key("embed.map", VERSION, {**about, "seed": spec.seed}, [embedding.key])

    def compute() -> SplitFrame:
        ids = (embedding.vectors.train.index, embedding.vectors.test.index)
        places = project_vectors(embedding.stacked(), spec)
        split = len(ids[0])
        train, test = places[:split], places[split:]
        return SplitFrame(
            *(pd.DataFrame(p, index=i, columns=["x", "y"]) for p, i in zip((train, test), ids, strict=True))
        )

    return store.split_frame(key, compute)


def project_vectors(vectors: Float32Array, spec: MapSpec) -> Float32Array:
    """Places on the plane, shape ``(n, 2)``, of unit vectors of shape ``(n, dim)``; NaN stays NaN."""
    places = np.full((len(vectors), 2), np.nan, dtype=np.float32)
    present = np.flatnonzero(np.isfinite(vectors[:, 0])) if len(vectors) else np.empty(0, dtype=np.int64)
    if len(present) == 0:
        return places
    rng = np.random.default_rng(spec.seed)
    count = min(spec.landmarks, len(present))
    chosen = np.sort(rng.choice(present, size=count, replace=False))
    marks = vectors[chosen]
    marks_at = _place_landmarks(marks, spec)
    for first in range(0, len(present), _BLOCK_ROWS):
        rows = present[first : first + _BLOCK_ROWS]
        places[rows] = _place_among(vectors[rows] @ marks.T, marks_at, spec.neighbours)
    places[chosen] = marks_at
    return places


def _place_landmarks(marks: Float32Array, spec: MapSpec) -> Float32Array:
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    components = min(spec.components, *marks.shape)
    if len(marks) < 2 or components < 2:
        return np.zeros((len(marks), 2), dtype=np.float32)
    reduced = PCA(components, random_state=spec.seed).fit_transform(marks)
    if len(marks) < _MIN_FOR_TSNE:
        return np.asarray(reduced[:, :2], dtype=np.float32)
    perplexity = min(30.0, (len(marks) - 1) / 3)
    tsne = TSNE(2, perplexity=perplexity, init="pca", learning_rate="auto", max_iter=500, random_state=spec.seed)
    return np.asarray(tsne.fit_transform(reduced), dtype=np.float32)


def _place_among(similarity: Float32Array, marks_at: Float32Array, neighbours: int) -> Float32Array:
    """Weighted mean of the nearest landmarks' places; a landmark 0.05 less similar counts a third."""
    count = min(neighbours, similarity.shape[1])
    near = np.argpartition(-similarity, count - 1, axis=1)[:, :count]
    close = np.take_along_axis(similarity, near, axis=1)
    weight = np.exp((close - close.max(axis=1, keepdims=True)) / 0.05)
    weight /= weight.sum(axis=1, keepdims=True)
    placed: Float32Array = np.einsum("nk,nkd->nd", weight, marks_at[near])
    return placed
