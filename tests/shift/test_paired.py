from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from core.shift.paired import Interval, clustered, refit_spread


def test_rows_of_their_own_read_as_the_ordinary_interval_of_a_mean() -> None:
    values = np.array([1.0, 2.0, 3.0, 6.0])
    found = clustered(values, np.arange(4))
    half = t.ppf(0.95, 3) * values.std(ddof=1) / 2.0
    assert (found.mean, found.low, found.high) == pytest.approx((3.0, 3.0 - half, 3.0 + half))


def test_rows_that_err_alike_count_once() -> None:
    # Two clusters with sums of deviations −4 and +4 over four rows: SE² = 2/1 · (16 + 16) / 16 = 4.
    found = clustered(np.array([1.0, 1.0, 5.0, 5.0]), np.array([7, 7, 9, 9]))
    assert (found.mean, found.high - 3.0) == pytest.approx((3.0, t.ppf(0.95, 1) * 2.0))


def test_one_cluster_has_no_interval() -> None:
    found = clustered(np.array([1.0, 3.0]), np.array([0, 0]))
    assert found.mean == 2.0
    assert np.isnan([found.low, found.high]).all()


def test_the_spread_between_draws_is_pooled_over_settings() -> None:
    # Squares about the means: 2 of the first, 0.5 of the second; (2 + 0.5) / (2 + 1).
    refit = refit_spread([[1.0, 2.0, 3.0], [0.0, 1.0], [5.0], [0.0, 0.0]])
    assert (refit.sd_pct, refit.freedom) == pytest.approx((np.sqrt(2.5 / 3.0), 3))
    assert refit.half(4) == pytest.approx(t.ppf(0.95, 3) * refit.sd_pct / 2.0)
    assert refit_spread([[1.0], [0.0, 0.0]]).half(1) == 0.0


def test_an_interval_grows_as_squares_add_unless_nothing_varied() -> None:
    assert Interval(1.0, -2.0, 4.0).widened(4.0) == Interval(1.0, -4.0, 6.0)
    assert Interval(0.0, 0.0, 0.0).widened(4.0) == Interval(0.0, 0.0, 0.0)
