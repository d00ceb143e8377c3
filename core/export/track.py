"""How good the forecasts have been, and what that says of the next one.

The model: the error of a forecast, forecast less leaderboard, is a bias that all forecasts for this test file share,
plus luck. Luck is shared as far as two files are alike, because both are scored on the same rows: five versions of one
blend are hardly more evidence than one. :func:`likeness` reads that correlation from the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from core.errors import InputError
from core.export.earlier import Earlier
from core.export.ledger_events import Entry, Foretold
from core.types import FloatArray

LEVEL: Final = 0.9
ENOUGH: Final = 3
"""Scored submissions from which a forecast is corrected."""
PRIOR_WEIGHT: Final = 4.0
"""Submissions that the forecasts' own intervals count as, beside the scatter of the errors, in the size of luck."""
ROW_SPREAD: Final = 0.76
"""Standard deviation of a row's SMAPE over its mean, for normal log errors: sqrt(pi / 2 - 1)."""
APART: Final = 0.02
"""Share of luck that even equal files would not share: a leaderboard rounds."""


@dataclass(frozen=True)
class Scored:
    """A submission with a forecast and a score.

    Attributes:
        price: US dollars by ``sample_id``.
    """

    forecast: Foretold
    leaderboard_smape_pct: float
    price: pd.Series

    @property
    def error_pct(self) -> float:
        """Forecast less leaderboard; negative: it came out worse than foretold."""
        return self.forecast.smape_pct - self.leaderboard_smape_pct


def scored_ones(entries: Iterable[Entry], earlier: Iterable[Earlier]) -> tuple[Scored, ...]:
    """The submissions of a ledger with a forecast, a score and a file to compare, oldest first."""
    prices = {file.sha256: file.price for file in earlier}
    found = []
    for entry in entries:
        told, score = entry.submission.forecast, entry.leaderboard_smape_pct
        if told is not None and score is not None and not entry.withdrawn and entry.sha256 in prices:
            found.append(Scored(told, score, prices[entry.sha256]))
    return tuple(found)


def likeness(prices: Sequence[pd.Series], *, smape_pct: float) -> FloatArray:
    """Correlation of the luck of submissions that are scored on the same rows, shape (n, n).

    ``exp(-d² / 2s²)``, with d the root mean square distance of two files' log prices in percent, and s the standard
    deviation of a row's SMAPE. A row's SMAPEs of two files differ by no more than the SMAPE between the two prices, so
    for small distances this is a lower bound of the correlation; as a Gaussian kernel it is a correlation matrix at any
    distance.

    Args:
        prices: US dollars by ``sample_id``; the rows of the first that all have are compared.
        smape_pct: About what the files score.

    Raises:
        InputError: The files have no row in common.
    """
    if not prices:
        return np.empty((0, 0))
    table = pd.concat([price.reindex(prices[0].index) for price in prices], axis=1).dropna()
    if table.empty:
        raise InputError("the submissions have no row in common.", "They belong to other test files.")
    log_pct = 100.0 * np.log(table.to_numpy(dtype=np.float64).T)
    square = np.array([((log_pct - row) ** 2).mean(axis=1) for row in log_pct])
    alike: FloatArray = np.exp(-square / (2.0 * (ROW_SPREAD * smape_pct) ** 2)) * (1.0 - APART)
    np.fill_diagonal(alike, 1.0)
    return alike


