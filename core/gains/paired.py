"""The difference between two scores on the same rows, and how far it can be trusted.

Two things make a measured gain uncertain. *Other rows*: the rows' differences in SMAPE, summed by brand, because rows
of one brand err together (cluster-robust standard error; Liang and Zeger 1986, with the factor ``G / (G − 1)``).
*Another fit*: the same blocks fitted with another seed score differently. As far as that falls on each row by itself
the rows' differences hold it already, and the mean over seeds lessens it; what two fits of one set differ by beyond
what their rows explain is pooled over the sets that were fitted more than once, and each side of a difference carries
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np

from core.metrics import clustered_se
from core.types import FloatArray, IntArray


@dataclass(frozen=True)
class Gain:
    """A gain in SMAPE points; positive is better.

    Attributes:
        gain_pct: SMAPE without minus SMAPE with, mean over rows and seeds.
        rows_se_pct: Its standard error over rows, clustered by brand.
        refit_se_pct: What fitting again adds to it beyond the rows; 0 when each set was fitted once.
        se_pct: Both together.
        interval_90_pct, interval_95_pct: ``(low, high)`` by the t distribution.
        p_value: Two-sided, of no gain.
    """

    gain_pct: float
    rows_se_pct: float
    refit_se_pct: float
    se_pct: float
    interval_90_pct: tuple[float, float]
    interval_95_pct: tuple[float, float]
    p_value: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Gain:
        """Undo :meth:`to_json`."""
        fields: dict[str, Any] = {name: tuple(part) if isinstance(part, list) else part for name, part in value.items()}
        return cls(**fields)


def paired_gain(
    without: Sequence[FloatArray], having: Sequence[FloatArray], clusters: IntArray, *, refit_sd_pct: float
) -> Gain:
    """What one side scores better than the other.

    Args:
        without, having: Rows of SMAPE, one array (n_rows,) a seed, the same seeds on both sides.
        clusters: Cluster of each row, shape (n_rows,).
        refit_sd_pct: What fitting again adds to one fit's SMAPE beyond its rows; see :func:`refit_sd_beyond_rows`.
    """
    from scipy.stats import t

    difference = np.mean(without, axis=0) - np.mean(having, axis=0)
    gain, rows_se = float(difference.mean()), clustered_se(difference, clusters)
    refit_se = refit_sd_pct * float(np.sqrt(2.0 / len(having)))
    se = float(np.hypot(rows_se, refit_se))
    spread = t(max(1, len(np.unique(clusters)) - 1))
    if se == 0:
        return Gain(gain, 0.0, 0.0, 0.0, (gain, gain), (gain, gain), 1.0 if gain == 0 else 0.0)
    halves = [float(spread.ppf(0.5 + level / 2)) * se for level in (0.90, 0.95)]
    intervals = [(gain - half, gain + half) for half in halves]
    p_value = min(1.0, 2.0 * float(spread.sf(abs(gain) / se)))
    return Gain(gain, rows_se, refit_se, se, intervals[0], intervals[1], p_value)


def refit_sd_beyond_rows(fits: Sequence[Sequence[FloatArray]], clusters: IntArray) -> float:
    """Standard deviation of one fit's SMAPE over seeds as far as its rows do not explain it, pooled over sets.

    Two fits of one set differ by a mean whose square is expected to be the squared standard error of their rows'
    differences plus twice the variance sought.

    Args:
        fits: Rows of SMAPE of each set by each seed.

    Returns:
        0.0 when no set was fitted twice, or when the rows explain it all.
    """
    beyond = [
        float((one - other).mean()) ** 2 - clustered_se(one - other, clusters) ** 2
        for rows in fits
        for one, other in combinations(rows, 2)
    ]
    return float(np.sqrt(max(0.0, float(np.mean(beyond)) / 2.0))) if beyond else 0.0


def refit_sd(scores: Sequence[Sequence[float]]) -> float:
    """Standard deviation of a fit's SMAPE over seeds, pooled over sets: what one sees on fitting again.

    Args:
        scores: SMAPE of each set by each seed.

    Returns:
        0.0 when no set was fitted twice.
    """
    squares = [float(np.var(row, ddof=1)) * (len(row) - 1) for row in scores if len(row) > 1]
    freedom = sum(len(row) - 1 for row in scores if len(row) > 1)
    return float(np.sqrt(sum(squares) / freedom)) if freedom else 0.0


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values adjusted for being several, by Holm's step-down method (1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    largest = 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = largest
    return adjusted
