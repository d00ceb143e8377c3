"""What a strategy costs, part by part, and what that makes of it at another size.

A block's seconds are measured on two small parts of the rows and go on growing by the same power of the rows. Fits are
taken to grow with the rows: a round costs less than that, because its fixed share does not grow, and early stopping
takes more rounds of more rows; which of them the small parts happened to take says little.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

FLATTEST, STEEPEST = 0.8, 2.0
"""Bounds of the exponent: something is fixed in small parts that is not in large ones, so that a flatter one is not to
be believed; and everything is made from rows, or at worst from pairs of rows."""


@dataclass(frozen=True)
class Costs:
    """Seconds of one strategy as it was run on an empty cache, or as its parts were measured when they were made.

    Attributes:
        n_rows: Train rows.
        blocks: Making each block, by name.
        fits: Fitting each model, in the order of the strategy.
        rest: All else until the blend stands: reading blocks, predicting, weighing.
        forecast: Forecasting the test score.
    """

    n_rows: int
    blocks: Mapping[str, float]
    fits: tuple[float, ...]
    rest: float
    forecast: float

    @property
    def cold(self) -> float:
        """From an empty cache to the blend."""
        return sum(self.blocks.values()) + sum(self.fits) + self.rest

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "blocks": dict(self.blocks), "fits": list(self.fits)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Costs:
        """Undo :meth:`to_json`."""
        return cls(**{**value, "fits": tuple(value["fits"])})


def scaled(sample: Sequence[Costs], n_rows: int, *, most_forecast_rows: int) -> Costs:
    """The costs at ``n_rows`` from the same strategy's on smaller parts, one or two of them.

    Args:
        most_forecast_rows: The forecast fits models with whole brands held out, on so many rows at most; above, the
            first model is fitted on those rows once more.
    """
    sizes = [costs.n_rows for costs in sample]

    def at(rows: int, seconds: Sequence[float]) -> float:
        return grown(sizes, seconds, rows)

    def blocks(rows: int) -> dict[str, float]:
        return {name: at(rows, [costs.blocks.get(name, 0.0) for costs in sample]) for name in sample[-1].blocks}

    def fits(rows: int) -> tuple[float, ...]:
        places = range(len(sample[-1].fits))
        return tuple(rows * sum(costs.fits[place] for costs in sample) / sum(sizes) for place in places)

    held = min(n_rows, most_forecast_rows)
    forecast = at(held, [costs.forecast for costs in sample])
    if n_rows > held:
        forecast += sum(blocks(held).values()) + sum(fits(held)[:1])
    return Costs(n_rows, blocks(n_rows), fits(n_rows), at(n_rows, [costs.rest for costs in sample]), forecast)


def grown(sizes: Sequence[int], seconds: Sequence[float], n_rows: int) -> float:
    """Seconds at ``n_rows`` from those at one or two sizes, the smaller first: a power of the rows.

    >>> grown([100, 200], [2.0, 4.0], 1000)
    20.0
    >>> grown([100, 200], [1.0, 4.0], 400)
    16.0
    """
    exponent = 1.0
    if len(sizes) == 2 and min(seconds) > 0:
        exponent = float(np.log(seconds[1] / seconds[0]) / np.log(sizes[1] / sizes[0]))
    return float(seconds[-1] * (n_rows / sizes[-1]) ** np.clip(exponent, FLATTEST, STEEPEST))
