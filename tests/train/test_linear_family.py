"""The linear baseline: exact on planted lines, columns scaled as said, kept as plain arrays."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from core.train import FAMILIES, FoldData, TrainSpec
from core.train.linear_family import PENALTIES, _ridges
from core.train.linear_scaling import fit_scaling

SPEC = TrainSpec("linear", ("size",), loss="huber")
LINEAR = FAMILIES["linear"]


def _quiet(number: int, score: float) -> None:
    """A round that nobody watches."""


def _data(n_rows: int = 400, *, seed: int = 0, noise: float = 0.01) -> FoldData:
    """One line, one step by category, one weight of which only the order counts, one column with gaps."""
    rng = np.random.default_rng(seed)
    x = np.empty((n_rows, 4), dtype=np.float32)
    x[:, 0] = rng.normal(size=n_rows)
    x[:, 1] = rng.integers(0, 3, size=n_rows)
    order = rng.uniform(-1, 1, size=n_rows)
    x[:, 2] = np.exp(6 * order)
    x[:, 3] = np.where(rng.random(n_rows) < 0.3, np.nan, rng.normal(size=n_rows))
    log_price = 3 + 0.5 * x[:, 0] + 0.4 * (x[:, 1] == 2) + 0.3 * order + 0.2 * np.isnan(x[:, 3])
    log_price = log_price + noise * rng.normal(size=n_rows)
    cut = n_rows * 3 // 4
    return FoldData(x[:cut], x[cut:], log_price[:cut], log_price[cut:], list("abcd"), [1])


def test_features_are_centred_scaled_and_without_gaps():
    x = np.array([[1.0, 0.0], [2.0, 0.0], [np.nan, 1.0], [6.0, np.nan]] * 10, dtype=np.float32)
    scaling = fit_scaling(x, [1])
    made = scaling.features(x)
    assert np.allclose(made.mean(axis=0), 0) and np.allclose(made.std(axis=0), 1)
    # Two scales and the gaps of the number, two categories and the gaps of the other.
    assert list(zip(scaling.column.tolist(), scaling.kind.tolist(), strict=True)) == [
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 3),
        (1, 3),
        (1, 2),
    ]
    far = scaling.features(np.array([[1e9, 7.0]], dtype=np.float32))
    assert np.isfinite(far).all()
    assert np.abs(far).max() < 10


def test_a_rare_category_and_a_constant_column_make_no_feature():
    x = np.zeros((30, 2), dtype=np.float32)
    x[:3, 1] = 1.0
    scaling = fit_scaling(x, [1])
    assert scaling.column.tolist() == [1]
    assert scaling.value.tolist() == [0.0]


def test_ranks_give_ties_their_middle():
    x = np.array([[0.0]] * 50 + [[1.0]] * 50, dtype=np.float32)
    scaling = replace(fit_scaling(x, []), mean=np.zeros(2), size=np.ones(2))
    ranks = scaling.features(np.array([[0.0], [1.0]], dtype=np.float32))[:, 1]
    assert ranks[0] == pytest.approx(-ranks[1], abs=0.07)
    assert -0.6 < ranks[0] < -0.4


def test_the_path_is_the_weighted_ridge_of_each_penalty():
    rng = np.random.default_rng(1)
    features, weights, goal = rng.normal(size=(80, 3)), rng.uniform(0.5, 2, size=80), rng.normal(size=80)
    coefficients, intercepts = _ridges(features, weights, goal, np.array([0.5, 0.0]))
    for place, penalty in enumerate((0.5, 0.0)):
        widened = np.column_stack([features, np.ones(80)])
        ridge = widened.T @ (widened * weights[:, None]) + weights.sum() * penalty * np.diag([1.0, 1.0, 1.0, 0.0])
        exact = np.linalg.solve(ridge, widened.T @ (weights * goal))
        assert np.allclose([*coefficients[place], intercepts[place]], exact)


def test_a_planted_line_is_found_and_its_reasons_are_exact():
    data = _data()
    fit = LINEAR.fit(data, SPEC, _quiet, threads=1)
    rounds = int(np.argmin(fit.curve)) + 1
    assert len(fit.curve) == len(PENALTIES)
    assert fit.curve[rounds - 1] < 2.0
    assert np.abs(fit.model.predict(data.x_valid, rounds=rounds) - data.log_price_valid).max() < 0.12
    reasons = fit.model.contributions(data.x_fit, rounds=rounds)
    assert np.allclose(reasons.sum(axis=1), fit.model.predict(data.x_fit, rounds=rounds), atol=1e-12)
    # Centred on the fitted rows, and each column carries what was planted in it.
    assert np.allclose(reasons[:, :-1].mean(axis=0), 0, atol=1e-9)
    assert np.polyfit(data.x_fit[:, 0], reasons[:, 0], 1)[0] == pytest.approx(0.5, abs=0.03)
    gap = np.isnan(data.x_fit[:, 3])
    assert reasons[gap, 3].mean() - reasons[~gap, 3].mean() == pytest.approx(0.2, abs=0.02)


def test_it_is_kept_as_numbers_alone_and_read_back_the_same():
    data = _data()
    kept = LINEAR.fit(data, SPEC, _quiet, threads=1).model.to_bytes()
    with zipfile.ZipFile(io.BytesIO(kept)) as held:
        assert {name.rsplit(".", 1)[1] for name in held.namelist()} == {"npy"}
    assert LINEAR.load(kept).to_bytes() == kept
    with np.load(io.BytesIO(kept), allow_pickle=False) as held:
        assert all(held[name].dtype.kind in "fi" for name in held.files)
    poisoned = io.BytesIO()
    np.savez(poisoned, coefficients=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match="allow_pickle"):
        LINEAR.load(poisoned.getvalue())


def test_most_rounds_cut_the_path():
    fit = LINEAR.fit(_data(), replace(SPEC, max_rounds=3), _quiet, threads=1)
    assert len(fit.curve) == 3


def test_wild_prices_move_l1_less_than_a_mean():
    data = _data(noise=0.1)
    rows = np.random.default_rng(2).random(len(data.log_price_fit)) < 0.1
    wild = replace(data, log_price_fit=data.log_price_fit + 4.0 * rows)
    for loss in ("l1", "huber", "smape"):
        fit = LINEAR.fit(wild, replace(SPEC, loss=loss), _quiet, threads=1)
        error = fit.model.predict(wild.x_valid, rounds=int(np.argmin(fit.curve)) + 1) - wild.log_price_valid
        # A mean would be off by 0.4.
        assert abs(float(error.mean())) < 0.15
