"""What averaging the fold models gains on test over the single model that each out-of-fold row saw."""

from __future__ import annotations

import numpy as np

from core.types import FloatArray

REPEAT_FACTOR = 1.6
MIN_SPREAD = 1e-9


def variance_gain_pct(log_residual: FloatArray, fold_variance: float) -> float:
    """SMAPE that averaging removes, by a second-order expansion of the error in the averaged-out variance.

    With ``s(r) = 200·tanh(|r|/2)`` the gain is ``½·V·E[s″(r)]``, and the kink at zero makes
    ``E[s″] = 200·f₀ − 100·E[tanh(|r|/2)·sech²(r/2)]`` with ``f₀`` the density of the residuals at zero.

    Args:
        log_residual: Out-of-fold ``log_price`` residuals.
        fold_variance: ``V``: mean over test rows of the population variance between the fold models' ``log_price``.
    """
    if fold_variance <= 0 or float(log_residual.std()) < MIN_SPREAD:
        return 0.0
    half = np.abs(log_residual) / 2.0
    curvature = float((np.tanh(half) / np.cosh(half) ** 2).mean())
    return 0.5 * fold_variance * (200.0 * density_at_zero(log_residual) - 100.0 * curvature)


def density_at_zero(values: FloatArray) -> float:
    """Gaussian kernel density at 0, Silverman's bandwidth with the quartiles' spread as a guard against tails."""
    quartiles = np.quantile(values, [0.25, 0.75])
    spread = min(float(values.std(ddof=1)), float(quartiles[1] - quartiles[0]) / 1.349) or float(values.std(ddof=1))
    width = 0.9 * spread * values.size**-0.2
    return float(np.exp(-0.5 * (values / width) ** 2).mean() / (width * np.sqrt(2.0 * np.pi)))


def repeat_gain_pct(repeats_smape_pct: FloatArray, averaged_smape_pct: float) -> float:
    """The same gain from repeats of the cross-validation: their mean SMAPE minus that of their averaged prediction.

    Two repeats remove half of a model's own variance, five folds four fifths of it: hence the factor 1.6.
    """
    return REPEAT_FACTOR * (float(repeats_smape_pct.mean()) - averaged_smape_pct)


def fold_variance(test_fold_log_price: FloatArray) -> float:
    """Mean over rows of the population variance between fold models; shape (n_test, n_folds)."""
    return float(test_fold_log_price.var(axis=1).mean()) if test_fold_log_price.size else 0.0
