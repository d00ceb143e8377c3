"""What a job tells of a run's folds while they are fitted."""

from __future__ import annotations

import numpy as np

from core.jobs import Feed
from core.runs import LiveFolds


class Told(Feed):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(None)
        self.curves: dict[str, list[tuple[float, float]]] = {}
        self.said: dict[str, str] = {}

    def points(self, series: str, x: list[float], y: list[float]) -> None:
        self.curves.setdefault(series, []).extend(zip(x, y, strict=True))

    def close(self, series: str, said: str) -> None:
        self.said[series] = said


def test_a_fold_that_was_cached_is_told_whole_at_its_end():
    told = Told()
    LiveFolds(told).finished(1, np.array([60.0, 50.0, 55.0]))
    assert told.curves == {"fold 2": [(1.0, 60.0), (2.0, 50.0), (3.0, 55.0)]}
    assert told.said == {"fold 2": "50.00 % at round 2"}


def test_each_seed_has_a_curve_and_the_fold_ends_with_their_mean():
    told = Told()
    live = LiveFolds(told)
    for place, scores in enumerate(([60.0, 50.0, 52.0], [58.0, 54.0])):
        for number, score in enumerate(scores, start=1):
            live.round(0, number, score, place=place)
    live.finished(0, np.array([59.0, 52.0]))
    assert told.curves == {
        "fold 1": [(1.0, 60.0), (2.0, 50.0), (3.0, 52.0)],
        "fold 1, seed 2": [(1.0, 58.0), (2.0, 54.0)],
    }
    assert told.said == {"fold 1": "52.00 % at round 2"}
