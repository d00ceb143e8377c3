"""What a strategy costs, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Costs:
    """Seconds of one strategy as it was run on an empty cache, or as its parts were measured when they were made.

    Attributes:
        n_rows: Train rows.
        blocks: Making each block, by name.
        fits: Fitting each model, in the order of the strategy; folds that are fitted at the same time share their
            seconds.
        rounds: Rounds of each model, of all its folds together.
        predicting: Train and test rows by every model.
        rest: All else until the blend stands: reading blocks, waiting for a fold while the others are done, weighing.
        apart: Fitting the first model with whole brands held out, where the forecast needs it.
        forecast: Forecasting the test score from there.
    """

    n_rows: int
    blocks: Mapping[str, float]
    fits: tuple[float, ...]
    rounds: tuple[int, ...]
    predicting: float
    rest: float
    apart: float = 0.0
    forecast: float = 0.0

    @property
    def cold(self) -> float:
        """From an empty cache to the blend."""
        return sum(self.blocks.values()) + sum(self.fits) + self.predicting + self.rest

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "blocks": dict(self.blocks), "fits": list(self.fits), "rounds": list(self.rounds)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Costs:
        """Undo :meth:`to_json`."""
        return cls(**{**value, "fits": tuple(value["fits"]), "rounds": tuple(value["rounds"])})
