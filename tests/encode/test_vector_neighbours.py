"""Neighbours by vector: exact, and nobody is its own. Who may see whose price: test_vector_price.py."""

from __future__ import annotations

import numpy as np

from core.encode import encode_block
from core.encode.vector_neighbours import nearest_vectors
from core.folds import random_plan
from core.store import ArtifactStore
from core.types import Catalog
from tests.encode.test_vector_price import with_photos

BLOCK = "image_neighbours@m"


def test_the_nearest_are_those_of_a_plain_search() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(700, 4)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[[5, 650]] = np.nan
    found = nearest_vectors(vectors, 600, depth=10)
    for product in (0, 77, 599, 600, 699):
        cosine = {row: float(vectors[product] @ vectors[row]) for row in range(600) if row not in (5, product)}
        wanted = sorted(cosine, key=lambda row: -cosine[row])[:10]
        wanted = [row for row in wanted if cosine[row] > 0]
        assert found.rows[product, : len(wanted)].tolist() == wanted
        np.testing.assert_allclose(found.similarity[product, : len(wanted)], [cosine[row] for row in wanted], atol=1e-5)
    assert (found.rows[[5, 650]] == -1).all()
    assert not (found.rows == 5).any()


def test_fewer_train_rows_than_asked_for_and_none_at_all() -> None:
    vectors = np.eye(3, dtype=np.float32) + 0.1
    assert nearest_vectors(vectors, 2, depth=5).rows[2].tolist() == [0, 1, -1, -1, -1]
    assert (nearest_vectors(np.full((3, 2), np.nan, dtype=np.float32), 2).rows == -1).all()


def test_the_block_holds_what_it_declares_and_leaves_a_missing_photo_missing(
    tiny_catalog: Catalog, store: ArtifactStore
):
    catalog = with_photos(tiny_catalog)
    made = encode_block(catalog, random_plan(catalog), BLOCK, store=store)
    assert made.folds[0].columns == list(made.info.columns)
    assert made.folds[0].test["near_image_vector_price"].isna().mean() > 0.3
