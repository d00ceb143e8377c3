"""On what scale somebody's predictions stand: dollars, their logarithm, or ``log(1 + price)``.

On its own scale a model is right in the middle and its predictions lie along a straight line of the true
``log_price``, however far it shrinks to the mean or fails to. Each reading gets the line through its own middle that
fits best, and the reading is taken whose line is closer beyond noise (paired by rows). Otherwise the user has to say.
The plain scores would not do: a wrong reading that shrinks an unshrunk model scores better.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import InputError
from core.metrics import MAX_PRICE, MIN_PRICE
from core.types import FloatArray

Scale = Literal["price", "log", "log1p"]
BEYOND_NOISE = 3.0
"""Standard errors by which the best reading must beat the next."""
NEAR_FACTOR = 3.0
"""On a scale that is none of the three, such as a decimal logarithm, the medians of predictions and prices lie further
apart than so many times."""
TEST_FACTOR = 3.0
"""Out-of-fold and test predictions of one model may differ so many times in their median price."""
MIXED_FACTOR = 2.5
"""A row is wrongly scaled when its prediction is off by so many times and another reading by less than 1.35."""
MIXED_NEAR = 0.3
MIXED_PCT = 3.0
"""Share of such rows that no honest model has: of the challenge's runs, below 0.5 % have one."""
_LISTED = 5

_TO_PRICE: Mapping[Scale, Callable[[FloatArray], FloatArray]] = MappingProxyType(
    {
        "price": lambda values: values,
        "log": lambda values: np.exp(np.clip(values, -50.0, 50.0)),
        "log1p": lambda values: np.expm1(np.clip(values, -50.0, 50.0)),
    }
)


class ScaleError(InputError):
    """No reading is better than the others beyond noise, or none fits; whoever knows may say the scale."""


@dataclass(frozen=True)
class Reading:
    """What a column of predictions was taken for.

    Attributes:
        smape_pct: SMAPE of each reading; 200 for a row that it makes zero or less.
        beyond: Standard errors between the best reading and the next; infinite when the user said the scale.
    """

    scale: Scale
    smape_pct: Mapping[Scale, float]
    beyond: float

    @property
    def evidence(self) -> str:
        """The scores, in one sentence."""
        scores = ", ".join(f"{name} {score:.2f} %" for name, score in self.smape_pct.items())
        said = "as you said" if np.isinf(self.beyond) else f"{self.beyond:.0f} standard errors before the next"
        return f"read as {self.scale}, {said} (SMAPE as {scores})"


def recognise(name: str, values: pd.Series, price: pd.Series, *, said: Scale | None = None) -> Reading:
    """The scale of the column ``name`` of out-of-fold predictions.

    Args:
        values: Finite, same rows as ``price`` (dollars).
        said: The scale that the user names; scored all the same.

    Raises:
        ScaleError: Two readings score alike or none fits, and nothing was said.
        InputError: Some rows stand on another scale than the rest.
    """
    truth = np.log(price.to_numpy(dtype=np.float64))
    readings = {scale: _log_reading(to(values.to_numpy(dtype=np.float64))) for scale, to in _TO_PRICE.items()}
    smape = {scale: 200.0 * float(_row_loss(reading, truth).mean()) for scale, reading in readings.items()}
    if said is not None:
        _check_one_scale(name, values, readings, truth, said)
        return Reading(said, smape, np.inf)
    losses = {scale: _row_loss(_along_line(reading, truth), truth) for scale, reading in readings.items()}
    best, second = sorted(losses, key=lambda scale: float(losses[scale].mean()))[:2]
    worse = losses[second] - losses[best]
    spread = float(worse.std(ddof=1)) / np.sqrt(len(worse))
    beyond = float(worse.mean()) / spread if spread > 0 else 0.0
    if beyond < BEYOND_NOISE:
        raise ScaleError(
            f"column '{name}' may be {best} ({smape[best]:.2f} % SMAPE) or {second} ({smape[second]:.2f} %).",
            f"Say which with --scale {name}={best}.",
        )
    apart = float(np.exp(np.nanmedian(readings[best]) - np.median(truth)))
    if not 1.0 / NEAR_FACTOR <= apart <= NEAR_FACTOR:
        raise ScaleError(
            f"column '{name}' is on no known scale: read as {best} its median is {apart:.3g} times that of the prices.",
            "Write dollars, their natural logarithm or log(1 + price), or say the scale with --scale.",
        )
    _check_one_scale(name, values, readings, truth, best)
    return Reading(best, smape, beyond)


