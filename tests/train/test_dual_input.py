"""The dual-input network: nothing of the validation rows, nothing of a gap, the same bits, reasons that add up."""

from __future__ import annotations

import io
import itertools
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import torch

from core.errors import Cancelled
from core.folds import random_plan
from core.metrics import log_smape_pct, row_smape_pct
from core.store import ArtifactStore
from core.train import FAMILIES, FoldData, TrainSpec, missing_inputs, train
from core.train.dual_input_family import PATIENCE
from core.train.dual_input_fit import loss_of, repeatable
from core.train.dual_input_net import Epochs, Layers, halved
from core.train.dual_input_parts import VectorPart, branch_of, fit_branches
from core.train.dual_input_reasons import MOST_EXACT, block_values
from core.train.run import model_key
from core.types import Catalog

SPEC = TrainSpec("dual_input", ("size",), loss="smape")
SHORT = replace(SPEC, max_rounds=3)
NETWORK = FAMILIES["dual_input"]
COLUMNS = ["t0", "t1", "t2", "i0", "i1", "weight", "shelf", "same"]
BLOCKS = [*["text@m"] * 3, *["image@m"] * 2, "size", "category", "category"]


def _quiet(number: int, score: float) -> None:
    """A round that nobody watches."""


def _data(n_rows: int = 400, *, seed: int = 0) -> FoldData:
    """A direction of the text, one of the photos that half of the products have, a weight with gaps, a shelf."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_rows, len(COLUMNS))).astype(np.float32)
    x[:, :3] /= np.linalg.norm(x[:, :3], axis=1, keepdims=True)
    x[:, 6] = rng.integers(0, 3, size=n_rows)
    x[:, 7] = 1.0
    log_price = 3 + 0.8 * x[:, 0] + 0.3 * x[:, 5] + 0.4 * (x[:, 6] == 2) + 0.02 * rng.normal(size=n_rows)
    photo = rng.random(n_rows) < 0.5
    log_price = log_price + np.where(photo, 0.4 * x[:, 3], 0.3)
    x[~photo, 3:5] = np.nan
    x[rng.random(n_rows) < 0.2, 5] = np.nan
    cut = n_rows * 3 // 4
    return FoldData(x[:cut], x[cut:], log_price[:cut], log_price[cut:], COLUMNS, [6], BLOCKS)


@pytest.mark.parametrize(
    ("block", "beside", "branch"),
    [
        ("text@m", ["text@m"], "text"),
        ("image@m", ["image@m"], "image"),
        ("image_text@m", ["image@m", "text@m"], "table"),
        ("text_price@m", ["text@m"], "table"),
        ("words", ["size", "words"], "text"),
        ("words", ["text@m", "words"], "table"),
        ("size", ["size"], "table"),
        ("side:image", ["side:image"], "table"),
    ],
)
def test_each_block_feeds_one_branch(block: str, beside: list[str], branch: str):
    assert branch_of(block, beside) == branch


def test_what_a_run_lacks_is_said():
    assert missing_inputs(["size", "text@m", "image@m"]) == ""
    assert "no photo branch" in missing_inputs(["size", "text@m"])
    assert "columns alone" in missing_inputs(["size", "words", "text_price@m"])
    assert "no text but" in missing_inputs(["image@m"])


def test_the_planted_prices_are_found():
    data = _data(1200)
    fit = NETWORK.fit(data, SPEC, _quiet, threads=1)
    constant = log_smape_pct(data.log_price_valid, np.full(len(data.x_valid), np.median(data.log_price_fit)))
    assert constant > 40
    assert fit.curve.min() < 15


@pytest.mark.parametrize("part", ["x_valid", "log_price_valid"])
def test_nothing_of_the_validation_rows_reaches_the_weights(part: str):
    data = _data()
    plain = NETWORK.fit(data, SHORT, _quiet, threads=1)
    wild = NETWORK.fit(replace(data, **{part: 1e3 + 7 * getattr(data, part)}), SHORT, _quiet, threads=1)
    assert plain.model.to_bytes() == wild.model.to_bytes()
    assert plain.curve.tolist() != wild.curve.tolist()


def test_each_branch_has_the_fitted_rows_mean_and_spread():
    data = _data()
    branches = fit_branches(data.x_fit, BLOCKS, [6])
    assert [branch.name for branch in branches] == ["text", "image", "table"]
    text, image, table = (branch.features(data.x_fit) for branch in branches)
    assert text.shape[1] == 4  # three directions and the gap
    assert np.allclose(text.mean(axis=0), 0, atol=1e-6)
    assert text[:, :3].var(axis=0).mean() == pytest.approx(1.0, abs=1e-5)
    assert (text[:, 3] == 0).all()  # no fitted row lacks a text
    assert np.allclose(image[:, 2].std(), 1, atol=1e-5)
    assert np.allclose(table.mean(axis=0), 0, atol=1e-5)
    assert 7 not in branches[2].feature_column.tolist()  # a constant column says nothing


def test_a_gap_hides_whatever_stands_beside_it():
    data = _data()
    model = NETWORK.fit(data, SHORT, _quiet, threads=1).model
    one, other = data.x_valid[:20].copy(), data.x_valid[:20].copy()
    one[:, 3], other[:, 3] = np.nan, np.nan
    one[:, 4], other[:, 4] = 5.0, -90.0
    assert np.array_equal(model.predict(one, rounds=3), model.predict(other, rounds=3))
    whole = NETWORK.fit(replace(data, x_fit=np.where(np.isnan(data.x_fit), 0.0, data.x_fit)), SHORT, _quiet, threads=1)
    unseen = whole.model.predict(one, rounds=3)  # gaps in a block that had none when it was fitted
    assert np.isfinite(unseen).all()


def test_vectors_that_nobody_has_say_nothing():
    part = VectorPart.fitted(np.full((4, 2), np.nan, dtype=np.float32), np.array([0, 1]))
    assert part.features(np.array([[np.nan, np.nan], [0.5, 0.0]], dtype=np.float32))[0].tolist() == [0, 0, 0]


def test_a_round_scores_what_the_kept_model_predicts_and_patience_ends_it():
    data = _data()
    fit = NETWORK.fit(data, SPEC, _quiet, threads=1)
    for rounds in range(1, len(fit.curve) + 1):
        predicted = fit.model.predict(data.x_valid, rounds=rounds)
        assert fit.curve[rounds - 1] == pytest.approx(log_smape_pct(data.log_price_valid, predicted), abs=1e-6)
    # Noise for prices: the score soon stops falling, and so many rounds later the fold stops.
    draw = np.random.default_rng(3)
    noise = replace(data, log_price_fit=draw.normal(size=300), log_price_valid=draw.normal(size=100))
    stopped = NETWORK.fit(noise, SPEC, _quiet, threads=1)
    assert len(stopped.curve) == int(np.argmin(stopped.curve)) + 1 + PATIENCE
    told: list[int] = []
    NETWORK.fit(data, SHORT, lambda number, _score: told.append(number), threads=1)
    assert told == [1, 2, 3]


def test_the_same_seed_gives_the_same_bits_alone_and_side_by_side():
    data = _data()
    alone = NETWORK.fit(data, SHORT, _quiet, threads=1).model.to_bytes()
    with ThreadPoolExecutor(2) as pool:
        pair = [pool.submit(NETWORK.fit, data, SHORT, _quiet, threads=1) for _ in range(2)]
        assert [found.result().model.to_bytes() for found in pair] == [alone, alone]
    torch.manual_seed(99)
    assert NETWORK.fit(data, SHORT, _quiet, threads=2).model.to_bytes() == alone
    assert NETWORK.fit(data, replace(SHORT, seed=1), _quiet, threads=1).model.to_bytes() != alone


def test_pytorch_is_left_as_it_was():
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    draws = torch.random.get_rng_state()
    with pytest.raises(Cancelled), repeatable("cpu"):
        assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == (1, True)
        with repeatable("cuda"):
            # A card lacks some deterministic operations; it warns of them instead of failing.
            assert torch.is_deterministic_algorithms_warn_only_enabled()
        assert torch.are_deterministic_algorithms_enabled()
        raise Cancelled
    NETWORK.fit(_data(60), SHORT, _quiet, threads=1)
    assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == before
    assert torch.equal(torch.random.get_rng_state(), draws)


def test_it_is_kept_as_numbers_alone_and_read_back_the_same():
    data = _data()
    model = NETWORK.fit(data, SHORT, _quiet, threads=1).model
    kept = model.to_bytes()
    with zipfile.ZipFile(io.BytesIO(kept)) as held:
        assert {name.rsplit(".", 1)[1] for name in held.namelist()} == {"npy"}
    read = NETWORK.load(kept)
    assert read.to_bytes() == kept
    assert np.array_equal(read.predict(data.x_valid, rounds=2), model.predict(data.x_valid, rounds=2))
    poisoned = io.BytesIO()
    np.savez(poisoned, level=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        NETWORK.load(poisoned.getvalue())


def test_without_a_column_that_varies_it_is_the_median():
    data = replace(_data(80), x_fit=np.zeros((60, 8), np.float32), x_valid=np.zeros((20, 8), np.float32))
    data = replace(data, column_blocks=["size"] * 8, categorical=[])
    fit = NETWORK.fit(data, SPEC, _quiet, threads=1)
    read = NETWORK.load(fit.model.to_bytes())
    assert read.predict(data.x_valid, rounds=1).tolist() == [np.median(data.log_price_fit)] * 20
    assert read.contributions(data.x_valid, rounds=1)[:, :-1].tolist() == np.zeros((20, 8)).tolist()


def test_reasons_add_up_and_a_column_without_a_say_has_none():
    data = _data()
    model = NETWORK.fit(data, SPEC, _quiet, threads=1).model
    found = model.contributions(data.x_valid, rounds=5)
    assert found.shape == (100, 9)
    assert np.allclose(found.sum(axis=1), model.predict(data.x_valid, rounds=5), atol=1e-5)
    assert np.ptp(found[:, -1]) == 0
    assert np.abs(found[:, 7]).max() < 1e-6
    # What was planted: the text's first direction counts for more than the others.
    assert np.abs(found[:, 0]).mean() > 2 * np.abs(found[:, 1:3]).mean()


def _layers(draw: np.random.Generator, n_features: int) -> Layers:
    shapes = [(2, n_features, 5), (2, 1, 5), (2, 5, 4), (2, 1, 4), (2, 4, 1), (2, 1, 1)]
    return Layers.of([draw.normal(size=shape).astype(np.float32) for shape in shapes])


def test_block_values_are_shapley_values():
    draw = np.random.default_rng(0)
    layers, sums = _layers(draw, 3), draw.normal(size=(3, 2, 7, 5)).astype(np.float32)
    expected = np.zeros((7, 3))
    for order in itertools.permutations(range(3)):
        for place, block in enumerate(order):
            before, after = sums[list(order[:place])].sum(axis=0), sums[list(order[: place + 1])].sum(axis=0)
            expected[:, block] += (layers.after(after) - layers.after(before)) / 6
    assert np.allclose(block_values(layers, sums), expected, atol=1e-5)


def test_many_blocks_are_sampled_and_still_add_up():
    draw = np.random.default_rng(0)
    n_blocks = MOST_EXACT + 3
    layers, sums = _layers(draw, 3), draw.normal(size=(n_blocks, 2, 4, 5)).astype(np.float32)
    found = block_values(layers, sums)
    total = layers.after(sums.sum(axis=0)) - layers.after(np.zeros_like(sums[0]))
    assert np.allclose(found.sum(axis=1), total, atol=1e-4)
    assert np.array_equal(found, block_values(layers, sums))


def test_slopes_are_derivatives():
    draw = np.random.default_rng(2)
    layers, sums = _layers(draw, 3), draw.normal(size=(2, 6, 5)).astype(np.float32)
    slopes, step = layers.slopes(sums), 1e-3
    for net, unit in itertools.product(range(2), range(5)):
        moved = sums.copy()
        moved[net, :, unit] += step
        assert np.allclose((layers.after(moved) - layers.after(sums)) / step, slopes[net, :, unit], atol=2e-2)


def test_the_losses_are_what_their_names_say():
    residual = torch.tensor([-2.0, -0.2, 0.0, 0.3, 1.0])
    price = np.exp(residual.numpy().astype(np.float64))
    smape = loss_of(replace(SPEC, loss="smape"))(residual).numpy()
    assert np.allclose(smape, row_smape_pct(np.ones(5), price) / 100, atol=1e-6)
    assert loss_of(replace(SPEC, loss="l1"))(residual).tolist() == residual.abs().tolist()
    aimed = loss_of(replace(SPEC, loss="quantile", quantile=0.9))(residual)
    assert np.allclose(aimed.numpy(), [1.8, 0.18, 0.0, 0.03, 0.1], atol=1e-6)
    bent = loss_of(replace(SPEC, loss="huber"))(residual)
    assert np.allclose(bent.numpy(), [1.75, 0.04, 0.0, 0.09, 0.75], atol=1e-6)


def test_weights_are_kept_finite_whatever_they_were():
    kept = halved([np.array([1e9, -1e9, 0.5])])
    assert np.isfinite(kept[0]).all() and kept[0].dtype == np.float16
    epochs = Epochs(tuple(np.zeros((4, *shape)) for shape in [(2, 3, 5), (2, 1, 5), (2, 5, 4), (2, 1, 4)]))
    assert list(epochs.arrays()) == ["weights00", "weights01", "weights02", "weights03"]


def test_a_cancelled_run_goes_on_with_the_next_fold(
    tiny_catalog: Catalog, store: ArtifactStore, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    plan, spec = random_plan(tiny_catalog), replace(SHORT, blocks=("five_simple", "size"))
    undisturbed = train(tiny_catalog, plan, spec, store=ArtifactStore(tmp_path / "undisturbed"))

    def cancel_in_fold_3(_fraction: float, message: str) -> None:
        if message.startswith("fold 3"):
            raise Cancelled

    with pytest.raises(Cancelled):
        train(tiny_catalog, plan, spec, store=store, report=cancel_in_fold_3)
    assert [store.has(model_key(undisturbed.key, fold)) for fold in range(5)] == [True, True, False, False, False]
    touched: list[str] = []
    resumed = train(tiny_catalog, plan, spec, store=store, report=lambda _f, message: touched.append(message[:6]))
    assert {"fold 1", "fold 2"}.isdisjoint(touched)
    pd.testing.assert_series_equal(undisturbed.oof_log_price, resumed.oof_log_price, check_exact=True)
    pd.testing.assert_frame_equal(undisturbed.test_fold_log_price, resumed.test_fold_log_price, check_exact=True)
