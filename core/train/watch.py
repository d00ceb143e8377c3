"""Watching a run's folds while they are fitted, several at once."""

from __future__ import annotations

from core.types import FloatArray


class FoldWatch:
    """Told of every round and every finished fold, from the folds' own threads; this one keeps nothing."""

    def round(self, fold: int, number: int, smape_pct: float, *, place: int = 0) -> None:
        """Fold ``fold`` (from 0) has finished round ``number`` (from 1) with this validation SMAPE.

        Args:
            place: Which of the fold's models it is, where several seeds are averaged.
        """

    def finished(self, fold: int, curve: FloatArray) -> None:
        """Fold ``fold`` is finished, or was read from the cache; ``curve`` is its validation SMAPE by round,
        where several seeds are averaged the mean of theirs."""


UNWATCHED = FoldWatch()