def _check_one_scale(
    name: str, values: pd.Series, readings: Mapping[Scale, FloatArray], truth: FloatArray, scale: Scale
) -> None:
    """Refuse a column some of whose rows stand on another scale than the one it is read on."""
    other: Scale = "log" if scale == "price" else "price"
    # Dollars among logarithms are off by far more than logarithms among dollars.
    factor = MIXED_FACTOR if scale == "price" else MIXED_FACTOR**3
    off = np.nan_to_num(np.abs(readings[scale] - truth), nan=np.inf)
    strange = (off > np.log(factor)) & (np.nan_to_num(np.abs(readings[other] - truth), nan=np.inf) < MIXED_NEAR)
    if 100.0 * strange.mean() > MIXED_PCT:
        raise InputError(
            f"column '{name}' mixes scales: {int(strange.sum()):,} of {len(strange):,} rows fit as {other}, the rest as"
            f" {scale} (first: {_first(values.index[strange])}).",
            "Write every row on one scale.",
        )


def log_prices(name: str, values: pd.Series, scale: Scale) -> pd.Series:
    """The column as ``log_price``, within what a price may be.

    Raises:
        InputError: A value is no price on that scale: zero, less, or beyond any.
    """
    price = _TO_PRICE[scale](values.to_numpy(dtype=np.float64))
    low, high = price <= 0, price > MAX_PRICE
    if low.any() or high.any():
        bad = values.index[low | high]
        counts = " and ".join(
            f"{int(mask.sum()):,} {what}"
            for mask, what in ((low, "zero or less"), (high, f"above {MAX_PRICE:,.0f} dollars"))
            if mask.any()
        )
        raise InputError(
            f"column '{name}', read as {scale}, has prices that cannot be: {counts} (first: {_first(bad)}).",
            "Clip them to what a product may cost, or say another scale.",
        )
    return pd.Series(np.log(np.maximum(price, MIN_PRICE)), index=values.index, name=name)


def check_same_scale(name: str, oof_log_price: pd.Series, test_log_price: pd.Series) -> None:
    """Refuse test predictions that stand on another scale than the out-of-fold ones.

    Raises:
        InputError: The medians are too far apart for one model on one scale.
    """
    oof, test = (float(np.exp(side.median())) for side in (oof_log_price, test_log_price))
    if not 1.0 / TEST_FACTOR <= test / oof <= TEST_FACTOR:
        raise InputError(
            f"column '{name}' has a median of {test:,.2f} dollars in the test file and {oof:,.2f} out of fold.",
            "Write both files on the same scale.",
        )


def _log_reading(price: FloatArray) -> FloatArray:
    """``log_price``, NaN where a reading makes the price zero or less."""
    positive = price > 0
    return np.where(positive, np.log(np.where(positive, price, 1.0)), np.nan)


def _along_line(reading: FloatArray, truth: FloatArray) -> FloatArray:
    """The reading stretched about its median as the least squares of the truth want it; NaN stays."""
    usable = np.isfinite(reading)
    if usable.sum() < 2 or not np.ptp(reading[usable]):
        return reading
    centre = np.median(reading[usable])
    slope, _ = np.polyfit(reading[usable], truth[usable], 1)
    moved: FloatArray = centre + slope * (reading - centre)
    return moved


def _row_loss(reading: FloatArray, truth: FloatArray) -> FloatArray:
    """Fractions of 200 %; a price of zero or less is wholly wrong."""
    return np.where(np.isfinite(reading), np.tanh(np.abs(np.nan_to_num(reading) - truth) / 2.0), 1.0)


def _first(ids: pd.Index) -> str:
    return ", ".join(map(str, ids[:_LISTED])) + (" …" if len(ids) > _LISTED else "")
