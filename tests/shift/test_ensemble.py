from __future__ import annotations

import numpy as np
import pytest

from core.metrics import log_smape_pct
from core.shift import row_gain_pct
from core.shift.ensemble import kernel_at_zero, ridge_predict


def test_the_gain_is_what_averaging_really_removes_even_where_models_disagree_most_on_hard_rows() -> None:
    rng = np.random.default_rng(0)
    n = 100_000
    hard = rng.integers(0, 2, n).astype(np.float64)
    truth = rng.normal(0, 1, n) * np.where(hard > 0, 1.2, 0.4)
    models = rng.normal(0, 1, (n, 5)) * np.where(hard > 0, 0.24, 0.08)[:, None]
    single = np.mean([log_smape_pct(truth, models[:, k]) for k in range(5)])
    gain = single - log_smape_pct(truth, models.mean(axis=1))
    assert gain > 0.3
    found = row_gain_pct(truth - models[:, 0], hard[:, None], hard[:, None], models)
    assert found.mean() == pytest.approx(gain, rel=0.1)
    assert row_gain_pct(truth - models[:, 0], np.zeros((n, 1)), np.zeros((n, 1)), models).mean() > 1.25 * gain


def test_one_model_or_no_residual_gains_nothing() -> None:
    columns = np.zeros((3, 1))
    assert row_gain_pct(np.array([0.1, -0.2, 0.4]), columns, columns, np.ones((3, 1))).tolist() == [0, 0, 0]
    assert row_gain_pct(np.zeros(3), columns, columns, np.arange(6.0).reshape(3, 2)).tolist() == [0, 0, 0]


def test_ridge_predict_shrinks_a_line_by_its_penalty() -> None:
    columns = np.repeat([[-1.0], [1.0]], 25, axis=0)
    found = ridge_predict(columns, 3.0 + 2.0 * columns[:, 0], [np.array([[0.0], [1.0]])])
    # 50 rows against a penalty of 50: half the slope.
    assert found.tolist() == pytest.approx([3.0, 4.0])


def test_density_at_zero_of_a_bell_curve() -> None:
    assert kernel_at_zero(np.random.default_rng(0).normal(0, 1, 50_000)).mean() == pytest.approx(0.399, rel=0.03)
