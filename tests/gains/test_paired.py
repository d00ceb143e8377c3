"""Paired differences: the arithmetic against plain Python, and the intervals against chance."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from scipy.stats import t

from core.gains.paired import Gain, holm, paired_gain, refit_sd, refit_sd_beyond_rows
from core.metrics import clustered_se


def test_a_paired_gain_by_hand():
    without = np.array([30.0, 50.0, 10.0, 20.0, 40.0])
    having = np.array([20.0, 45.0, 12.0, 20.0, 30.0])
    gain = paired_gain([without], [having], np.array([0, 0, 1, 2, 2]), refit_sd_pct=0.0)
    # Differences 10, 5, −2, 0, 10 have the mean 4.6; about it the clusters sum to 5.8, −6.6 and 0.8.
    se = sqrt(3 / 2 * (5.8**2 + 6.6**2 + 0.8**2)) / 5
    assert gain.gain_pct == pytest.approx(4.6)
    assert (gain.rows_se_pct, gain.se_pct, gain.refit_se_pct) == (pytest.approx(se), pytest.approx(se), 0.0)
    half = t.ppf(0.95, 2) * se
    assert gain.interval_90_pct == (pytest.approx(4.6 - half), pytest.approx(4.6 + half))
    half = t.ppf(0.975, 2) * se
    assert gain.interval_95_pct == (pytest.approx(4.6 - half), pytest.approx(4.6 + half))
    assert gain.p_value == pytest.approx(2 * t.sf(4.6 / se, 2))


def test_fitting_again_is_in_the_interval():
    rows = np.random.default_rng(0).normal(size=(4, 50))
    gain = paired_gain([rows[0], rows[1]], [rows[2], rows[3]], np.arange(50), refit_sd_pct=0.3)
    difference = (rows[0] + rows[1] - rows[2] - rows[3]) / 2
    assert gain.gain_pct == pytest.approx(difference.mean())
    assert gain.rows_se_pct == pytest.approx(difference.std(ddof=1) / sqrt(50))
    # Two sides, each the mean of two fits: 0.3² / 2 twice.
    assert gain.refit_se_pct == pytest.approx(0.3)
    assert gain.se_pct == pytest.approx(sqrt(gain.rows_se_pct**2 + 0.09))


def test_equal_rows_show_nothing():
    rows = np.array([1.0, 2.0, 3.0])
    gain = paired_gain([rows], [rows], np.arange(3), refit_sd_pct=0.0)
    assert (gain.gain_pct, gain.interval_90_pct, gain.p_value) == (0.0, (0.0, 0.0), 1.0)


def test_rows_of_one_brand_count_as_one_when_they_are_one():
    values = np.random.default_rng(1).normal(size=20)
    twice = clustered_se(np.repeat(values, 2), np.repeat(np.arange(20), 2))
    assert twice == pytest.approx(clustered_se(values, np.arange(20)))
    assert twice == pytest.approx(values.std(ddof=1) / sqrt(20))


def test_the_clustered_interval_holds_where_the_plain_one_fails():
    draw = np.random.default_rng(2)
    clusters = np.repeat(np.arange(60), 10)
    held = {"clustered": 0, "plain": 0}
    for _ in range(300):
        rows = draw.normal(size=60)[clusters] + draw.normal(size=600)
        for name, groups in (("clustered", clusters), ("plain", np.arange(600))):
            low, high = paired_gain([rows], [np.zeros(600)], groups, refit_sd_pct=0.0).interval_90_pct
            held[name] += low <= 0 <= high
    assert 0.86 < held["clustered"] / 300 < 0.94
    assert held["plain"] / 300 < 0.65


def test_refit_noise_is_pooled_over_sets():
    # Within the sets: (1, 3) has the variance 2, (10, 10) none, (5,) says nothing.
    assert refit_sd([[1.0, 3.0], [10.0, 10.0], [5.0]]) == pytest.approx(1.0)
    assert refit_sd([[1.0], [2.0]]) == 0.0


def test_refit_noise_that_the_rows_explain_is_not_counted_twice():
    draw = np.random.default_rng(4)
    clusters = np.arange(400)
    # Sets whose fits differ row by row alone, then sets whose fits also differ as a whole by 0.5.
    by_rows = [[draw.normal(size=400) for _ in range(2)] for _ in range(200)]
    assert refit_sd_beyond_rows(by_rows, clusters) < 0.03
    as_a_whole = [[rows + draw.normal(scale=0.5) for rows in fits] for fits in by_rows]
    assert refit_sd_beyond_rows(as_a_whole, clusters) == pytest.approx(0.5, abs=0.05)
    assert refit_sd_beyond_rows([[by_rows[0][0]]], clusters) == 0.0


def test_holm_against_plain_python():
    draw = np.random.default_rng(3)
    for _ in range(20):
        p = draw.uniform(size=6).tolist()
        order = sorted(p)
        slow = [max(min(1.0, (6 - k) * order[k]) for k in range(order.index(value) + 1)) for value in p]
        assert holm(p) == pytest.approx(slow)
    assert holm([]) == []


def test_a_gain_is_read_back():
    gain = paired_gain([np.arange(4.0)], [np.zeros(4)], np.arange(4), refit_sd_pct=0.1)
    assert Gain.from_json(gain.to_json()) == gain
