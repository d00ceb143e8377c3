"""The single-column statistic, against plain references."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from core.sentinel.statistic import (
    MIN_SHOWN_ROWS,
    RIDGE_SHARE,
    left_over,
    left_over_each,
    level_means,
    parts_of,
    rank_correlation,
)


def test_parts_are_normal_scores_and_gaps():
    values, gaps = parts_of(7, np.array([3.0, np.nan, 1.0, 2.0]))
    score = norm.ppf(np.array([5 / 6, np.nan, 1 / 6, 3 / 6]))
    raw = np.nan_to_num(score)
    assert values.column == gaps.column == 7
    assert values.values == pytest.approx((raw - raw.mean()) / raw.std())
    assert values.shown.tolist() == [True, False, True, True]
    assert gaps.values == pytest.approx(np.array([1, -3, 1, 1]) / np.sqrt(3))
    assert gaps.shown.all()


def test_a_constant_column_and_an_empty_one_have_no_parts():
    assert parts_of(0, np.full(5, 2.0)) == []
    assert parts_of(0, np.full(5, np.nan)) == []


def test_a_level_is_worth_its_mean_in_the_other_folds():
    codes = np.array([0.0, 0.0, 0.0, 1.0, np.nan])
    price = np.array([1.0, 2.0, 6.0, 8.0, 9.0])
    fold = np.array([0, 1, 1, 0, 1])
    # Fold 0 is read from rows 1 and 2 (mean 4), fold 1 from rows 0 and 3 (mean 4.5); two rows of the mean are added.
    expected = [(8 + 2 * 4) / 4, (1 + 2 * 4.5) / 3, (1 + 2 * 4.5) / 3, 4.0]
    assert level_means(codes, price, fold)[:4] == pytest.approx(expected)
    assert np.isnan(level_means(codes, price, fold)[4])


def _by_hand(target: np.ndarray, design: np.ndarray, fold: np.ndarray) -> np.ndarray:
    rest = np.empty_like(target)
    for part in np.unique(fold):
        x, y = design[fold != part], target[fold != part]
        weights = np.linalg.solve(x.T @ x + RIDGE_SHARE * len(x) * np.eye(x.shape[1]), x.T @ y)
        rest[fold == part] = target[fold == part] - design[fold == part] @ weights
    return rest


def test_what_is_left_over_is_a_cross_fitted_ridge_residual():
    rng = np.random.default_rng(0)
    design, fold = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    targets = np.column_stack([design @ [1, 2, 0, 0] + rng.normal(size=60), rng.normal(size=60)])
    found = left_over(targets, design, fold)
    for place in (0, 1):
        assert found[:, place] == pytest.approx(_by_hand(targets[:, place], design, fold))


def test_one_inverse_leaves_each_column_out_of_its_own_prediction():
    rng = np.random.default_rng(1)
    design, fold = rng.normal(size=(60, 4)), rng.integers(0, 3, 60)
    design[:, 3] += design[:, 0]
    found = left_over_each(design, fold)
    for place in range(4):
        by_hand = _by_hand(design[:, place], np.delete(design, place, axis=1), fold)
        assert found[:, place] == pytest.approx(by_hand, rel=1e-6)


def test_rank_correlation_is_spearmans():
    rng = np.random.default_rng(2)
    a = rng.integers(0, 20, 200).astype(float)
    b = a + rng.normal(0, 5, 200)
    assert rank_correlation(a, b) == pytest.approx(spearmanr(a, b).statistic)
    assert rank_correlation(a, np.ones(200)) == 0.0
    assert rank_correlation(a[: MIN_SHOWN_ROWS - 1], b[: MIN_SHOWN_ROWS - 1]) == 0.0
