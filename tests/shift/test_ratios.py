from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binomtest

from core.shift.ratios import false_discovery, share_p_value, share_ratio


def test_ratio_with_half_a_row_added() -> None:
    table = share_ratio(np.array([9.5]), np.array([19.5]), n_train=99, n_test=99)
    assert table["ratio"].tolist() == pytest.approx([2.0])
    half = 1.6448536 * np.sqrt(1 / 20 - 1 / 99.5 + 1 / 10 - 1 / 99.5)
    assert np.log(table["ratio_high"] / table["ratio"]).tolist() == pytest.approx([half])


def test_absent_values_keep_a_finite_wide_interval() -> None:
    table = share_ratio(np.array([0.0]), np.array([2.0]), n_train=100, n_test=100)
    assert np.isfinite(table.to_numpy()).all()
    assert table["ratio_low"].iloc[0] < 1


@pytest.mark.parametrize(("train", "test"), [(0, 5), (3, 3), (10, 1)])
def test_p_value_is_twice_the_smaller_binomial_tail(train: int, test: int) -> None:
    found = share_p_value(np.array([float(train)]), np.array([float(test)]), n_train=60, n_test=40)
    tails = [binomtest(test, train + test, 0.4, alternative=tail).pvalue for tail in ("less", "greater")]
    assert found.tolist() == pytest.approx([min(1.0, 2 * min(tails))])


def test_false_discovery_is_monotone_and_exact() -> None:
    assert false_discovery(np.array([0.04, 0.01, 0.5, 0.02])).tolist() == pytest.approx([0.16 / 3, 0.04, 0.5, 0.04])
    assert false_discovery(np.zeros(0)).size == 0
