"""Was test selected by price? Its mix of price bins, estimated without a single test price.

Where a price tells its prediction the same way in both files (label shift), the predictions of test are a mixture of
the predictions that each price bin gets in train, and expectation maximisation finds the shares (Saerens, Latinne and
Decaestecker 2002). Stopped early, since the exact maximum chases noise: over alike re-splits of 6,480 rows ten steps
read a divergence of 0.00 to 0.02, a hundred up to 0.1; over test files of one price band 0.26 to 1.1.
"""

from __future__ import annotations

import numpy as np

from core.types import FloatArray

PRICE_BINS = 8
PREDICTION_BINS = 24
STEPS = 10
MIN_DIVERGENCE = 0.05
PER_AUC = 1.5
"""A shift of brands or categories moves prices too: the cut rises with the adversarial AUC."""
NOISE_ROWS = 20.0
"""Divergence that sampling alone reads is about this over the number of test rows."""


def price_divergence(log_price: FloatArray, oof_log_price: FloatArray, test_log_price: FloatArray) -> float:
    """Kullback–Leibler divergence of test's estimated price-bin shares from train's, in nats; 0 = the same mix.

    Args:
        log_price: Train prices, shape (n_train,).
        oof_log_price: Their out-of-fold predictions.
        test_log_price: Predictions of the test rows, each by one fold model, as for the train rows.
    """
    bins = np.searchsorted(_edges(log_price, PRICE_BINS), log_price)
    edges = _edges(oof_log_price, PREDICTION_BINS)
    table = np.ones((PRICE_BINS, PREDICTION_BINS))
    np.add.at(table, (bins, np.searchsorted(edges, oof_log_price)), 1.0)
    likelihood = table / table.sum(axis=1, keepdims=True)
    seen = np.bincount(np.searchsorted(edges, test_log_price), minlength=PREDICTION_BINS) / len(test_log_price)
    before = np.bincount(bins, minlength=PRICE_BINS) / len(bins)
    return divergence(bin_shares(likelihood, seen, before, steps=STEPS), before)


def bin_shares(likelihood: FloatArray, seen: FloatArray, start: FloatArray, *, steps: int) -> FloatArray:
    """Shares of the mixture after ``steps`` of expectation maximisation.

    Args:
        likelihood: Shape (n_bins, n_values): chance of each value in each bin, rows summing to 1, all positive.
        seen: Shape (n_values,), observed shares of the values.
        start: Shape (n_bins,), shares to start from.
    """
    shares = start
    for _ in range(steps):
        joint = shares[:, None] * likelihood
        shares = (joint / joint.sum(axis=0)) @ seen
    return shares


def divergence(shares: FloatArray, before: FloatArray) -> float:
    """``Σ p·log(p/q)`` over the bins that hold anything in either."""
    both = (shares > 0) & (before > 0)
    return float((shares[both] * np.log(shares[both] / before[both])).sum())


def price_selected(found: float, *, auc: float, n_test: int) -> bool:
    """True when the divergence is more than the shift of the features explains."""
    return found > max(MIN_DIVERGENCE, PER_AUC * (auc - 0.5)) + NOISE_ROWS / n_test


def _edges(values: FloatArray, n_bins: int) -> FloatArray:
    edges: FloatArray = np.quantile(values, np.arange(1, n_bins) / n_bins)
    return edges
