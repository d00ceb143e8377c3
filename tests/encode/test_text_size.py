"""The product kernel on tiny inputs, and its refusal of what it is too large for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.encode import ENCODERS, encoded_key, text_size
from core.encode.text_size import SIDE_WEIGHT, identity_kernel, nearness, prepare, size_places, size_scale
from core.encode.tfidf import side_words
from core.errors import InputError
from core.features import compute_block
from core.folds import random_plan
from core.presets import PRESETS
from core.store import ArtifactStore
from core.types import ID, Catalog, SideTable, SplitFrame


def test_nearness_falls_with_the_distance():
    places = np.array([[0.0, 0.0], [3.0, 4.0], [0.0, 1.0]], dtype=np.float32)
    near = nearness(places, places[:2])
    expected = np.exp(-0.3 * np.array([[0.0, 5.0], [5.0, 0.0], [1.0, np.sqrt(18.0)]]))
    assert near.shape == (3, 2)
    assert np.allclose(near, expected, atol=1e-5)


def test_identity_adds_up_what_is_shared_and_blanks_share_nothing():
    codes = np.array([[0, 0, 0], [0, 0, 1], [-1, 0, 0], [-1, -1, -1]])
    total = identity_kernel(codes, codes[:3])
    assert np.allclose(total, [[1.4, 1.0, 0.7], [1.0, 1.4, 0.3], [0.7, 0.3, 0.7], [0.0, 0.0, 0.0]])


def test_sizes_are_standardised_and_a_missing_one_stands_in_the_middle():
    names = ["log_total", "log_item", "log_count", "log_value", "log_pack", "is_weight", "is_volume", "is_count"]
    sizes = pd.DataFrame({name: [0.0, 2.0, np.nan] for name in names})
    places = size_places(sizes, size_scale(sizes))
    assert places[:, 0].tolist() == pytest.approx([-1.6, 1.6, 0.0])
    assert places[:, 1].tolist() == pytest.approx([-1.2, 1.2, 0.0])
    assert places[:, -1].tolist() == [0.0, 0.0, 1.0]
    assert np.isfinite(size_places(sizes * np.nan, size_scale(sizes * np.nan))).all()


def test_the_kernel_is_symmetric_and_positive(tiny_catalog: Catalog, store: ArtifactStore):
    kernel = prepare(tiny_catalog, store).kernel
    assert kernel.shape == (600, 300)
    train = kernel[:300].astype(np.float64)
    assert np.allclose(train, train.T, atol=1e-4)
    assert np.linalg.eigvalsh((train + train.T) / 2).min() > -1e-3


def _sided(catalog: Catalog, **columns: list[object]) -> Catalog:
    ids = [*catalog.items.train.index, *catalog.items.test.index]
    frame = pd.DataFrame(columns, index=pd.Index(ids, name=ID))
    return replace(catalog, sides=(SideTable("notes", SplitFrame.unstacked(frame, catalog.n_train), "notes-key"),))


def test_what_side_tables_say_is_shared_as_a_value_and_as_words(tiny_catalog: Catalog):
    makers = pd.Categorical(["Red Fox", "red fox", "Fox Red", None, "Owl", "Owl"] + ["Owl"] * 594)
    words = side_words(_sided(tiny_catalog, maker=makers, grams=np.arange(600.0)))
    cosine = (words[:6] @ words[:6].T).toarray()
    assert cosine[0, 1] == pytest.approx(1.0)
    assert 0.0 < cosine[0, 2] < 1.0
    assert cosine[3].tolist() == [0.0] * 6
    assert cosine[4].tolist() == pytest.approx([0, 0, 0, 0, 1, 1])


def test_a_side_table_joins_the_kernel_and_its_key(tiny_catalog: Catalog, store: ArtifactStore):
    makers = pd.Categorical(["Fox", "Fox", "Owl"] * 200)
    sided = _sided(tiny_catalog, maker=makers)
    plain, aided = prepare(tiny_catalog, store).kernel, prepare(sided, store).kernel
    sizes = compute_block(tiny_catalog, "size", store=store).frame.stacked()
    places = size_places(sizes, size_scale(sizes))
    near = nearness(places, places[:300])
    same = makers.codes[:, None] == makers.codes[None, :300]
    assert np.allclose(aided - plain, SIDE_WEIGHT * same * (near + 0.4), atol=1e-4)
    plan = random_plan(tiny_catalog)
    keys = {encoded_key(each, plan, "text_size", store=store) for each in (tiny_catalog, sided)}
    assert len(keys) == 2
    numbers_only = prepare(_sided(tiny_catalog, grams=np.arange(600.0)), store).kernel
    assert np.array_equal(plain, numbers_only)


def test_too_many_rows_are_refused_and_left_out_of_the_preset(
    tiny_catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
):
    assert "text_size" in PRESETS["text"].blocks_for(tiny_catalog)
    assert ENCODERS["text_size"].fits(12_000)
    assert not ENCODERS["text_size"].fits(12_001)
    monkeypatch.setattr(text_size, "MAX_TRAIN_ROWS", 299)
    with pytest.raises(InputError, match="up to 299 train rows; these are 300"):
        prepare(replace(tiny_catalog, key="other"), store)
