"""A run's folds told to the job that fits them."""

from __future__ import annotations

import numpy as np

from core.jobs import Feed
from core.train import FoldWatch
from core.types import FloatArray


class LiveFolds(FoldWatch):
    """Writes each round to the job's feed as the series ``fold 1``, ``fold 2``, …, and further seeds of a fold as
    ``fold 1, seed 2``, …"""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._told: dict[int, int] = {}

    def round(self, fold: int, number: int, smape_pct: float, *, place: int = 0) -> None:
        if not place:
            self._told[fold] = number
        self._feed.points(_title(fold, place), [float(number)], [smape_pct])

    def finished(self, fold: int, curve: FloatArray) -> None:
        told = self._told.get(fold, 0)
        rounds = [float(number) for number in range(told + 1, len(curve) + 1)]
        self._feed.points(_title(fold), rounds, [float(score) for score in curve[told:]])
        best = int(np.argmin(curve))
        self._feed.close(_title(fold), f"{curve[best]:.2f} % at round {best + 1}")


def _title(fold: int, place: int = 0) -> str:
    return f"fold {fold + 1}, seed {place + 1}" if place else f"fold {fold + 1}"
