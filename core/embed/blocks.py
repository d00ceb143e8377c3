"""Blocks made from vectors without a price: the vectors themselves and a fitted reduction of each tower, and how well
photo and title agree.

Their names end in ``@`` and the model, because a catalogue may have vectors of several.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from core.errors import InputError
from core.store import ArtifactStore, cache_key
from core.types import BlockInfo, Catalog, FeatureBlock, Float32Array, FloatArray, SplitFrame, Tower, VectorSet

VERSION = 1
WHOLE = "_vectors"
"""Behind the tower in the name of a block that holds the vectors themselves."""
COMPONENTS = 32
"""Directions that are kept: on 384-d vectors of real titles they hold about half of the variance."""
AT = "@"
_MEASURE = "what your model's vectors gain is measured under Features"
_WHY_OFF: dict[Tower, str] = {
    "image": "by a small stand-in model no gain could be shown on the challenge's rows, one in six with a photo: beside"
    f" the text blocks −0.19 points of SMAPE, 90 % between −0.45 and +0.06; {_MEASURE}",
    "text": "by a small stand-in model no gain could be shown on the challenge's rows: beside the text blocks −0.15"
    f" points of SMAPE, 90 % between −0.43 and +0.13; by itself it gains, but the words tell the same; {_MEASURE}",
}
_WHY_AGREEMENT_OFF = (
    "by a small stand-in model no gain could be shown on the challenge's rows: beside the text blocks 0.02 points of"
    f" SMAPE, 90 % between −0.23 and +0.27; {_MEASURE}"
)
_WHY_RAW_OFF = (
    "they are for the dual-input network, which by a small stand-in model gains on them without the text blocks and not"
    f" beside those (benchmarks/RESULTS.md); {_MEASURE}"
)
_TITLES: dict[Tower, str] = {"image": "Photo", "text": "Title"}


def vector_blocks(catalog: Catalog) -> dict[str, BlockInfo]:
    """Every block that has seen no price and is made from the catalogue's vectors or was attached to it, by name."""
    infos = {block.info.name: block.info for block in catalog.attached}
    for found in catalog.vectors:
        infos[f"{found.tower}{AT}{found.model}"] = _reduction_info(found)
        infos[f"{found.tower}{WHOLE}{AT}{found.model}"] = _whole_info(found)
    infos |= {f"image_text{AT}{model}": _agreement_info(model) for model in _with_both(catalog)}
    return infos


def compute_vector_block(catalog: Catalog, name: str, *, store: ArtifactStore) -> FeatureBlock:
    """A block of :func:`vector_blocks`, from the cache or computed and kept.

    Raises:
        InputError: No such block.
        StorageError: The vectors are no longer in the cache.
    """
    key, info = vector_block_key(catalog, name), vector_blocks(catalog)[name]
    for block in catalog.attached:
        if block.info.name == name:
            frame = block.load()
            frame.check_rows(catalog.items)
            return FeatureBlock(info, frame, key, 0.0, True)
    if is_whole(name):
        # The vectors are kept as such; a second copy would only take room.
        frame = _whole(*_sets_of(catalog, name))
        frame.check_rows(catalog.items)
        return FeatureBlock(info, frame, key, 0.0, True)
    make: Callable[[list[VectorSet]], SplitFrame] = _agreement if name.startswith("image_text") else _reduction
    made = store.split_frame(key, lambda: make(_sets_of(catalog, name)))
    made.value.check_rows(catalog.items)
    return FeatureBlock(info, made.value, made.key, made.seconds, made.hit)


def vector_block_key(catalog: Catalog, name: str) -> str:
    """Cache key of a block of :func:`vector_blocks`, without reading or computing anything.

    Raises:
        InputError: No such block.
    """
    for block in catalog.attached:
        if block.info.name == name:
            return block.key
    if name not in vector_blocks(catalog):
        raise InputError(f"there is no block {name!r}.", "Encode the photos or texts with its model first.")
    kind = name.partition(AT)[0]
    spec = {} if is_whole(name) else {"components": COMPONENTS}
    return cache_key(f"embed.{kind}", VERSION, spec, [found.key for found in _sets_of(catalog, name)])


def _sets_of(catalog: Catalog, name: str) -> list[VectorSet]:
    kind, _, model = name.partition(AT)
    towers: tuple[Tower, ...] = ("image", "text") if kind == "image_text" else (_tower(kind),)
    return [find_vectors(catalog, tower, model) for tower in towers]


def is_whole(name: str) -> bool:
    """True for a block that holds every number of a tower's vectors.

    >>> is_whole("text_vectors@ViT-B-32"), is_whole("text@ViT-B-32")
    (True, False)
    """
    kind, at, _ = name.partition(AT)
    return bool(at) and kind.endswith(WHOLE)


