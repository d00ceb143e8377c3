"""What switching blocks did to the quick score: the paired difference on the same rows, its interval, real or noise.

Both looks predict every train row out of fold, so that the rows' differences tell how far other rows, and another
fit, could move the change (:func:`core.gains.paired.paired_gain`, rows of a brand err together). Nothing is added for
fitting again, because the rows of two fits of the same blocks explain what these differ by: of 20 pairs that differ in
their seed alone 19 read as noise (``benchmarks/bench_toggle.py --part noise``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from core.gains.paired import paired_gain
from core.types import FloatArray, IntArray

LEVEL: Final = 0.95


@dataclass(frozen=True)
class Change:
    """One score minus the other, in points of SMAPE: below zero is better.

    Attributes:
        low_pct, high_pct: Its interval at :data:`LEVEL`.
        verdict: ``"better"`` or ``"worse"`` where the interval leaves zero out, else ``"noise"``.
    """

    change_pct: float
    low_pct: float
    high_pct: float
    verdict: Literal["better", "worse", "noise"]

    @property
    def is_real(self) -> bool:
        """True when the change is unlikely to be chance."""
        return self.verdict != "noise"


def toggle_change(before: FloatArray, after: FloatArray, clusters: IntArray) -> Change:
    """From one look to the next.

    Args:
        before, after: Rows of SMAPE, shape (n_rows,), same rows in the same order.
        clusters: Cluster of each row; see :func:`core.gains.brand_clusters`.

    Raises:
        ValueError: The two differ in length.
    """
    if before.shape != after.shape:
        raise ValueError(f"{before.shape} rows before, {after.shape} after")
    gain = paired_gain([before], [after], clusters, refit_sd_pct=0.0)
    low, high = (-end for end in reversed(gain.interval_95_pct))
    change = -gain.gain_pct
    verdict: Literal["better", "worse", "noise"] = "better" if high < 0 else "worse" if low > 0 else "noise"
    return Change(change, low, high, verdict)
