from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.embed import Embedding, EncodeOptions, ModelSpec, embed_images, nearest, nearest_products, photo_query
from core.embed import search as search_module
from core.embed.decode import MAX_FILE_BYTES
from core.errors import InputError
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame

ONE = EncodeOptions(device="cpu", workers=1)


@pytest.fixture
def vectors() -> np.ndarray:
    """Five directions in the plane, 0°, 10°, none, 90° and 10° again."""
    degrees = np.array([0.0, 10.0, np.nan, 90.0, 10.0])
    return np.stack([np.cos(np.radians(degrees)), np.sin(np.radians(degrees))], axis=1).astype(np.float32)


def test_the_nearest_come_first_and_ties_keep_their_order(vectors: np.ndarray) -> None:
    found = nearest(vectors, 0, k=3)
    assert found.rows.tolist() == [1, 4, 3]
    np.testing.assert_allclose(found.similarity, [np.cos(np.radians(10)), np.cos(np.radians(10)), 0], atol=1e-6)


def test_a_vector_finds_every_row_that_has_one(vectors: np.ndarray) -> None:
    assert nearest(vectors, np.array([0.0, 1.0], dtype=np.float32), k=99).rows.tolist() == [3, 1, 4, 0]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(0).standard_normal((50, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    whole = nearest(vectors, 7, k=5).rows.tolist()
    monkeypatch.setattr(search_module, "_BLOCK_ROWS", 7)
    assert nearest(vectors, 7, k=5).rows.tolist() == whole
    plain = np.argsort(-(vectors @ vectors[7]))
    assert whole == plain[plain != 7][:5].tolist()


def test_a_product_without_a_vector_cannot_be_asked_about(vectors: np.ndarray) -> None:
    with pytest.raises(InputError, match="no vector"):
        nearest(vectors, 2)
    with pytest.raises(InputError, match="no vector"):
        nearest(vectors, np.ones(3, dtype=np.float32))


def test_nothing_to_find_is_no_error() -> None:
    empty = np.full((3, 2), np.nan, dtype=np.float32)
    assert len(nearest(empty, np.array([1.0, 0.0], dtype=np.float32)).rows) == 0


def embedding(vectors: np.ndarray, n_train: int) -> Embedding:
    """An embedding of the first ``n_train`` rows as train, the others as test."""
    ids = pd.Index([str(row) for row in range(len(vectors))], name=ID)
    whole = pd.DataFrame(vectors, index=ids)
    rows = pd.DataFrame({"status": "ok", "detail": "", "content": ""}, index=ids)
    halves = [SplitFrame.unstacked(frame, n_train) for frame in (whole, rows)]
    return Embedding(ModelSpec("x"), "image", halves[0], halves[1], "k", 0, 0, 0, None)


def test_a_search_among_train_products_never_finds_test(vectors: np.ndarray) -> None:
    found = embedding(vectors, 2)
    assert nearest_products(found, 0, train_only=False).rows.tolist() == [1, 4, 3]
    assert nearest_products(found, 0, train_only=True).rows.tolist() == [1]
    assert nearest_products(found, 4, train_only=True).rows.tolist() == [1, 0]


def test_a_query_vector_is_found_in_both_files(vectors: np.ndarray) -> None:
    found = embedding(vectors, 2)
    query = np.array([0.0, 1.0], dtype=np.float32)
    assert nearest_products(found, query, train_only=False).rows.tolist() == [3, 1, 4, 0]
    assert nearest_products(found, query, train_only=True).rows.tolist() == [1, 0]
    with pytest.raises(InputError, match="no vector"):
        nearest_products(found, 2, train_only=True)


def test_a_photo_handed_in_finds_itself(photos: Path, catalog: Catalog, tiny: ModelSpec, tmp_path: Path) -> None:
    found = embed_images(catalog, photos, tiny, store=ArtifactStore(tmp_path / "cache"), options=ONE)
    near = nearest_products(found, photo_query((photos / "2.png").read_bytes(), tiny, device="cpu"), 1, train_only=True)
    assert near.rows.tolist() == [2]
    assert near.similarity[0] == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "cannot be read"),
        (b"GIF89a no photo", "cannot be read"),
        (b"\xff\xd8\xff" + b"\0" * 100, "cannot be read"),
        (b"\0" * (MAX_FILE_BYTES + 1), "too large"),
        ("bomb", "too large"),
    ],
    ids=["empty", "cut", "noise", "long", "bomb"],
)
def test_what_is_handed_in_may_be_anything(
    data: bytes | str, said: str, tiny: ModelSpec, bomb_png: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "open_towers", pytest.fail)
    with pytest.raises(InputError, match=said):
        photo_query(bomb_png(30_000) if isinstance(data, str) else data, tiny)
