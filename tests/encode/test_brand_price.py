"""The brand encoder against a plain-Python reference."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.encode.brand_price import INFO, SMOOTHING_ROWS, BrandInputs, shrunk_means
from core.encode.scheme import Scheme

LOG_PRICE = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
BRAND = ["a", "a", "a", "b", "b", "", "c", "a"]
FOLD = [0, 1, 0, 1, 0, 1, 0, 1]
PART = [0, 0, 1, 1, 0, 1, 1, 0]


def reference_mean(fit: list[int], row: int) -> tuple[float, int]:
    """Shrunk mean log price of the row's brand over the fit rows, and how many they are; slow and obvious."""
    prior = sum(LOG_PRICE[i] for i in fit) / len(fit)
    mine = [LOG_PRICE[i] for i in fit if BRAND[i] == BRAND[row] and BRAND[row] != ""]
    if not mine:
        return math.nan, 0
    return (sum(mine) + SMOOTHING_ROWS * prior) / (len(mine) + SMOOTHING_ROWS), len(mine)


def test_every_row_of_every_fold_equals_the_reference():
    codes = np.array([{"a": 0, "b": 1, "c": 2, "": -1}[brand] for brand in BRAND])
    inputs = BrandInputs(np.stack([codes] * 3, axis=1), np.zeros((8, 2)))
    scheme = Scheme(np.array(FOLD), np.array(PART), n_folds=2, n_parts=2)
    fits = list(inputs.values(np.array(LOG_PRICE), scheme.fit_masks()))
    price, rows = (list(INFO.columns).index(name) for name in ("brand_price", "brand_rows"))
    for fold in (0, 1):
        training = [i for i in range(8) if FOLD[i] != fold]
        for row in range(8):
            inner = FOLD[row] != fold
            fit_rows = [i for i in training if not inner or PART[i] != PART[row]]
            values = fits[fold * 3 + (PART[row] if inner else 2)][row]
            expected, count = reference_mean(fit_rows, row)
            assert values[rows] == count
            assert values[price] == pytest.approx(expected, rel=1e-6, nan_ok=True)


def test_a_group_without_fit_rows_is_missing_and_not_the_prior():
    mean, count = shrunk_means(np.array([0, 0, -1]), np.array([1.0, 3.0, 9.0]), np.array([0, 1, -1]), prior=5.0)
    assert mean[0] == (1.0 + 3.0 + SMOOTHING_ROWS * 5.0) / (2 + SMOOTHING_ROWS)
    assert np.isnan(mean[1:]).all()
    assert count.tolist() == [2.0, 0.0, 0.0]


def test_level_leaves_the_sizes_out():
    rng = np.random.default_rng(0)
    size = rng.normal(size=200)
    codes = np.repeat([0, 1], 100)
    log_price = 3.0 + 0.5 * size + 0.2 * codes
    inputs = BrandInputs(np.stack([codes] * 3, axis=1), size[:, None])
    (values,) = inputs.values(log_price, np.ones((200, 1), dtype=bool))
    level = values[:, list(INFO.columns).index("brand_level")]
    # 0.2 apart before shrinking; two rows of prior against a hundred.
    assert level[150] - level[50] == pytest.approx(0.2 * 100 / 102, rel=0.02)
    assert np.ptp(level[:100]) == 0.0
