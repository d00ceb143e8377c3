"""Vectors that are ready for a catalogue, remembered and handed to it, so that blocks can be made from them.

A record says which model's vectors of which tower are complete for a catalogue; the vectors themselves stay in their
chunks and are read when a block is computed from them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from core.embed.embedding import Embedding
from core.embed.pixels import PHOTO_INFO, photo_block, same
from core.embed.run import read_images, read_texts
from core.embed.spec import ModelSpec
from core.errors import InputError, StorageError
from core.store import ArtifactStore, RecordStore, cache_key, hash_bytes
from core.types import AttachedBlock, BoolArray, Catalog, JsonDict, SplitFrame, Tower, VectorSet

KIND = "vector_sets"


def set_name(spec: ModelSpec) -> str:
    """What the blocks of a model's vectors carry behind their ``@``; without blanks, the same on every machine."""
    plain = spec.short_label.replace(" / ", "/")
    return f"{plain.removesuffix(' (random weights)')}~{spec.seed}" if spec.random_weights else plain


def with_vectors(catalog: Catalog, embeddings: Iterable[Embedding]) -> Catalog:
    """The catalogue with the vectors of ``embeddings`` too; one of the same name and tower takes the other's place."""
    made = [VectorSet(set_name(e.spec), e.tower, e.dim, e.key, functools.partial(same, e.vectors)) for e in embeddings]
    return _with_sets(catalog, made)


def with_block(catalog: Catalog, block: AttachedBlock) -> Catalog:
    """The catalogue with the block too; one of the same name makes room for it."""
    others = tuple(other for other in catalog.attached if other.info.name != block.info.name)
    return replace(catalog, attached=(*others, block))


def remember_photos(catalog: Catalog, block: AttachedBlock, images: Path, *, store: ArtifactStore) -> None:
    """Let :func:`with_known` find the measured photos.

    Raises:
        StorageError: The disk refused.
    """
    record: JsonDict = {"images": str(images), "key": block.key}
    RecordStore(KIND, store.root).put(f"{catalog.key}-{block.info.name}", record)


def remember_vectors(catalog: Catalog, embedding: Embedding, images: Path | None, *, store: ArtifactStore) -> None:
    """Let :func:`with_known` find the vectors; those of an encoding that was stopped are not remembered.

    Args:
        images: Folder that the photos were read from; None for the text tower.

    Raises:
        StorageError: The disk refused.
    """
    if embedding.pending:
        return
    record: JsonDict = {
        "model": embedding.spec.to_json(),
        "tower": embedding.tower,
        "images": None if images is None else str(images),
        "dim": embedding.dim,
        "key": embedding.key,
    }
    name = hash_bytes(f"{embedding.spec.label}\n{embedding.tower}".encode())
    RecordStore(KIND, store.root).put(f"{catalog.key}-{name}", record)


def with_known(catalog: Catalog, *, store: ArtifactStore) -> Catalog:
    """The catalogue with all that was remembered for it. Quick: no vector and no photo is read."""
    sets = []
    for name, record in RecordStore(KIND, store.root).all(prefix=f"{catalog.key}-"):
        if name == f"{catalog.key}-{PHOTO_INFO.name}":
            catalog = _with_photos(catalog, record, store)
        else:
            found = _set_of(catalog, record, store)
            sets += [] if found is None else [found]
    return _with_sets(catalog, sets)


def vector_models(catalog: Catalog, *, store: ArtifactStore) -> dict[str, ModelSpec]:
    """The model behind each name that the blocks of remembered vectors carry."""
    found = {}
    for name, record in RecordStore(KIND, store.root).all(prefix=f"{catalog.key}-"):
        if name != f"{catalog.key}-{PHOTO_INFO.name}" and _set_of(catalog, record, store) is not None:
            spec = ModelSpec.from_json(record["model"])
            found[set_name(spec)] = spec
    return found


