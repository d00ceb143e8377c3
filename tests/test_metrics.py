from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.metrics import (
    MAX_PRICE,
    MIN_PRICE,
    log_smape_pct,
    mean_interval,
    row_smape_pct,
    smape_pct,
    to_log_price,
    to_price,
)

prices = arrays(np.float64, 5, elements=st.floats(0.01, 1e6))


def test_the_challenges_own_example() -> None:
    assert smape_pct([100.0], [120.0]) == pytest.approx(200 * 20 / 220)
    assert smape_pct([100.0], [120.0]) == pytest.approx(18.181818, abs=1e-6)


def test_bounds_and_rows() -> None:
    assert smape_pct([3.0], [3.0]) == 0.0
    assert smape_pct([3.0], [0.0]) == 200.0
    assert smape_pct([0.0], [0.0]) == 0.0
    np.testing.assert_allclose(row_smape_pct([1.0, 1.0], [3.0, 1.0]), [100.0, 0.0])
    assert smape_pct([1.0, 1.0], [3.0, 1.0]) == 50.0


@given(prices, prices)
def test_both_scales_give_the_same_number(actual: np.ndarray, predicted: np.ndarray) -> None:
    assert log_smape_pct(np.log(actual), np.log(predicted)) == pytest.approx(smape_pct(actual, predicted), abs=1e-9)


@given(prices, prices, st.floats(0.01, 100.0))
def test_it_is_symmetric_and_free_of_the_currency(actual: np.ndarray, predicted: np.ndarray, rate: float) -> None:
    score = smape_pct(actual, predicted)
    assert 0.0 <= score <= 200.0
    assert smape_pct(predicted, actual) == pytest.approx(score)
    assert smape_pct(rate * actual, rate * predicted) == pytest.approx(score)


def test_shapes_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) actual prices, \(1,\) predictions"):
        smape_pct([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match=r"\(2,\) actual prices, \(2, 1\) predictions"):
        row_smape_pct([1.0, 2.0], [[1.0], [2.0]])
    with pytest.raises(ValueError, match="no rows"):
        smape_pct([], [])


@pytest.mark.parametrize("bad", [0.0, -1.0, np.nan, np.inf])
def test_no_logarithm_of_a_bad_price(bad: float) -> None:
    with pytest.raises(ValueError, match="positive and finite"):
        to_log_price([1.0, bad])


@given(prices)
def test_the_two_scales_are_inverse(price: np.ndarray) -> None:
    np.testing.assert_allclose(to_price(to_log_price(price)), price, rtol=1e-12)


def test_any_prediction_becomes_a_price_that_can_be_written() -> None:
    np.testing.assert_allclose(to_price([-1e9, 0.0, 1e9]), [MIN_PRICE, 1.0, MAX_PRICE])


def test_interval_of_the_mean() -> None:
    low, high = mean_interval(np.array([1.0, 2.0, 3.0]), level=0.9)
    half = 1.6448536269514722 * 1.0 / np.sqrt(3)
    assert (low, high) == (pytest.approx(2.0 - half), pytest.approx(2.0 + half))
