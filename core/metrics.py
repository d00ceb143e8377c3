"""SMAPE, its interval, and the two price scales with their only transform.

``price`` is US dollars, outside the models; ``log_price`` is its natural logarithm, inside them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.types import FloatArray, IntArray

MIN_PRICE = 0.01
MAX_PRICE = 1e6


def to_log_price(price: npt.ArrayLike) -> FloatArray:
    """Natural logarithm of prices in dollars.

    Raises:
        ValueError: A price is not positive and finite.
    """
    values = np.asarray(price, dtype=np.float64)
    if not (np.isfinite(values) & (values > 0)).all():
        raise ValueError("every price must be positive and finite")
    return np.log(values)


def to_price(log_price: npt.ArrayLike) -> FloatArray:
    """Dollars from ``log_price``, kept within a cent and a million so that any prediction can be written."""
    values = np.asarray(log_price, dtype=np.float64)
    return np.exp(np.clip(values, np.log(MIN_PRICE), np.log(MAX_PRICE)))


def row_smape_pct(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> FloatArray:
    """Each row's ``200·|a − p| / (|a| + |p|)`` in percent, 0 to 200; a row with both zero reads 0.

    Raises:
        ValueError: The two differ in length.
    """
    a = np.asarray(actual, dtype=np.float64)
    p = np.asarray(predicted, dtype=np.float64)
    if a.shape != p.shape:
        raise ValueError(f"{a.shape} actual prices, {p.shape} predictions")
    size = np.abs(a) + np.abs(p)
    ratio: FloatArray = np.divide(np.abs(a - p), size, out=np.zeros_like(size), where=size > 0)
    return 200.0 * ratio


def signed_row_smape_pct(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> FloatArray:
    """:func:`row_smape_pct` with a sign, -200 to 200: negative where the prediction is too low.

    Raises:
        ValueError: The two differ in length.
    """
    off = np.asarray(predicted, dtype=np.float64) - np.asarray(actual, dtype=np.float64)
    return np.copysign(row_smape_pct(actual, predicted), off)


def smape_pct(actual: npt.ArrayLike, predicted: npt.ArrayLike) -> float:
    """Symmetric mean absolute percentage error: the mean of :func:`row_smape_pct`.

    >>> round(smape_pct([100.0], [120.0]), 2)
    18.18

    Raises:
        ValueError: No rows, or the two differ in length.
    """
    rows = row_smape_pct(actual, predicted)
    if rows.size == 0:
        raise ValueError("SMAPE of no rows")
    return float(rows.mean())


def log_smape_pct(log_actual: FloatArray, log_predicted: FloatArray) -> float:
    """SMAPE from two ``log_price`` arrays: ``200·tanh(|r|/2)`` of the log residual, the same number."""
    return float(200.0 * np.tanh(np.abs(log_actual - log_predicted) / 2.0).mean())


def mean_interval(row_values: FloatArray, *, level: float = 0.9) -> tuple[float, float]:
    """Normal interval of the mean of independent rows, ``(low, high)`` in the rows' unit."""
    from scipy.stats import norm

    half = float(norm.ppf(0.5 + level / 2.0)) * float(row_values.std(ddof=1)) / float(np.sqrt(row_values.size))
    mean = float(row_values.mean())
    return mean - half, mean + half


def clustered_se(values: FloatArray, clusters: IntArray) -> float:
    """Standard error of the mean of rows whose clusters are independent of each other; infinite with one cluster.

    ``SE² = G/(G − 1) · Σ_g (Σ_{i in g} (v_i − mean))² / n²`` over G clusters (Liang and Zeger 1986). With a cluster a
    row it is the ordinary one.

    Args:
        values: Shape (n_rows,).
        clusters: Number of each row's cluster, shape (n_rows,).

    >>> round(clustered_se(np.array([1.0, 2.0, 3.0, 6.0]), np.arange(4)), 6)
    1.080123
    """
    _, code = np.unique(clusters, return_inverse=True)
    sums = np.bincount(code, weights=values - values.mean())
    if len(sums) < 2:
        return float("inf")
    return float(np.sqrt(len(sums) / (len(sums) - 1) * (sums**2).sum())) / len(values)
