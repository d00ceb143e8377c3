"""Whether prices that are valid are plausible: on dollars, spread as train's are, and near what was sent before.

Compared are quantiles of ``log_price``, because one median can be right by chance. Predictions lie closer together than
prices do, as no model explains everything, so that the ends may be nearer the middle than train's but not farther.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.export.checks import Check, counted
from core.export.earlier import Earlier
from core.types import FloatArray

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
FAR_FACTOR = 5.0
ODD_FACTOR = 2.0
"""The median may be so many times off train's: no honest blend was 1.3 times off, and log prices are 5 times off on the
challenge's distribution."""
LEAST_SPREAD, MOST_SPREAD = 0.25, 1.3
"""Distance of the outer quantiles as a share of train's. Honest runs reach 0.6 to 0.9; a constant has 0."""
RANGE_FACTOR = 2.0
LEAST_CORRELATION = 0.5
"""With an earlier file, of log prices. Two honest models of one catalogue are at 0.8 and more."""
FEWEST = 20
"""Fewer rows have no quantiles to speak of."""

SCALES: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "log prices": np.log,
    "log1p prices": np.log1p,
    "cents": lambda price: 100.0 * price,
}


def plausible_checks(
    price: FloatArray, ids: pd.Series, train_price: pd.Series, earlier: Sequence[Earlier]
) -> list[Check]:
    """Scale, spread and range against train, and agreement with earlier files.

    Args:
        price: Dollars, NaN where unusable.
        ids: Of the same rows.
    """
    usable = np.isfinite(price)
    if usable.sum() < FEWEST or len(train_price) < FEWEST:
        return []
    here, train = price[usable], train_price.to_numpy(dtype=np.float64)
    found = [_scale(here, train), _spread(here, train), _range(price, ids, train)]
    return [*found, *([_beside_earlier(price, ids, earlier)] if earlier else [])]


def quantiles(price: FloatArray) -> FloatArray:
    """At :data:`QUANTILES`, in dollars."""
    found: FloatArray = np.quantile(price, QUANTILES)
    return found


def _scale(here: FloatArray, train: FloatArray) -> Check:
    mine, known = quantiles(here), quantiles(train)
    ratio = float(mine[2] / known[2])
    evidence = f"5/25/50/75/95 % at {_said(mine)} here, {_said(known)} in train"
    other = _other_scale(here, train)
    if other is not None:
        return Check("scale", "fail", f"all {len(here):,} rows read as {other}: {evidence}", len(here), _undo(other))
    if not 1 / FAR_FACTOR <= ratio <= FAR_FACTOR:
        return Check(
            "scale", "fail", f"all {len(here):,} rows are {ratio:.2f} times off: {evidence}", len(here), _DOLLARS
        )
    if not 1 / ODD_FACTOR <= ratio <= ODD_FACTOR:
        return Check("scale", "warn", f"the median is {ratio:.2f} times train's: {evidence}", len(here), _DOLLARS)
    return Check("scale", "pass", evidence)


_DOLLARS = "Write US dollars; look for a scale that was mixed up in a blend."


def _undo(other: str) -> str:
    how = {"log prices": "Take exp() of them.", "log1p prices": "Take expm1() of them.", "cents": "Divide by 100."}
    return how[other]


def _other_scale(here: FloatArray, train: FloatArray) -> str | None:
    """The scale that the prices are on, when that is plainly not dollars."""
    mine = quantiles(here)

    def apart(values: FloatArray) -> float:
        return float(np.abs(quantiles(values) - mine).mean() / (np.abs(quantiles(values)).mean() + mine.mean()))

    ratio = float(mine[2] / np.median(train))
    if 1 / ODD_FACTOR <= ratio <= ODD_FACTOR:
        return None
    distance = {name: apart(scale(train)) for name, scale in SCALES.items()}
    nearest = min(distance, key=lambda name: distance[name])
    return nearest if distance[nearest] < apart(train) / 2 else None


def _spread(here: FloatArray, train: FloatArray) -> Check:
    wide = [float(np.log(quantiles(values)[-1] / quantiles(values)[0])) for values in (here, train)]
    share = wide[0] / wide[1] if wide[1] > 0 else 1.0
    evidence = f"5 % to 95 % of the log prices span {100 * share:.0f} % of what train's do"
    if LEAST_SPREAD <= share <= MOST_SPREAD:
        return Check("spread", "pass", evidence)
    remedy = (
        "Nearly one price for all: see whether the members learned anything."
        if share < LEAST_SPREAD
        else "Wider than the prices themselves: look for a scale or a weight that was mixed up."
    )
    return Check("spread", "warn", evidence, len(here), remedy)


def _range(price: FloatArray, ids: pd.Series, train: FloatArray) -> Check:
    low, high = float(train.min()) / RANGE_FACTOR, float(train.max()) * RANGE_FACTOR
    with np.errstate(invalid="ignore"):
        outside = (price < low) | (price > high)
    found = counted(
        "range",
        ids[outside].tolist(),
        f"prices lie outside ${low:,.2f} to ${high:,.2f}, twice as far as any of train",
        "Look at these rows: a model extrapolates, or a size was misread.",
    )
    return Check(found.check, "warn" if found.count else "pass", found.evidence, found.count, found.remedy)


def _beside_earlier(price: FloatArray, ids: pd.Series, earlier: Sequence[Earlier]) -> Check:
    """Agreement with the earlier file that it is most like."""
    series = pd.Series(price, index=pd.Index(ids))
    series = series[~series.index.duplicated() & series.notna()]
    likest, most, ratio = None, -np.inf, 1.0
    for one in earlier:
        both = pd.concat([series, one.price[~one.price.index.duplicated()]], axis=1, join="inner").to_numpy()
        both = both[np.isfinite(both).all(axis=1) & (both > 0).all(axis=1)]
        if len(both) < FEWEST:
            continue
        logs = np.log(both)
        agreement = float(np.corrcoef(logs.T)[0, 1]) if (logs.std(axis=0) > 0).all() else 0.0
        if agreement > most:
            likest, most, ratio = one, agreement, float(np.exp(np.median(logs[:, 0] - logs[:, 1])))
    if likest is None:
        return Check("beside_earlier", "pass", f"{len(earlier)} earlier files, none with the same rows")
    evidence = (
        f"log prices correlate at {most:.3f} with {likest.name}; the median row is {ratio:.2f} times its price there"
    )
    if most >= LEAST_CORRELATION and 1 / ODD_FACTOR <= ratio <= ODD_FACTOR:
        return Check("beside_earlier", "pass", evidence)
    return Check(
        "beside_earlier", "warn", evidence, len(series), "See the diff below: was a join shuffled, or a scale mixed?"
    )


def _said(values: FloatArray) -> str:
    return " / ".join(f"{value:,.2f}" for value in values)
