"""Means of row errors, and differences between two models on the same rows, with intervals clustered by brand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.metrics import clustered_se
from core.types import FloatArray, IntArray

LEVEL = 0.9


@dataclass(frozen=True)
class Interval:
    """A mean with its interval; the ends are NaN where one cluster alone cannot tell them."""

    mean: float
    low: float
    high: float

    def widened(self, half: float) -> Interval:
        """The same mean with a further half-width, independent of what the interval holds already.

        A mean that cannot vary (both ends on it) stays as it is.
        """
        own = (self.high - self.low) / 2.0
        wide = float(np.hypot(own, half)) if own else own
        return Interval(self.mean, self.mean - wide, self.mean + wide)


@dataclass(frozen=True)
class Refit:
    """How far the change between two settings moves from one draw of folds and model seed to the next.

    Attributes:
        sd_pct: Standard deviation of a single draw's change.
        freedom: Degrees of freedom that it was measured with; 0 = not at all, and it adds nothing.
    """

    sd_pct: float
    freedom: int

    def half(self, n_draws: int, *, level: float = LEVEL) -> float:
        """Half-width that it adds to a mean over so many draws."""
        from scipy.stats import t

        if not self.freedom:
            return 0.0
        return float(t.ppf(0.5 + level / 2.0, self.freedom)) * self.sd_pct / float(np.sqrt(n_draws))


def refit_spread(changes: Sequence[Sequence[float]]) -> Refit:
    """Pooled over settings, each given by its changes draw by draw; one draw, or none that differ, tell nothing."""
    several = [np.asarray(drawn) for drawn in changes if len(drawn) > 1 and np.ptp(drawn) > 0]
    freedom = sum(len(drawn) - 1 for drawn in several)
    squares = sum(float(np.square(drawn - drawn.mean()).sum()) for drawn in several)
    return Refit(float(np.sqrt(squares / freedom)) if freedom else 0.0, freedom)


def clustered(values: FloatArray, cluster: IntArray, *, level: float = LEVEL) -> Interval:
    """Mean of ``values`` with a Student interval whose standard error lets the rows of a cluster err alike.

    Args:
        cluster: Cluster number of each value, e.g. of :func:`core.shift.spread.brand_codes`.
    """
    from scipy.stats import t

    mean, n_clusters = float(values.mean()), len(np.unique(cluster))
    if n_clusters < 2:
        return Interval(mean, float("nan"), float("nan"))
    half = float(t.ppf(0.5 + level / 2.0, n_clusters - 1)) * clustered_se(values, cluster)
    return Interval(mean, mean - half, mean + half)
