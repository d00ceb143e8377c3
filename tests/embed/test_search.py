from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.embed import Embedding, ModelSpec, nearest, nearest_products
from core.embed import search as search_module
from core.errors import InputError
from core.types import ID, SplitFrame


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
