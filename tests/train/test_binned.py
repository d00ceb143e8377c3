"""Blocks binned once and joined: the same model, bit for bit, as from a data set made afresh."""

from __future__ import annotations

import warnings

import lightgbm
import numpy as np
import pytest
import xgboost

from core.train.binned import BinnedBlock, BinSpec, bin_block, join_binned, usable_blocks
from core.train.matrix import join_pieces
from core.train.pieces import Piece
from core.types import Float32Array, FloatArray

N = 1500
BINS = BinSpec(max_bin=63)


def _blocks() -> list[tuple[Float32Array, list[int]]]:
    """Numbers, categories, missing values, one-hots that exclude each other, a constant column, a constant block."""
    draw = np.random.default_rng(0)
    dense = draw.normal(size=(N, 4)).astype(np.float32)
    dense[draw.random((N, 4)) < 0.1] = np.nan
    dense[:, 0] = draw.integers(0, 30, N)
    dense[draw.random(N) < 0.1, 0] = np.nan
    kind = draw.integers(0, 40, N)
    sparse = np.column_stack([kind == 1, kind == 2, kind == 3, np.full(N, 7), draw.integers(0, 5, N)])
    zeros = np.where(draw.random((N, 3)) < 0.85, 0, draw.random((N, 3))).astype(np.float32)
    constant = np.full((N, 2), 3.0, dtype=np.float32)
    return [(dense, [0]), (sparse.astype(np.float32), [4]), (constant, []), (zeros, [])]


def _log_price(values: Float32Array) -> FloatArray:
    filled = np.nan_to_num(values.astype(np.float64))
    scaled = (filled - filled.mean(axis=0)) / np.maximum(filled.std(axis=0), 1e-9)
    return scaled.sum(axis=1) + 0.3 * np.random.default_rng(1).normal(size=len(values))


def _train_parameters(bins: BinSpec) -> dict[str, object]:
    drawn = {"feature_fraction": 0.5, "bagging_fraction": 0.8, "bagging_freq": 1, "seed": 3}
    fixed = {"objective": "l1", "num_leaves": 15, "cat_smooth": 20.0, "deterministic": True, "force_row_wise": True}
    return {**bins.parameters(), **drawn, **fixed, "num_threads": 1}


def _pieces(blocks: list[tuple[Float32Array, list[int]]]) -> list[tuple[str, Piece]]:
    return [
        (f"block{place}", Piece(x, x[:0], tuple(f"n{i}" for i in range(x.shape[1])), tuple(categorical)))
        for place, (x, categorical) in enumerate(blocks)
    ]


def _trees(model: lightgbm.Booster) -> str:
    """The model's text up to its settings, where the joined one does not name its categorical columns again."""
    return model.model_to_string().partition("\nparameters:")[0]


def _fresh(blocks: list[tuple[Float32Array, list[int]]], log_price: FloatArray, bins: BinSpec) -> lightgbm.Booster:
    matrix = join_pieces(_pieces(blocks))
    dataset = lightgbm.Dataset(
        matrix.train,
        label=log_price,
        categorical_feature=matrix.categorical,
        feature_name=[f"c{i}" for i in range(matrix.train.shape[1])],
        params={**bins.parameters(), "num_threads": 1},
    )
    return lightgbm.train(_train_parameters(bins), dataset, 30)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 0), (1, 3, 0), (1,)])
@pytest.mark.parametrize("bins", [BINS, BinSpec(), BinSpec(max_bin=15, min_leaf_rows=100)])
def test_a_joined_set_gives_the_fresh_model(order: tuple[int, ...], bins: BinSpec) -> None:
    blocks = [_blocks()[place] for place in order]
    whole = np.column_stack([x for x, _ in blocks])
    price = _log_price(whole)
    parts = [bin_block(x, categorical, bins) for x, categorical in blocks]
    fresh = _fresh(blocks, price, bins)
    assert np.ptp(fresh.predict(whole)) > 1.0
    for _ in range(2):
        joined = lightgbm.train(_train_parameters(bins), join_binned(parts, price), 30)
        np.testing.assert_array_equal(joined.predict(whole), fresh.predict(whole))
        # Not the predictions alone: every split and threshold, so that SHAP values and new rows agree too.
        assert _trees(joined) == _trees(fresh)


def test_joining_leaves_the_parts_as_they_were() -> None:
    parts = [bin_block(x, categorical, BINS) for x, categorical in _blocks()]
    before = [(part.dataset.num_feature(), part.dataset.get_feature_name()) for part in parts]
    join_binned(parts, np.zeros(N))
    assert [(part.dataset.num_feature(), part.dataset.get_feature_name()) for part in parts] == before
    assert not np.any(parts[0].dataset.get_label())


def test_nothing_is_said_while_joining(capfd: pytest.CaptureFixture[str]) -> None:
    parts = [bin_block(x, categorical, BINS) for x, categorical in _blocks()]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        join_binned(parts, np.zeros(N))
    assert [str(item.message) for item in said] == []
    assert capfd.readouterr() == ("", "")


def test_blocks_without_a_usable_column_can_be_left_out() -> None:
    blocks = [_blocks()[place] for place in (2, 0, 3)]
    parts = [bin_block(x, categorical, BINS) for x, categorical in blocks]
    assert usable_blocks(parts) == [1, 2]
    price = _log_price(np.column_stack([x for x, _ in blocks]))
    with pytest.raises(ValueError, match="can be split"):
        join_binned(parts, price)
    kept = [blocks[place] for place in usable_blocks(parts)]
    joined = join_binned([parts[place] for place in usable_blocks(parts)], price)
    model = lightgbm.train(_train_parameters(BINS), joined, 30)
    whole, rest = (np.column_stack([x for x, _ in some]) for some in (blocks, kept))
    np.testing.assert_array_equal(model.predict(rest), _fresh(blocks, price, BINS).predict(whole))


def test_other_rows_are_refused() -> None:
    x, categorical = _blocks()[0]
    parts = [bin_block(x, categorical, BINS), bin_block(x[:-1], categorical, BINS)]
    with pytest.raises(ValueError, match="rows in the blocks"):
        join_binned(parts, np.zeros(N))
    with pytest.raises(ValueError, match="can be split"):
        join_binned([], np.zeros(N))


def test_training_with_other_bins_is_refused() -> None:
    joined = join_binned([bin_block(*_blocks()[0], BINS)], np.zeros(N))
    with pytest.raises(lightgbm.basic.LightGBMError, match="max_bin"):
        lightgbm.train(_train_parameters(BinSpec(max_bin=31)), joined, 1)


def test_xgboost_on_pieces_side_by_side_gives_the_fresh_model() -> None:
    blocks = _blocks()
    whole = np.column_stack([x for x, _ in blocks])
    matrix = join_pieces(_pieces(blocks))
    types = ["c" if i in matrix.categorical else "float" for i in range(whole.shape[1])]
    parameters = {"objective": "reg:absoluteerror", "colsample_bytree": 0.5, "max_bin": 64, "seed": 3, "nthread": 1}
    found = []
    for values in (whole, matrix.train):
        dataset = xgboost.QuantileDMatrix(
            values, label=_log_price(whole), feature_types=types, enable_categorical=True, max_bin=64, nthread=1
        )
        found.append(bytes(xgboost.train(parameters, dataset, 30).save_raw("json")))
    assert matrix.categorical == [0, 8]
    assert found[0] == found[1]


def test_weight_in_memory_grows_with_rows_and_columns() -> None:
    assert BinnedBlock(None, 1000, 10, usable=True).n_bytes == 1000 * 14 + 40960
