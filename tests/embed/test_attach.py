from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.embed import (
    EncodeOptions,
    ModelSpec,
    carried_over,
    embed_images,
    embed_texts,
    photo_block,
    remember_photos,
    remember_vectors,
    set_name,
    vector_blocks,
    with_block,
    with_known,
    with_vectors,
)
from core.errors import StorageError
from core.store import ArtifactStore, RecordStore
from core.types import Catalog, SplitFrame

TWO = EncodeOptions(batch_size=2, workers=2, device="cpu")


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        (ModelSpec("ViT-B-32", "laion2b"), "ViT-B-32/laion2b"),
        (ModelSpec("ViT-B-32", seed=3), "ViT-B-32~3"),
        (ModelSpec("local-dir:some/where/mine"), "mine"),
    ],
)
def test_a_models_blocks_carry_a_name_without_blanks(spec: ModelSpec, name: str) -> None:
    assert set_name(spec) == name


def test_what_was_remembered_comes_back_without_a_model(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    image = embed_images(catalog, photos, tiny, store=store, options=TWO)
    text = embed_texts(catalog, tiny, store=store, options=TWO)
    measured = photo_block(catalog, photos, store=store)
    remember_vectors(catalog, image, photos, store=store)
    remember_vectors(catalog, text, None, store=store)
    remember_photos(catalog, measured, photos, store=store)
    direct = with_block(with_vectors(catalog, [image, text]), measured)
    found = with_known(catalog, store=store)
    assert [(s.model, s.tower, s.dim, s.key) for s in found.vectors] == [
        (s.model, s.tower, s.dim, s.key) for s in direct.vectors
    ]
    assert list(vector_blocks(found)) == list(vector_blocks(direct))
    for mine, theirs in zip(found.vectors, direct.vectors, strict=True):
        pd.testing.assert_frame_equal(mine.load().stacked(), theirs.load().stacked())
    pd.testing.assert_frame_equal(found.attached[0].load().train, measured.load().train)
    assert found.key == catalog.key


def test_a_stopped_encoding_and_another_catalogue_are_not_remembered(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, make_catalog: Callable[..., Catalog]
) -> None:
    part = embed_images(catalog, photos, tiny, store=store, options=TWO, limit=2)
    assert part.pending
    remember_vectors(catalog, part, photos, store=store)
    assert with_known(catalog, store=store).vectors == ()
    remember_vectors(catalog, embed_texts(catalog, tiny, store=store, options=TWO), None, store=store)
    assert with_known(make_catalog({"other": ""}, {"more": ""}), store=store).vectors == ()


def test_a_changed_photo_is_said_and_not_passed_off_as_the_old_one(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore, draw: Callable[..., Path]
) -> None:
    remember_vectors(catalog, embed_images(catalog, photos, tiny, store=store, options=TWO), photos, store=store)
    remember_photos(catalog, photo_block(catalog, photos, store=store), photos, store=store)
    draw(photos / "0.png", seed=99)
    found = with_known(catalog, store=store)
    with pytest.raises(StorageError, match="Encode them again"):
        found.vectors[0].load()
    with pytest.raises(StorageError, match="Measure them again"):
        found.attached[0].load()


def test_a_record_that_is_not_ours_is_left_alone(catalog: Catalog, store: ArtifactStore) -> None:
    records = RecordStore("vector_sets", store.root)
    records.put(f"{catalog.key}-photo", {"images": 3})
    records.put(f"{catalog.key}-0", {"model": {"tag": ""}})
    found = with_known(catalog, store=store)
    assert (found.vectors, found.attached) == ((), ())


def test_some_rows_take_their_vectors_along(
    photos: Path, catalog: Catalog, tiny: ModelSpec, store: ArtifactStore
) -> None:
    whole = with_vectors(catalog, [embed_images(catalog, photos, tiny, store=store, options=TWO)])
    kept = np.arange(catalog.n_train) % 2 == 0

    def take(frame: SplitFrame) -> SplitFrame:
        return SplitFrame(frame.train[kept], frame.test.iloc[:0])

    part = carried_over(whole, Catalog("part", take(catalog.items), catalog.price[kept], "part"), take)
    assert part.vectors[0].key != whole.vectors[0].key
    pd.testing.assert_frame_equal(part.vectors[0].load().train, whole.vectors[0].load().train[kept])
