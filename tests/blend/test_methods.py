"""Losses with their gradients, and choosers against brute force on tiny data."""

from __future__ import annotations

import numpy as np
import pytest

from core.blend.methods import LEAST_RESIDUAL, STACK_PULL, greedy_path, single, slsqp, stack
from core.blend.space import SPACES, Scaled, Space
from core.metrics import row_smape_pct, to_price


def _rows(space: Space, *, n_rows: int = 400, n_members: int = 3, bias: float = 0.0) -> Scaled:
    rng = np.random.default_rng(3)
    truth = rng.normal(2.5, 0.8, size=n_rows)
    noise = rng.normal(scale=np.linspace(0.4, 0.7, n_members), size=(n_rows, n_members))
    return Scaled.of(truth[:, None] + noise + bias, truth, space)


@pytest.mark.parametrize("space", SPACES)
def test_loss_is_smape_and_its_slope_is_the_derivative(space: Space):
    rows = _rows(space)
    mix = rows.members @ np.array([0.5, 0.3, 0.2])
    smape = row_smape_pct(to_price(rows.log_price(rows.truth)), to_price(rows.log_price(mix)))
    assert np.allclose(200.0 * rows.row_loss(mix), smape)
    step = 1e-6
    numeric = (rows.row_loss(mix + step) - rows.row_loss(mix - step)) / (2 * step)
    assert np.allclose(rows.row_slope(mix), numeric, atol=1e-6)


def test_the_best_member_alone_is_the_best():
    rows = _rows("log")
    assert single(rows, None).weights.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("space", SPACES)
def test_slsqp_is_not_beaten_by_any_point_of_a_grid(space: Space):
    rows = _rows(space)
    grid = [(a, b, 1 - a - b) for a in np.linspace(0, 1, 41) for b in np.linspace(0, 1, 41) if a + b <= 1 + 1e-9]
    best = min(rows.row_loss(rows.members @ np.array(weights)).mean() for weights in grid)
    assert rows.row_loss(rows.members @ slsqp(rows, None).weights).mean() <= best + 1e-4


def test_the_stack_takes_a_common_bias_out():
    rows = _rows("log", n_rows=3000, bias=0.3)
    mix = stack(rows, None)
    assert (
        rows.row_loss(mix.of(rows.members)).mean()
        < 0.8 * rows.row_loss(rows.members @ slsqp(rows, None).weights).mean()
    )


def test_the_stack_rests_at_the_lowest_point_of_its_penalised_loss():
    rows = _rows("log", n_rows=3000)
    mix = stack(rows, None)

    def penalised(weights: np.ndarray, intercept: float) -> float:
        loss = rows.row_loss(rows.members @ weights + intercept).mean()
        return float(loss + STACK_PULL * ((weights - 1 / 3) ** 2).sum())

    here = penalised(mix.weights, mix.intercept)
    rng = np.random.default_rng(0)
    for scale in (0.003, 0.03, 0.3):
        for _ in range(20):
            away = rng.normal(scale=scale, size=4)
            assert here <= penalised(mix.weights + away[:3], mix.intercept + away[3]) + LEAST_RESIDUAL**2


def test_the_greedy_path_only_gets_better():
    path = greedy_path(_rows("log"))
    losses = [pick.loss for pick in path]
    assert losses == sorted(losses, reverse=True)
    assert path[0].step == 1
    assert path[0].weights.tolist() == [1.0, 0.0, 0.0]
    assert all(pick.weights.sum() == pytest.approx(1.0) for pick in path)
