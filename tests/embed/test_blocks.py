from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.embed import compute_vector_block, is_whole, vector_block_key, vector_blocks
from core.embed.blocks import principal_axes
from core.errors import InputError
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame, VectorSet


def vector_set(tower: str, train: list[list[float]], test: list[list[float]], key: str = "k") -> VectorSet:
    """Vectors of ``a``, ``b`` … in train and ``x`` … in test."""

    def side(rows: list[list[float]], names: str) -> pd.DataFrame:
        return pd.DataFrame(rows, index=pd.Index(list(names[: len(rows)]), name=ID), dtype="float32")

    frame = SplitFrame(side(train, "abcd"), side(test, "xyz"))
    return VectorSet("m", tower, len(train[0]), f"{tower}-{key}", lambda: frame)  # type: ignore[arg-type]


def catalog(*sets: VectorSet) -> Catalog:
    items = pd.DataFrame({"catalog_content": "", "image_link": ""}, index=pd.Index(list("abcd"), name=ID), dtype="str")
    test = items.set_axis(pd.Index(list("wxyz"), name=ID))[1:]
    return Catalog("c", SplitFrame(items, test), pd.Series(1.0, index=items.index), "key", vectors=sets)


NAN = float("nan")
IMAGE = vector_set("image", [[1, 0], [0, 1], [NAN, NAN], [1, 0]], [[0.6, 0.8], [1, 0], [NAN, NAN]])
TEXT = vector_set("text", [[1, 0], [1, 0], [1, 0], [0, 1]], [[1, 0], [0, 1], [1, 0]])


def test_a_catalogue_without_vectors_has_no_vector_blocks() -> None:
    assert vector_blocks(catalog()) == {}
    with pytest.raises(InputError, match="'image@m'"):
        vector_block_key(catalog(), "image@m")


def test_each_tower_gives_its_vectors_whole_and_reduced_and_both_their_agreement() -> None:
    both = ["image@m", "image_text@m", "image_vectors@m", "text@m", "text_vectors@m"]
    assert sorted(vector_blocks(catalog(IMAGE, TEXT))) == both
    assert sorted(vector_blocks(catalog(TEXT))) == ["text@m", "text_vectors@m"]


def test_whole_vectors_are_the_vectors_and_take_no_room_of_their_own(store: ArtifactStore) -> None:
    found = compute_vector_block(catalog(IMAGE), "image_vectors@m", store=store)
    assert found.frame.columns == list(found.info.columns) == ["image_vector_0000", "image_vector_0001"]
    assert np.array_equal(found.frame.train.to_numpy(), IMAGE.load().train.to_numpy(), equal_nan=True)
    assert found.frame.test.index.tolist() == ["x", "y", "z"]
    assert found.cached and not store.has(found.key)
    other = catalog(vector_set("image", [[1, 0]] * 4, [[1, 0]] * 3, key="other"))
    assert vector_block_key(other, "image_vectors@m") != found.key
    assert [is_whole(name) for name in vector_blocks(catalog(IMAGE))] == [False, True]


def test_photo_and_title_agree_by_their_cosine(store: ArtifactStore) -> None:
    found = compute_vector_block(catalog(IMAGE, TEXT), "image_text@m", store=store).frame
    assert found.train["image_text_cosine"].tolist() == pytest.approx([1.0, 0.0, NAN, 0.0], nan_ok=True)
    assert found.test["image_text_cosine"].tolist() == pytest.approx([0.6, 0.0, NAN], nan_ok=True)


def test_the_reduction_keeps_distances_and_leaves_a_missing_photo_missing(store: ArtifactStore) -> None:
    found = compute_vector_block(catalog(IMAGE), "image@m", store=store).frame
    assert found.columns == ["image_direction_00", "image_direction_01"]
    train, test = found.train.to_numpy(), found.test.to_numpy()
    assert np.isnan(train[2]).all() and np.isnan(test[2]).all()
    assert np.linalg.norm(train[0] - train[1]) == pytest.approx(np.sqrt(2.0))
    assert np.linalg.norm(train[0] - test[1]) == pytest.approx(0.0, abs=1e-6)


def test_the_first_axis_is_that_of_the_largest_variance_with_its_largest_entry_positive() -> None:
    vectors = np.array([[0, 0, -3], [0, 1, 3], [0, -1, 3], [0, 0, -3], [NAN, 9, 9]], dtype=np.float32)
    axes, centre = principal_axes(vectors, 2)
    assert centre.tolist() == [0.0, 0.0, 0.0]
    np.testing.assert_allclose(axes, [[0, 0], [0, 1], [1, 0]], atol=1e-6)


def test_no_vector_at_all_gives_a_block_without_values(store: ArtifactStore) -> None:
    empty = vector_set("image", [[NAN, NAN]] * 4, [[NAN, NAN]] * 3)
    found = compute_vector_block(catalog(empty), "image@m", store=store)
    assert found.coverage_pct == 0.0


def test_a_block_is_cached_and_its_key_moves_with_the_vectors(store: ArtifactStore) -> None:
    assert not compute_vector_block(catalog(TEXT), "text@m", store=store).cached
    assert compute_vector_block(catalog(TEXT), "text@m", store=store).cached
    other = vector_set("text", [[1, 0]] * 4, [[1, 0]] * 3, key="other")
    assert vector_block_key(catalog(other), "text@m") != vector_block_key(catalog(TEXT), "text@m")