def carried_over(whole: Catalog, part: Catalog, take: Callable[[SplitFrame], SplitFrame]) -> Catalog:
    """``part``, made of some rows of ``whole``, with the vectors and attached blocks of those rows.

    Args:
        take: The rows of ``part`` from a frame of ``whole``.
    """

    def key(of: str) -> str:
        return cache_key("embed.part", 1, {}, [of, part.key])

    def load(read: Callable[[], SplitFrame]) -> Callable[[], SplitFrame]:
        return lambda: take(read())

    vectors = tuple(replace(found, key=key(found.key), load=load(found.load)) for found in whole.vectors)
    attached = tuple(replace(block, key=key(block.key), load=load(block.load)) for block in whole.attached)
    return replace(part, vectors=vectors, attached=attached)


def catalog_part(
    whole: Catalog, kept: BoolArray, take: Callable[[SplitFrame], SplitFrame], *, stage: str, version: int
) -> Catalog:
    """The catalogue whose train rows are those marked in ``kept``, with its side tables, vectors and attached blocks.

    Args:
        take: The rows of the part from a frame of ``whole``; it decides what becomes of all other rows.
        stage, version: Of what draws the part; its key follows from them, from the rows and from ``whole``.
    """
    key = cache_key(f"{stage}.part", version, {"rows": np.packbits(kept).tobytes().hex()}, [whole.key])
    sides = tuple(
        replace(side, frame=take(side.frame), key=cache_key(f"{stage}.side", version, {}, [side.key, key]))
        for side in whole.sides
    )
    part = Catalog(whole.name, take(whole.items), whole.price[kept], key, sides=sides, overrides=whole.overrides)
    return carried_over(whole, part, take)


def _with_photos(catalog: Catalog, record: dict[str, Any], store: ArtifactStore) -> Catalog:
    images, key = record.get("images"), record.get("key")
    if not isinstance(images, str) or not isinstance(key, str):
        return catalog
    load = functools.partial(_measured_again, catalog, Path(images), key, store)
    return with_block(catalog, AttachedBlock(PHOTO_INFO, key, load))


def _measured_again(catalog: Catalog, images: Path, key: str, store: ArtifactStore) -> SplitFrame:
    found = photo_block(catalog, images, store=store) if images.is_dir() else None
    if found is None or found.key != key:
        raise StorageError("the photos are no longer those that were measured. Measure them again: Embeddings page.")
    return found.load()


def _with_sets(catalog: Catalog, made: Sequence[VectorSet]) -> Catalog:
    sets = {(found.model, found.tower): found for found in (*catalog.vectors, *made)}
    return replace(catalog, vectors=tuple(sets[key] for key in sorted(sets)))


def _set_of(catalog: Catalog, record: dict[str, Any], store: ArtifactStore) -> VectorSet | None:
    """The set that a record describes; None for a record that is not ours."""
    try:
        spec = ModelSpec.from_json(record["model"])
        tower, images, dim, key = (record[name] for name in ("tower", "images", "dim", "key"))
        folder = None if images is None else Path(images)
        load = functools.partial(_read_again, catalog, spec, cast(Tower, tower), folder, str(key), store)
        return VectorSet(set_name(spec), cast(Tower, tower), int(dim), str(key), load)
    except (KeyError, TypeError, ValueError, InputError):
        return None


def _read_again(
    catalog: Catalog, spec: ModelSpec, tower: Tower, images: Path | None, key: str, store: ArtifactStore
) -> SplitFrame:
    found = read_texts(catalog, spec, store=store) if tower == "text" else None
    if tower == "image" and images is not None and images.is_dir():
        found = read_images(catalog, images, spec, store=store)
    if found is None or found.key != key:
        raise StorageError(
            f"the vectors of {spec.label} are no longer what they were: a photo, the model's file or the cache changed."
            " Encode them again on the Embeddings page."
        )
    return found.vectors
