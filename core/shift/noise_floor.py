"""What is left to err when two rows say the same and ask different prices: the noise floor of twins.

Rows of a group say the same, so whoever sees no more than that gives them one price. The floor is the expected SMAPE of
the best such price under the group's own distribution of prices. It cannot be read off a few rows exactly, but it can
be held from both sides without any assumption on that distribution:

- *lower*: the best single price for the rows at hand, chosen after seeing them. On average that is too good: the least
  of a mean is below the mean of the least.
- *upper*: each row predicted by the geometric mean of its twins, itself left out. On average that is too bad: it is
  some price, and was chosen without the row.

Between them *centre*: two prices of one group lie √2 times as far apart (in logarithms) as one lies from the middle
when they scatter normally, so SMAPE at the distance over √2 estimates the floor without bias then. For two rows at log
distance d these are s(d)/2, s(d) and s(d/√2), with s(d) = 200·tanh(d/2).

In logarithms s is concave on either side of zero, so between two neighbouring prices the mean SMAPE of a single price
is concave too, and the best single price is one of the group's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.types import FloatArray, IntArray

LEVEL = 0.9
FEWEST_GROUPS = 5
"""Fewer groups give no interval: a normal one of two or three means nothing."""
MOST_ROWS = 400
"""Rows of a group that are compared with each other; of a larger group so many prices, evenly spread in order."""


@dataclass(frozen=True)
class Bound:
    """SMAPE in percent with its 90 % interval over the groups (NaN for fewer than :data:`FEWEST_GROUPS`)."""

    smape_pct: float
    low: float
    high: float


@dataclass(frozen=True)
class NoiseFloor:
    """The floor of the rows that have a twin; it says nothing of the others.

    Attributes:
        n_rows, n_groups: Rows with a twin, and the groups that they form.
        same_price_pct: Share of the groups whose prices are all the same, to the cent.
        lower, centre, upper: See the module.
    """

    n_rows: int
    n_groups: int
    same_price_pct: float
    lower: Bound
    centre: Bound
    upper: Bound


def noise_floor(group: IntArray, log_price: FloatArray) -> NoiseFloor | None:
    """The floor of groups of two rows or more; None when there is none.

    Args:
        group: Shape (n_rows,), number of each row's group; −1 is no group.
        log_price: Shape (n_rows,).
    """
    table = pd.DataFrame({"group": group, "log_price": log_price})[group >= 0]
    table = table[table.groupby("group")["log_price"].transform("size") > 1]
    if table.empty:
        return None
    groups = table.groupby("group", sort=True)["log_price"]
    parts = [(len(prices), *_errors(prices.to_numpy(dtype=np.float64))) for _, prices in groups]
    size, lower, centre, upper, spread = np.array(parts, dtype=np.float64).T
    return NoiseFloor(
        n_rows=int(size.sum()),
        n_groups=len(size),
        same_price_pct=float(100.0 * (spread < 1e-9).mean()),
        lower=_bound(lower, size),
        centre=_bound(centre, size),
        upper=_bound(upper, size),
    )


def _errors(log_price: FloatArray) -> tuple[float, float, float, float]:
    """Mean SMAPE of one group's rows by the three ways, and how far its prices lie apart in logarithms."""
    prices = np.sort(log_price)
    if len(prices) > MOST_ROWS:
        prices = prices[np.linspace(0, len(prices) - 1, MOST_ROWS).round().astype(np.int64)]
    count = len(prices)
    distance = np.abs(prices[:, None] - prices[None, :])
    errors = _smape_pct(distance)
    twins = (prices.sum() - prices) / (count - 1)
    return (
        float(errors.mean(axis=1).min()),
        float(_smape_pct(distance / np.sqrt(2.0)).sum() / (count * (count - 1))),
        float(_smape_pct(np.abs(prices - twins)).mean()),
        float(prices[-1] - prices[0]),
    )


def _smape_pct(distance: FloatArray) -> FloatArray:
    return 200.0 * np.tanh(distance / 2.0)


def _bound(error_pct: FloatArray, size: FloatArray) -> Bound:
    """Mean over the rows; the interval takes whole groups as what is drawn (a ratio estimator's)."""
    from scipy.stats import norm

    mean = float((size * error_pct).sum() / size.sum())
    groups = len(size)
    if groups < FEWEST_GROUPS:
        return Bound(mean, float("nan"), float("nan"))
    variance = (size * (error_pct - mean)) ** 2
    half = float(norm.ppf(0.5 + LEVEL / 2.0)) * float(np.sqrt(variance.sum() * groups / (groups - 1)) / size.sum())
    return Bound(mean, max(0.0, mean - half), mean + half)