@dataclass(frozen=True)
class Track:
    """How good the forecasts have been.

    Attributes:
        scored: Oldest first.
        n_inside: How many leaderboard scores lay within their forecast's interval.
        mean_pct, low_pct, high_pct: Mean error with its interval of :data:`LEVEL`; files that are alike share a vote.
            NaN for none.
        n_independent: Submissions as different as can be that would tell as much; at most ``len(scored)``.
        noise_pct: Standard deviation of luck: the forecasts' own, or more where the errors scatter more. NaN for none.
        bias_pct: What the next forecast is corrected by for bias; 0 while the interval holds 0, or below
            :data:`ENOUGH`.
    """

    scored: tuple[Scored, ...]
    n_inside: int
    mean_pct: float
    low_pct: float
    high_pct: float
    n_independent: float
    noise_pct: float
    bias_pct: float

    def expected_error(self, forecast: Foretold, price: pd.Series) -> tuple[float, float]:
        """Error to expect of another forecast, and the standard deviation of what stays unknown, in points of SMAPE.

        Universal kriging (Matheron 1969) over the scored files, with the mean shrunk: bias plus the share of each
        file's luck that its likeness to the new file says. The new file's own luck counts as its interval or as the
        errors so far, whichever is more.
        """
        size = max(forecast.se_pct, self.noise_pct) if self.scored else forecast.se_pct
        if not self.scored:
            return 0.0, size
        smape = float(np.mean([one.leaderboard_smape_pct for one in self.scored]))
        alike = likeness([*(one.price for one in self.scored), price], smape_pct=smape)
        among, to_new = alike[:-1, :-1], alike[:-1, -1]
        share = np.linalg.solve(among, to_new)
        errors = np.array([one.error_pct for one in self.scored])
        expected = self.bias_pct + float(share @ (errors - self.bias_pct))
        luck = max(APART, 1.0 - float(share @ to_new))
        mean_unknown = (1.0 - float(share.sum())) ** 2 / self.n_independent if len(self.scored) >= ENOUGH else 0.0
        return expected, size * float(np.sqrt(luck + mean_unknown))

    def corrected(self, forecast: Foretold, price: pd.Series) -> Foretold:
        """The forecast less the error to expect of it; as it is below :data:`ENOUGH` scored ones.

        The interval is wider by what is not known of the bias, and narrower only as far as the file is like scored
        ones.
        """
        if len(self.scored) < ENOUGH:
            return forecast
        from scipy.stats import norm

        error, se = self.expected_error(forecast, price)
        centre = float(np.clip(forecast.smape_pct - error, 0.0, 200.0))
        half = float(norm.ppf(0.5 + forecast.level / 2.0)) * se
        return Foretold(centre, max(0.0, centre - half), min(200.0, centre + half), forecast.level)


def forecast_track(scored: Sequence[Scored]) -> Track:
    """The record of these forecasts.

    The mean error is that of generalised least squares (Aitken 1936) under :func:`likeness`. It corrects the next
    forecast by the non-negative garrote (Breiman 1995), ``mean · max(0, 1 − (t · se)² / mean²)``: nothing until the
    mean's 90 % interval leaves 0 out, then more the further it does. A plain normal-normal shrinkage costs 9 % of the
    root mean square error where there is no bias and three scores of files apart, James and Stein's (the same with
    t = 1) 5 %; this costs 0.5 %.

    The size of luck pools the errors' scatter with the forecasts' own intervals as a scaled inverse chi-square prior
    (Gelman et al., Bayesian Data Analysis, 2.6), and is never below the latter.
    """
    if not scored:
        return Track((), 0, np.nan, np.nan, np.nan, 0.0, np.nan, 0.0)
    from scipy.stats import t

    n = len(scored)
    errors = np.array([one.error_pct for one in scored])
    alike = likeness(
        [one.price for one in scored], smape_pct=float(np.mean([one.leaderboard_smape_pct for one in scored]))
    )
    vote = np.linalg.solve(alike, np.ones(n))
    n_independent = float(vote.sum())
    mean = float(vote @ errors) / n_independent
    scatter = float((errors - mean) @ np.linalg.solve(alike, errors - mean))
    own = float(np.mean([one.forecast.se_pct**2 for one in scored]))
    degrees = PRIOR_WEIGHT + n - 1
    # Files more alike than their lower bound says scatter less than their luck: the interval's own size is the least.
    noise = float(np.sqrt(max(own, (PRIOR_WEIGHT * own + scatter) / degrees)))
    half = float(t.ppf(0.5 + LEVEL / 2.0, degrees)) * noise / float(np.sqrt(n_independent))
    kept = max(0.0, 1.0 - half**2 / mean**2) if n >= ENOUGH and mean else 0.0
    inside = sum(one.forecast.low_pct <= one.leaderboard_smape_pct <= one.forecast.high_pct for one in scored)
    return Track(tuple(scored), inside, mean, mean - half, mean + half, n_independent, noise, kept * mean)
