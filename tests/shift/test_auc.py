from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.shift import auc_interval
from core.shift.auc import null_spread, single_auc


def test_value_agrees_with_scikit_learn_ties_included() -> None:
    rng = np.random.default_rng(0)
    score, is_test = rng.integers(0, 9, 300).astype(float), rng.random(300) < 0.4
    assert auc_interval(is_test, score).value == pytest.approx(roc_auc_score(is_test, score))


def test_delongs_variance_is_that_of_a_resampled_auc() -> None:
    rng = np.random.default_rng(1)
    is_test = np.arange(500) < 200
    draws = [roc_auc_score(is_test, rng.normal(size=500) + 0.5 * is_test) for _ in range(600)]
    found = auc_interval(is_test, rng.normal(size=500) + 0.5 * is_test, factor=1.0)
    assert (found.high - found.low) / (2 * 1.6449) == pytest.approx(np.std(draws), rel=0.15)


def test_null_spread_is_mann_whitneys_times_the_root_of_two() -> None:
    assert null_spread(100, 100) == pytest.approx(np.sqrt(2 * 201 / 120_000))


def test_separated_files_and_missing_values() -> None:
    is_test = np.array([True, True, False, False])
    assert auc_interval(is_test, np.array([3.0, 4.0, 1.0, 2.0])).value == 1.0
    assert single_auc(is_test, pd.Series([2.0, 3.0, np.nan, 1.0])) == 1.0


def test_one_file_alone_has_no_auc() -> None:
    with pytest.raises(ValueError, match="both files"):
        auc_interval(np.array([True, True]), np.array([1.0, 2.0]))
