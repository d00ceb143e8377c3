"""Photos and vectors of a headless run: made when asked for and only then, so that no cache changes what comes out."""

from __future__ import annotations

from pathlib import Path

from core.catalog import CatalogSource
from core.embed import (
    Embedding,
    ModelSpec,
    embed_images,
    embed_texts,
    photo_block,
    remember_photos,
    remember_vectors,
    with_block,
    with_vectors,
)
from core.store import ArtifactStore
from core.types import Catalog, ProgressFn, part_of


def with_pictures(
    catalog: Catalog, source: CatalogSource, model: ModelSpec | None, *, store: ArtifactStore, report: ProgressFn
) -> tuple[Catalog, list[Embedding]]:
    """The catalogue with its photos measured, where it has a folder of them, and with the vectors of ``model``.

    Args:
        model: None leaves the vectors out.

    Raises:
        ModelUnavailableError: The model cannot be had.
        Cancelled: From ``report``; what is finished stays in the cache.
    """
    images = None if source.images is None else Path(source.images)
    if images is not None:
        measured = photo_block(catalog, images, store=store, report=part_of(report, 0.0, 0.2))
        remember_photos(catalog, measured, images, store=store)
        catalog = with_block(catalog, measured)
    if model is None:
        return catalog, []
    made: list[tuple[Embedding, Path | None]] = [
        (embed_texts(catalog, model, store=store, report=part_of(report, 0.2, 0.6)), None)
    ]
    if images is not None and "image" in model.towers:
        made.append((embed_images(catalog, images, model, store=store, report=part_of(report, 0.6, 1.0)), images))
    for embedding, folder in made:
        remember_vectors(catalog, embedding, folder, store=store)
    embeddings = [embedding for embedding, _ in made]
    return with_vectors(catalog, embeddings), embeddings
