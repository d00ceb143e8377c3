"""How a submission differs from an earlier one, and what that can do to the score.

A row's SMAPE is ``200·tanh(|r| / 2)`` of the log residual, a concave function of a distance that is 0 at 0: it is a
distance itself. By the triangle inequality no truth can move the score by more than the SMAPE between the two files.

Within that bound the out-of-fold residuals say what to expect: if the new file errs as its members did out of fold, the
earlier one loses by what its rows lie farther off; if the earlier one errs so, the new one loses. Reality lies between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.embed import short_title
from core.errors import InputError
from core.export.earlier import Earlier
from core.metrics import row_smape_pct, to_log_price
from core.types import ID, PRICE, TEXT, Catalog, FloatArray

MOVED_PCT = 10.0
MOST_ROWS = 50
RESIDUALS = 101
"""Quantiles of the residuals that stand for all of them."""
LEVEL = 0.9


@dataclass(frozen=True)
class ScoreChange:
    """What to expect of the score, in points of SMAPE; below 0 the new file does better.

    Attributes:
        bound_pct: No truth can move the score by more, one way or the other.
        if_new_right_pct: If the new file errs as out of fold; at most 0.
        if_earlier_right_pct: If the earlier file does; at least 0.
        foretold_pct: New forecast less the earlier one's; None where one is missing.
        low_pct, high_pct: Interval of ``foretold_pct`` from the draw of the test rows, within the bound. Forecasts that
            are wrong alike, as for the same shift, do not widen it.
    """

    bound_pct: float
    if_new_right_pct: float
    if_earlier_right_pct: float
    foretold_pct: float | None = None
    low_pct: float | None = None
    high_pct: float | None = None


@dataclass(frozen=True)
class Diff:
    """A new submission beside an earlier one.

    Attributes:
        rows: Rows of both, the one that moved most first: ``sample_id``, ``earlier``, ``new`` (dollars) and
            ``change_pct`` of the earlier price.
        log_correlation: Of log prices; NaN where one of the two is constant.
        moved_pct: Share of rows that moved by more than 10 %.
        median_change_pct: Of the earlier price.
        only_new, only_earlier: Rows that the other file lacks.
    """

    name: str
    rows: pd.DataFrame
    log_correlation: float
    moved_pct: float
    median_change_pct: float
    only_new: int
    only_earlier: int
    score: ScoreChange

    def moved_most(self, catalog: Catalog, most: int = MOST_ROWS) -> pd.DataFrame:
        """The rows that moved most, with their titles."""
        first = self.rows.head(most)
        texts = catalog.items.test[TEXT].reindex(first[ID]).fillna("")
        return first.assign(title=[short_title(str(text)) for text in texts])[
            [ID, "title", "earlier", "new", "change_pct"]
        ]

    def to_json(self) -> dict[str, Any]:
        """What a report says of it."""
        correlation = None if np.isnan(self.log_correlation) else self.log_correlation
        return {
            "beside": self.name,
            "rows": len(self.rows),
            "log_correlation": correlation,
            "moved_more_than_10_pct": self.moved_pct,
            "median_change_pct": self.median_change_pct,
            "score_change": dict(vars(self.score)),
        }


def diff(
    frame: pd.DataFrame,
    earlier: Earlier,
    residual: FloatArray,
    *,
    forecast_smape_pct: float | None = None,
) -> Diff:
    """Compare a valid submission with an earlier file on the rows that both have.

    Args:
        residual: Out-of-fold log price less predicted log price of what is submitted, shape (n_train,).
        forecast_smape_pct: Of the new file; None where nothing was foretold.

    Raises:
        InputError: The two have no row in common.
    """
    new = pd.Series(frame[PRICE].to_numpy(dtype=np.float64), index=pd.Index(frame[ID].astype(str)))
    both = pd.concat([earlier.price.rename("earlier"), new.rename("new")], axis=1, join="inner")
    values = both.to_numpy(dtype=np.float64)
    both = both[((values > 0) & np.isfinite(values)).all(axis=1)]
    if both.empty:
        raise InputError(f"{earlier.name} has no row of this test file.", "Choose a submission of the same test file.")
    was, now = (both[name].to_numpy(dtype=np.float64) for name in ("earlier", "new"))
    change = 100.0 * (now / was - 1.0)
    order = np.argsort(-np.abs(np.log(now / was)), kind="stable")
    rows = pd.DataFrame({ID: both.index, "earlier": was, "new": now, "change_pct": change}).iloc[order]
    return Diff(
        earlier.name,
        rows.reset_index(drop=True),
        _correlation(was, now),
        # 40 to 44 dollars is 10 % and no more, whatever binary fractions say.
        float(100.0 * (np.abs(change) > MOVED_PCT + 1e-9).mean()),
        float(np.median(change)),
        len(new) - len(both),
        len(earlier.price) - len(both),
        _score_change(was, now, residual, forecast_smape_pct, earlier.forecast_smape_pct),
    )


def _correlation(was: FloatArray, now: FloatArray) -> float:
    logs = to_log_price(was), to_log_price(now)
    if len(was) < 2 or min(one.std() for one in logs) == 0:
        return float("nan")
    return float(np.corrcoef(*logs)[0, 1])


def _score_change(
    was: FloatArray, now: FloatArray, residual: FloatArray, forecast: float | None, before: float | None
) -> ScoreChange:
    from scipy.stats import norm

    move = to_log_price(now) - to_log_price(was)
    typical = np.quantile(residual, (np.arange(RESIDUALS) + 0.5) / RESIDUALS)
    # Truth is new + residual: the earlier file is off by move + residual. And the other way round.
    here = np.tanh(np.abs(typical) / 2.0)
    new_right = 200.0 * (here.mean() - _far(typical, move))
    earlier_right = 200.0 * (_far(typical, -move) - here.mean())
    bound = float(row_smape_pct(was, now).mean())
    if forecast is None or before is None:
        return ScoreChange(bound, float(new_right.mean()), float(earlier_right.mean()))
    spread = 200.0 * float(np.sqrt(np.mean(_squared_change(typical, move))))
    half = float(norm.ppf(0.5 + LEVEL / 2.0)) * spread / float(np.sqrt(len(was)))
    told = float(np.clip(forecast - before, -bound, bound))
    return ScoreChange(
        bound,
        float(new_right.mean()),
        float(earlier_right.mean()),
        told,
        max(-bound, told - half),
        min(bound, told + half),
    )


def _far(typical: FloatArray, move: FloatArray) -> FloatArray:
    """Mean loss of each row that lies ``move`` beside one with these residuals; one residual at a time saves memory."""
    total = np.zeros(len(move))
    for one in typical:
        total += np.tanh(np.abs(move + one) / 2.0)
    mean: FloatArray = total / len(typical)
    return mean


def _squared_change(typical: FloatArray, move: FloatArray) -> FloatArray:
    total = np.zeros(len(move))
    for one in typical:
        total += (np.tanh(np.abs(one) / 2.0) - np.tanh(np.abs(move + one) / 2.0)) ** 2
    mean: FloatArray = total / len(typical)
    return mean