def find_vectors(catalog: Catalog, tower: Tower, model: str) -> VectorSet:
    """The catalogue's set of that tower and model.

    Raises:
        InputError: It has none.
    """
    for found in catalog.vectors:
        if found.tower == tower and found.model == model:
            return found
    raise InputError(f"no {tower} vectors of {model}.", "Encode them on the Embeddings page or with --model.")


def _tower(kind: str) -> Tower:
    return "image" if kind.startswith("image") else "text"


def _with_both(catalog: Catalog) -> list[str]:
    having = {tower: {found.model for found in catalog.vectors if found.tower == tower} for tower in _TITLES}
    return sorted(having["image"] & having["text"])


def _reduction_info(found: VectorSet) -> BlockInfo:
    return BlockInfo(
        name=f"{found.tower}{AT}{found.model}",
        title=f"{_TITLES[found.tower]} vectors, {found.model}",
        meaning=f"The {min(COMPONENTS, found.dim)} directions in which the vectors of {found.model} differ most",
        columns=dict.fromkeys(_reduction_columns(found), "place along a direction of the vectors, no unit"),
        default_on=False,
        why_off=_WHY_OFF[found.tower],
        kind="image" if found.tower == "image" else "text",
    )


def _whole_info(found: VectorSet) -> BlockInfo:
    return BlockInfo(
        name=f"{found.tower}{WHOLE}{AT}{found.model}",
        title=f"{_TITLES[found.tower]} vectors whole, {found.model}",
        meaning=f"All {found.dim} numbers of the vectors of {found.model}",
        columns=dict.fromkeys(_whole_columns(found), "a vector's number, no unit"),
        default_on=False,
        why_off=_WHY_RAW_OFF,
        kind="image" if found.tower == "image" else "text",
    )


def _agreement_info(model: str) -> BlockInfo:
    return BlockInfo(
        name=f"image_text{AT}{model}",
        title=f"Photo and title agree, {model}",
        meaning="How near photo and title lie to each other; a photo of something else is far",
        columns={"image_text_cosine": "cosine of the two vectors, −1 to 1"},
        default_on=False,
        why_off=_WHY_AGREEMENT_OFF,
        kind="image",
    )


def _reduction_columns(found: VectorSet) -> list[str]:
    return [f"{found.tower}_direction_{number:02d}" for number in range(min(COMPONENTS, found.dim))]


def _whole_columns(found: VectorSet) -> list[str]:
    return [f"{found.tower}_vector_{number:04d}" for number in range(found.dim)]


def _whole(found: VectorSet) -> SplitFrame:
    frame, columns = found.load(), _whole_columns(found)
    return SplitFrame(frame.train.set_axis(columns, axis=1), frame.test.set_axis(columns, axis=1))


def _reduction(sets: list[VectorSet]) -> SplitFrame:
    """Principal components over train and test together; a product without a vector has no place."""
    found = sets[0]
    frame = found.load()
    parts = [side.to_numpy(dtype=np.float32) for side in (frame.train, frame.test)]
    axes, centre = principal_axes(np.concatenate(parts), min(COMPONENTS, found.dim))
    columns = _reduction_columns(found)
    sides = [
        pd.DataFrame(((part - centre) @ axes).astype(np.float32), index=side.index, columns=columns)
        for part, side in zip(parts, (frame.train, frame.test), strict=True)
    ]
    return SplitFrame(sides[0], sides[1])


def principal_axes(vectors: Float32Array, count: int) -> tuple[Float32Array, Float32Array]:
    """The ``count`` directions of largest variance of the rows without gaps, and the mean.

    Returns:
        Axes of shape (dim, count), the largest entry of each positive so that no sign is left to chance, and the mean
        of shape (dim,). Zeros when no row is whole.
    """
    whole = vectors[np.isfinite(vectors).all(axis=1)].astype(np.float64)
    if not len(whole):
        return np.zeros((vectors.shape[1], count), dtype=np.float32), np.zeros(vectors.shape[1], dtype=np.float32)
    centre: FloatArray = whole.mean(axis=0)
    centred = whole - centre
    _, directions = np.linalg.eigh(centred.T @ centred)
    axes = directions[:, ::-1][:, :count]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(count)])
    return axes.astype(np.float32), centre.astype(np.float32)


def _agreement(sets: list[VectorSet]) -> SplitFrame:
    image, text = (found.load() for found in sets)
    sides = [
        pd.DataFrame(
            {"image_text_cosine": (i.to_numpy(dtype=np.float32) * t.to_numpy(dtype=np.float32)).sum(axis=1)},
            index=i.index,
        )
        for i, t in ((image.train, text.train), (image.test, text.test))
    ]
    return SplitFrame(sides[0], sides[1])
