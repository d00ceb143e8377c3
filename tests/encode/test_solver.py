"""The masked ridge against the textbook solution, one subset at a time."""

from __future__ import annotations

import numpy as np
import pytest

from core.encode.solver import masked_ridge


def _problem(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    design = rng.normal(size=(30, 6)).astype(np.float32)
    log_price = design @ rng.normal(size=6) + 2.0 + rng.normal(scale=0.1, size=30)
    masks = rng.random((30, 4)) < 0.7
    return design, log_price, masks


def test_every_subset_solves_its_own_ridge():
    design, log_price, masks = _problem()
    kernel = design @ design.T
    found = masked_ridge(lambda block: kernel @ block, log_price, masks, penalty=0.5, tolerance=1e-6)
    for fit in range(masks.shape[1]):
        rows = masks[:, fit]
        mean = log_price[rows].mean()
        alpha = np.linalg.solve(kernel[np.ix_(rows, rows)] + 0.5 * np.eye(rows.sum()), log_price[rows] - mean)
        expected = kernel[:, rows] @ alpha + mean
        assert np.allclose(kernel @ found.alpha[:, fit] + found.mean[fit], expected, atol=1e-3)


def test_rows_outside_a_subset_have_no_weight_and_no_say():
    design, log_price, masks = _problem()
    kernel = design @ design.T
    before = masked_ridge(lambda block: kernel @ block, log_price, masks, penalty=0.5)
    changed = log_price.copy()
    changed[~masks[:, 2]] += 100.0
    after = masked_ridge(lambda block: kernel @ block, changed, masks, penalty=0.5)
    assert (before.alpha[~masks] == 0).all()
    assert np.array_equal(before.alpha[:, 2], after.alpha[:, 2])
    assert before.mean[2] == after.mean[2]


def test_constant_prices_need_no_weights():
    design, log_price, masks = _problem()
    kernel = design @ design.T
    found = masked_ridge(lambda block: kernel @ block, np.full_like(log_price, 3.0), masks, penalty=0.5)
    assert np.allclose(found.alpha, 0.0, atol=1e-6)
    assert np.allclose(found.mean, 3.0)


def test_a_subset_without_rows_is_refused():
    design, log_price, masks = _problem()
    masks[:, 1] = False
    with pytest.raises(ValueError, match="without rows"):
        masked_ridge(lambda block: design @ (design.T @ block), log_price, masks, penalty=0.5)
