"""The photo is one bar, however many blocks and columns look at it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.explain import RowReasons, is_of_photo, photo_factor
from core.store import ArtifactStore
from core.types import Catalog
from tests.explain.test_what_if import opened, with_photos

PHOTO_BLOCKS = ("photo", "image@tiny", "image_price@tiny", "image_neighbours@tiny")


def test_factors_of_a_run_with_photo_and_vector_blocks_multiply_to_the_price(
    tiny_catalog: Catalog, store: ArtifactStore
) -> None:
    run = opened(with_photos(tiny_catalog), store, "lightgbm", *PHOTO_BLOCKS)
    for split in ("train", "test"):
        reasons = run.reasons(split, 3)  # type: ignore[arg-type]
        factors = reasons.factors()
        assert set(PHOTO_BLOCKS) <= set(factors.index)
        assert np.exp(reasons.base_log_price) * factors.prod() == pytest.approx(np.exp(reasons.log_price), rel=1e-4)
        together = photo_factor(reasons)
        assert together == pytest.approx(factors[list(PHOTO_BLOCKS)].prod())
        assert together != 1.0


def test_a_run_that_sees_no_photo_has_no_factor_for_it() -> None:
    shap = pd.Series([0.2, -0.1], index=["a", "b"])
    reasons = RowReasons(3.1, 3.0, shap, shap, ["size", "words"])
    assert photo_factor(reasons) is None
    assert reasons.factors().to_dict() == pytest.approx({"size": np.exp(0.2), "words": np.exp(-0.1)})
    assert list(reasons.factors().index) == ["size", "words"]


def test_which_blocks_are_of_the_photo() -> None:
    assert all(is_of_photo(name) for name in (*PHOTO_BLOCKS, "image_text@m"))
    assert not any(is_of_photo(name) for name in ("text@m", "size", "imagery"))
