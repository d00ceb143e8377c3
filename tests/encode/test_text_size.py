"""The product kernel on tiny inputs, and its refusal of what it is too large for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.encode import ENCODERS, text_size
from core.encode.text_size import identity_kernel, nearness, prepare, size_places
from core.errors import InputError
from core.presets import PRESETS
from core.store import ArtifactStore
from core.types import Catalog


def test_nearness_falls_with_the_distance():
    places = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]], dtype=np.float32)
    near = nearness(places, 2)
    expected = np.exp(-0.3 * np.array([[0.0, 5.0], [5.0, 0.0], [1.0, np.sqrt(18.0)]]))
    assert near.shape == (3, 2)
    assert np.allclose(near, expected, atol=1e-5)


def test_identity_adds_up_what_is_shared_and_blanks_share_nothing():
    codes = np.array([[0, 0, 0], [0, 0, 1], [-1, 0, 0], [-1, -1, -1]])
    total = identity_kernel(codes, 3)
    assert np.allclose(total, [[1.4, 1.0, 0.7], [1.0, 1.4, 0.3], [0.7, 0.3, 0.7], [0.0, 0.0, 0.0]])


def test_sizes_are_standardised_and_a_missing_one_stands_in_the_middle():
    names = ["log_total", "log_item", "log_count", "log_value", "log_pack", "is_weight", "is_volume", "is_count"]
    sizes = pd.DataFrame({name: [0.0, 2.0, np.nan] for name in names})
    places = size_places(sizes)
    assert places[:, 0].tolist() == pytest.approx([-1.6, 1.6, 0.0])
    assert places[:, 1].tolist() == pytest.approx([-1.2, 1.2, 0.0])
    assert places[:, -1].tolist() == [0.0, 0.0, 1.0]
    assert np.isfinite(size_places(sizes * np.nan)).all()


def test_the_kernel_is_symmetric_and_positive(tiny_catalog: Catalog, store: ArtifactStore):
    kernel = prepare(tiny_catalog, store).kernel
    assert kernel.shape == (600, 300)
    train = kernel[:300].astype(np.float64)
    assert np.allclose(train, train.T, atol=1e-4)
    assert np.linalg.eigvalsh((train + train.T) / 2).min() > -1e-3


def test_too_many_rows_are_refused_and_left_out_of_the_preset(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    assert "text_size" in PRESETS["text"].blocks_for(tiny_catalog)
    assert ENCODERS["text_size"].fits(12_000)
    assert not ENCODERS["text_size"].fits(12_001)
    monkeypatch.setattr(text_size, "MAX_TRAIN_ROWS", 299)
    with pytest.raises(InputError, match="up to 299 train rows; these are 300"):
        prepare(replace(tiny_catalog, key="other"), store)
