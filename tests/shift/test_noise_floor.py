from __future__ import annotations

import numpy as np
import pytest

from core.metrics import smape_pct
from core.shift import noise_floor


def test_a_pair_has_the_three_bounds_of_its_distance() -> None:
    found = noise_floor(np.array([0, 0, -1, 5]), np.log([10.0, 20.0, 3.0, 9.0]))
    assert found is not None
    distance = np.log(2.0)
    assert (found.n_rows, found.n_groups, found.same_price_pct) == (2, 1, 0.0)
    assert found.lower.smape_pct == pytest.approx(smape_pct([10.0, 20.0], [10.0, 10.0]))
    assert found.upper.smape_pct == pytest.approx(smape_pct([10.0, 20.0], [20.0, 10.0]))
    assert found.centre.smape_pct == pytest.approx(200 * np.tanh(distance / np.sqrt(2) / 2))
    assert np.isnan(found.lower.low)


def test_the_best_single_price_of_a_group_is_found() -> None:
    prices = np.array([2.0, 3.0, 3.5, 9.0])
    found = noise_floor(np.zeros(4, dtype=np.int64), np.log(prices))
    assert found is not None
    grid = [smape_pct(prices, np.full(4, price)) for price in np.linspace(1.5, 10, 4001)]
    assert found.lower.smape_pct == pytest.approx(min(grid), abs=0.05)


def test_no_twin_no_floor() -> None:
    assert noise_floor(np.array([0, 1, -1, -1]), np.zeros(4)) is None


def test_rows_weigh_and_groups_are_what_is_drawn() -> None:
    group = np.repeat(np.arange(5), [2, 2, 2, 2, 3])
    found = noise_floor(group, np.log([4.0] * 8 + [1.0, 2.0, 4.0]))
    assert found is not None
    assert (found.same_price_pct, found.lower.low) == (80.0, 0.0)
    three = smape_pct([1.0, 2.0, 4.0], [2.0, 2.0, 2.0])
    mean = three * 3 / 11
    assert found.lower.smape_pct == pytest.approx(mean)
    spread = np.sqrt((4 * (2 * mean) ** 2 + (3 * (three - mean)) ** 2) * 5 / 4) / 11
    assert found.lower.high == pytest.approx(mean + 1.6449 * spread, rel=1e-4)
    few = noise_floor(group[2:], np.log([4.0] * 6 + [1.0, 2.0, 4.0]))
    assert few is not None
    assert np.isnan(few.lower.high)


@pytest.mark.parametrize("rows", [2, 3, 6])
def test_the_bounds_hold_the_floor_of_a_known_noise(rows: int) -> None:
    draw = np.random.default_rng(0)
    noise = draw.normal(0, 0.4, size=(3000, rows))
    log_price = (noise + draw.normal(2.5, 1.0, size=(3000, 1))).ravel()
    found = noise_floor(np.repeat(np.arange(3000), rows), log_price)
    assert found is not None
    floor = float((200 * np.tanh(np.abs(draw.normal(0, 0.4, 200_000)) / 2)).mean())
    assert found.lower.smape_pct < floor < found.upper.smape_pct
    assert found.centre.low < floor < found.centre.high


def test_a_large_group_is_thinned_and_reads_much_the_same() -> None:
    log_price = np.random.default_rng(0).normal(0, 0.5, 3000)
    found = noise_floor(np.zeros(3000, dtype=np.int64), log_price)
    assert found is not None
    assert found.n_rows == 3000
    best = float((200 * np.tanh(np.abs(log_price - np.median(log_price)) / 2)).mean())
    assert found.lower.smape_pct == pytest.approx(best, abs=0.3)
