"""The ridge on vectors: against a plain one, and who may see whose price."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.encode import encode_block, encoders
from core.encode.vector_price import PENALTY, VectorInputs
from core.folds import random_plan
from core.store import ArtifactStore
from core.types import Catalog, SplitFrame, VectorSet
from tests.prices import repriced

BLOCK = "image_price@m"


def with_photos(catalog: Catalog, dim: int = 6) -> Catalog:
    """The catalogue with drawn vectors that tell a little of the price; every third product has none."""
    rng = np.random.default_rng(5)

    def side(index: pd.Index, told: np.ndarray) -> pd.DataFrame:
        vectors = rng.normal(size=(len(index), dim)).astype(np.float32)
        vectors[:, 0] += told
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[::3] = np.nan
        return pd.DataFrame(vectors, index=index)

    told = np.log(catalog.price.to_numpy())
    items = catalog.items
    frame = SplitFrame(side(items.train.index, told), side(items.test.index, np.zeros(len(items.test))))
    return replace(catalog, vectors=(VectorSet("m", "image", dim, "vectors-key", lambda: frame),))


def test_every_fit_is_the_plain_ridge_on_its_own_rows() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 3)).astype(np.float32)
    present = np.ones(40, dtype=bool)
    present[[4, 11, 33]] = False
    vectors[~present] = 0.0
    sizes = rng.normal(size=(40, 1))
    log_price = rng.normal(size=30)
    masks = rng.random((30, 5)) < 0.7
    found = list(VectorInputs(("price", "level"), vectors, present, sizes).values(log_price, masks))
    for fit in range(5):
        every = np.flatnonzero(masks[:, fit])
        rows = np.flatnonzero(masks[:, fit] & present[:30])
        line = np.column_stack([np.ones(len(every)), sizes[every]])
        beyond = log_price - np.column_stack([np.ones(30), sizes[:30]]) @ np.linalg.lstsq(line, log_price[every])[0]
        for column, target in enumerate((log_price, beyond)):
            x, y = vectors[rows].astype(float), target[rows]
            centred = x - x.mean(axis=0)
            weights = np.linalg.solve(centred.T @ centred + PENALTY * np.eye(3), centred.T @ (y - y.mean()))
            wanted = (vectors - x.mean(axis=0)) @ weights + y.mean()
            np.testing.assert_allclose(found[fit][present, column], wanted[present], atol=1e-5)
        assert np.isnan(found[fit][~present]).all()


def test_a_fit_that_has_no_vector_says_nothing() -> None:
    vectors, present = np.zeros((4, 2), dtype=np.float32), np.array([False, False, True, True])
    masks = np.array([[True], [True], [False]])
    found = next(VectorInputs(("price", "level"), vectors, present, np.zeros((4, 1))).values(np.zeros(3), masks))
    assert np.isnan(found).all()


@pytest.mark.parametrize("block", [BLOCK, "image_neighbours@m"])
def test_a_validation_price_never_reaches_the_fold_that_validates_it(
    block: str, tiny_catalog: Catalog, store: ArtifactStore
):
    catalog = with_photos(tiny_catalog)
    plan = random_plan(catalog)
    before = encode_block(catalog, plan, block, store=store)
    scrambled = repriced(catalog, plan.validation_mask(1), factor=50.0)
    after = encode_block(scrambled, random_plan(scrambled), block, store=store)
    pd.testing.assert_frame_equal(before.folds[1].train, after.folds[1].train)
    pd.testing.assert_frame_equal(before.folds[1].test, after.folds[1].test)
    assert not before.folds[2].train.equals(after.folds[2].train)


@pytest.mark.parametrize("block", [BLOCK, "image_neighbours@m"])
def test_a_rows_own_price_never_reaches_its_own_columns(block: str, tiny_catalog: Catalog, store: ArtifactStore):
    catalog = with_photos(tiny_catalog)
    before = encode_block(catalog, random_plan(catalog), block, store=store)
    only = np.zeros(catalog.n_train, dtype=bool)
    only[17] = True
    changed = repriced(catalog, only, factor=10.0)
    after = encode_block(changed, random_plan(changed), block, store=store)
    for mine, theirs in zip(before.folds, after.folds, strict=True):
        pd.testing.assert_series_equal(mine.train.iloc[17], theirs.train.iloc[17])


def test_a_vector_that_knows_the_price_is_heard(tiny_catalog: Catalog, store: ArtifactStore):
    catalog = with_photos(tiny_catalog)
    block = encode_block(catalog, random_plan(catalog), BLOCK, store=store)
    assert block.info.name in encoders(catalog)
    told = block.folds[0].train["image_vector_price"]
    assert told.isna().mean() == pytest.approx(1 / 3, abs=0.01)
    known = told.notna()
    assert np.corrcoef(told[known], np.log(catalog.price[known]))[0, 1] > 0.4
