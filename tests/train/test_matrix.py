"""Blocks to numbers: categories become codes, names stay apart, rows stay aligned."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import AlignmentError
from core.folds import random_plan
from core.store import ArtifactStore
from core.train import fold_matrix, known_blocks, matrix
from core.train.matrix import Ingredients, gather
from core.train.pieces import MAX_CATEGORIES, piece_of
from core.types import ID, BlockInfo, Catalog, EncodedBlock, FeatureBlock, SideTable, SplitFrame


def _block(name: str, train: dict[str, object], test: dict[str, object], ids: str = "abc") -> FeatureBlock:
    frame = SplitFrame(
        pd.DataFrame(train, index=pd.Index(list(ids), name=ID)), pd.DataFrame(test, index=pd.Index(["x"], name=ID))
    )
    return FeatureBlock(BlockInfo(name, name, name), frame, name, 0.0, cached=False)


def test_categories_are_codes_by_frequency_and_missing_is_nan():
    kind = _block(
        "side:a",
        {"kind": pd.Categorical(["tea", "jam", None]), "grams": [1.0, np.nan, 3.0]},
        {"kind": pd.Categorical(["tea"]), "grams": [4.0]},
    )
    matrix = fold_matrix(Ingredients({"side:a": kind}, {}, ()), 0)
    assert matrix.columns == ["kind", "grams"]
    assert matrix.categorical == [0]
    np.testing.assert_array_equal(matrix.train, np.array([[0, 1], [1, np.nan], [np.nan, 3]], dtype=np.float32))
    np.testing.assert_array_equal(matrix.test, np.array([[0, 4]], dtype=np.float32))


def test_rare_categories_share_a_code():
    ids = [f"r{i}" for i in range(MAX_CATEGORIES + 50)]
    frame = pd.DataFrame({"kind": pd.Categorical(ids)}, index=pd.Index(ids, name=ID))
    block = FeatureBlock(BlockInfo("b", "b", "b"), SplitFrame(frame, frame.iloc[:0]), "b", 0.0, cached=False)
    matrix = fold_matrix(Ingredients({"b": block}, {}, ()), 0)
    assert matrix.train.max() == MAX_CATEGORIES
    assert (matrix.train == MAX_CATEGORIES).sum() == 50


def test_two_blocks_with_one_column_name_keep_both():
    one, two = _block("a", {"n": [1.0, 2, 3]}, {"n": [4.0]}), _block("b", {"n": [5.0, 6, 7]}, {"n": [8.0]})
    matrix = fold_matrix(Ingredients({"a": one, "b": two}, {}, ()), 0)
    assert matrix.columns == ["a.n", "b.n"]
    assert matrix.column_blocks == ["a", "b"]


def test_blocks_of_other_rows_are_refused():
    one, two = _block("a", {"n": [1.0, 2, 3]}, {"n": [4.0]}), _block("b", {"m": [5.0, 6, 7]}, {"m": [8.0]}, ids="acb")
    with pytest.raises(AlignmentError, match="train rows differ"):
        fold_matrix(Ingredients({"a": one, "b": two}, {}, ()), 0)


def test_a_side_table_becomes_a_block(tiny_catalog: Catalog, store: ArtifactStore):
    frame = SplitFrame(
        pd.DataFrame({"heat": np.arange(300.0)}, index=tiny_catalog.items.train.index),
        pd.DataFrame({"heat": np.nan}, index=tiny_catalog.items.test.index),
    )
    catalog = replace(tiny_catalog, sides=(SideTable("spice", frame, "spice-key"),))
    assert "side:spice" in known_blocks(catalog)
    ingredients = gather(catalog, random_plan(catalog), ["side:spice", "five_simple"], store=store)
    matrix = fold_matrix(ingredients, 0)
    assert matrix.columns[-1] == "heat"
    assert matrix.column_blocks[-1] == "side:spice"
    assert np.isnan(matrix.test[:, -1]).all()


def test_blocks_that_all_folds_share_are_coded_once(monkeypatch: pytest.MonkeyPatch):
    coded: list[list[str]] = []
    monkeypatch.setattr(matrix, "piece_of", lambda frame: coded.append(frame.columns) or piece_of(frame))
    plain = _block("a", {"n": [1.0, 2, 3]}, {"n": [4.0]})
    folds = tuple(_block("p", {"p": [k, k, k]}, {"p": [k]}).frame for k in (5.0, 6.0))
    ingredients = Ingredients({"a": plain}, {"p": EncodedBlock(plain.info, folds, "p", 0.0, cached=False)}, ())
    first, second = fold_matrix(ingredients, 0), fold_matrix(ingredients, 1)
    assert coded == [["n"], ["p"], ["p"]]
    np.testing.assert_array_equal(first.train, np.array([[1, 5], [2, 5], [3, 5]], dtype=np.float32))
    np.testing.assert_array_equal(second.test, np.array([[4, 6]], dtype=np.float32))
