from __future__ import annotations

import numpy as np
import pytest

from core.shift.price_mix import bin_shares, divergence, price_divergence, price_selected


def test_one_step_by_hand_and_the_fixed_point() -> None:
    likelihood = np.array([[0.75, 0.25], [0.25, 0.75]])
    start = np.array([0.5, 0.5])
    assert bin_shares(likelihood, np.array([1.0, 0.0]), start, steps=1).tolist() == pytest.approx([0.75, 0.25])
    same = bin_shares(likelihood, start, start, steps=5)
    assert same.tolist() == pytest.approx([0.5, 0.5])
    # A mixture of 0.7 and 0.3 shows 0.7·0.75 + 0.3·0.25 = 0.6 of the first value.
    far = bin_shares(likelihood, np.array([0.6, 0.4]), start, steps=2000)
    assert far.tolist() == pytest.approx([0.7, 0.3], abs=1e-6)


def test_divergence_of_shares() -> None:
    assert divergence(np.array([0.5, 0.5]), np.array([0.5, 0.5])) == 0.0
    assert divergence(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(np.log(2))


def test_a_price_band_is_found_and_a_random_draw_is_not() -> None:
    rng = np.random.default_rng(0)
    price = rng.normal(2.6, 1.0, 6000)
    told = 2.6 + 0.5 * (price - 2.6) + rng.normal(0, 0.5, 6000)
    train = np.arange(6000) < 4000
    alike = price_divergence(price[train], told[train], told[~train])
    band = price_divergence(price[train], told[train], told[~train & (price > 3.0)])
    assert alike < 0.03
    assert band > 0.3


def test_the_cut_rises_with_the_auc_and_with_fewer_rows() -> None:
    assert price_selected(0.07, auc=0.5, n_test=2000)
    assert not price_selected(0.07, auc=0.55, n_test=2000)
    assert not price_selected(0.07, auc=0.5, n_test=200)
