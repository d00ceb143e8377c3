"""Means of row errors, and differences between two models on the same rows, with intervals clustered by brand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.types import FloatArray, IntArray

LEVEL = 0.9


@dataclass(frozen=True)
class Interval:
    """A mean with its interval; the ends are NaN where one cluster alone cannot tell them."""

    mean: float
    low: float
    high: float

    @property
    def real(self) -> bool:
        """True when zero lies outside."""
        return bool(self.low > 0 or self.high < 0)


def clustered(values: FloatArray, cluster: IntArray, *, level: float = LEVEL) -> Interval:
    """Mean of ``values`` with a Student interval whose standard error lets the rows of a cluster err alike.

    ``SE² = G/(G − 1) · Σ_g (Σ_{i in g} (v_i − mean))² / n²`` over G clusters (Liang and Zeger 1986).

    Args:
        cluster: Cluster number of each value, e.g. of :func:`core.shift.spread.brand_codes`.
    """
    from scipy.stats import t

    mean = float(values.mean())
    _, compact = np.unique(cluster, return_inverse=True)
    sums = np.bincount(compact, weights=values - mean)
    if len(sums) < 2:
        return Interval(mean, float("nan"), float("nan"))
    se = float(np.sqrt(len(sums) / (len(sums) - 1) * np.square(sums).sum())) / len(values)
    half = float(t.ppf(0.5 + level / 2.0, len(sums) - 1)) * se
    return Interval(mean, mean - half, mean + half)
