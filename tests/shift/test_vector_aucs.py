from __future__ import annotations

import numpy as np
import pandas as pd

from core.shift import catalog_vector_aucs, find_vector_aucs
from core.store import ArtifactStore
from core.types import ID, Catalog, SplitFrame, VectorSet

N_TRAIN, N_TEST, DIM = 240, 160, 6


def catalog(*, shift: float, gaps: float = 0.0) -> Catalog:
    """Photos' vectors; those of test lie ``shift`` further along one direction, a share of train has none."""
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(N_TRAIN + N_TEST, DIM)).astype(np.float32)
    vectors[N_TRAIN:, 2] += shift
    vectors[:N_TRAIN][rng.random(N_TRAIN) < gaps] = np.nan
    ids = pd.Index([f"r{i}" for i in range(len(vectors))], name=ID)
    frame = SplitFrame.unstacked(pd.DataFrame(vectors, index=ids), N_TRAIN)
    blank = pd.DataFrame({"catalog_content": "", "image_link": ""}, index=ids, dtype="str")
    items = SplitFrame.unstacked(blank, N_TRAIN)
    made = VectorSet("m", "image", DIM, f"{shift}-{gaps}", lambda: frame)
    return Catalog("c", items, pd.Series(1.0, index=items.train.index), "key", vectors=(made,))


def test_photos_that_look_otherwise_are_told_and_kept(store: ArtifactStore) -> None:
    shifted = catalog(shift=1.5)
    assert find_vector_aucs(shifted, store=store) == {}
    found = catalog_vector_aucs(shifted, store=store)
    assert list(found) == ["Photo vectors, m"]
    assert found["Photo vectors, m"].low > 0.7
    assert find_vector_aucs(shifted, store=store) == found


def test_fewer_photos_alone_are_no_shift(store: ArtifactStore) -> None:
    (auc,) = catalog_vector_aucs(catalog(shift=0.0, gaps=0.6), store=store).values()
    assert auc.low < 0.5 < auc.high


def test_no_vector_at_all_is_left_out(store: ArtifactStore) -> None:
    assert catalog_vector_aucs(catalog(shift=float("nan"), gaps=1.0), store=store) == {}
