"""Neighbours by vector: exact, nobody is its own, and no price passes a fold's border."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.encode import encode_block
from core.encode.vector_neighbours import nearest_vectors
from core.folds import random_plan
from core.store import ArtifactStore
from core.types import Catalog
from tests.encode.test_vector_price import with_photos
from tests.prices import repriced

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


def test_a_validation_price_never_reaches_the_fold_that_validates_it(tiny_catalog: Catalog, store: ArtifactStore):
    catalog = with_photos(tiny_catalog)
    plan = random_plan(catalog)
    before = encode_block(catalog, plan, BLOCK, store=store)
    scrambled = repriced(catalog, plan.validation_mask(1), factor=50.0)
    after = encode_block(scrambled, random_plan(scrambled), BLOCK, store=store)
    pd.testing.assert_frame_equal(before.folds[1].train, after.folds[1].train)
    pd.testing.assert_frame_equal(before.folds[1].test, after.folds[1].test)
    assert not before.folds[2].train.equals(after.folds[2].train)
    assert before.folds[0].columns == list(before.info.columns)
    assert before.folds[0].test["near_image_vector_price"].isna().mean() > 0.3
