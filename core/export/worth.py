"""Is another submission worth one of those that remain? One sentence, from numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import pandas as pd

from core.errors import InputError
from core.export.earlier import Earlier
from core.export.ledger_events import Budget, Foretold
from core.export.submission import DECIMALS
from core.export.track import ENOUGH, Track
from core.metrics import row_smape_pct

Answer = Literal["send", "learn", "keep"]
EVEN: Final = 0.5
"""Probability of a better score from which a submission is worth sending."""
LONG_SHOT: Final = 0.1
"""Below, not even a submission that would lapse unused is worth the trouble."""
SMALL_PCT: Final = 0.05
"""An expected gain below does not pay for one of few submissions: it is what rounding and a shared place make of it."""
SAME_PCT: Final = 0.01
"""Two files whose scores cannot differ by more get the same score: leaderboards show two places."""
_GRID = 4_001


@dataclass(frozen=True)
class Candidate:
    """A file that could be submitted.

    Attributes:
        price: US dollars by ``sample_id``.
        forecast: What is foretold for it, not corrected; None where nothing is.
    """

    price: pd.Series
    forecast: Foretold | None


@dataclass(frozen=True)
class Outlook:
    """The candidate against the best scored submission.

    Attributes:
        best: Name of that submission.
        expected_pct: Expected score less the best one; negative is better.
        gain_pct: Expected improvement: by how much the best score falls on average, where no improvement counts as 0.
        probability: That it is better.
        most_pct: The scores can differ by no more than this, because no row's can differ by more than the two prices.
    """

    best: str
    best_smape_pct: float
    expected_pct: float
    gain_pct: float
    probability: float
    most_pct: float


@dataclass(frozen=True)
class Worth:
    """``send``, ``learn`` (send it for what its score teaches) or ``keep``, with the sentence that says why.

    Attributes:
        outlook: None while nothing is scored or nothing is foretold.
    """

    answer: Answer
    sentence: str
    outlook: Outlook | None = None


def outlook(candidate: Candidate, earlier: Sequence[Earlier], track: Track) -> Outlook | None:
    """The candidate against the best scored submission; None without a scored one or a forecast.

    The candidate's score is normal around its forecast less the error that the scored files make likely
    (:meth:`core.export.Track.expected_error`): a file like the best one shares its luck, so the luck that made it the
    best does not speak against the next. Rows bound the difference: ``|SMAPE_i(a) − SMAPE_i(b)|`` is no more than the
    SMAPE between the two prices, tanh being subadditive. The bound takes the whole test file as scored. The expected
    improvement is that of Jones, Schonlau and Welch (1998), within the bound.
    """
    scored = [one for one in earlier if one.leaderboard_smape_pct is not None]
    if not scored or candidate.forecast is None:
        return None
    best = min(scored, key=_score)
    error, se = track.expected_error(candidate.forecast, candidate.price)
    expected = candidate.forecast.smape_pct - error - _score(best)
    most = _most_apart(best.price, candidate.price)
    change = np.linspace(-most, most, _GRID)
    exponent = -0.5 * ((change - expected) / max(se, 1e-9)) ** 2
    weight = np.exp(exponent - exponent.max())
    weight /= weight.sum()
    return Outlook(
        best.name,
        _score(best),
        float(weight @ change),
        float(weight @ np.maximum(0.0, -change)),
        # The middle of the grid is no change at all: half of it is better.
        float(weight[change < -1e-12].sum() + 0.5 * weight[np.abs(change) <= 1e-12].sum()),
        most,
    )


def worth(
    candidate: Candidate, earlier: Sequence[Earlier], track: Track, budget: Budget | None, *, n_scored: int
) -> Worth:
    """Whether to submit the candidate.

    Args:
        earlier: What was submitted, scored or not.
        budget: None while none is set: the numbers then speak alone.
        n_scored: Submissions with a score; below :data:`core.export.track.ENOUGH` the next one teaches most.
    """
    if budget is not None and (said := _closed(budget)):
        return Worth("keep", said)
    same = next((one for one in earlier if _is_same(one.price, candidate.price)), None)
    if same is not None:
        return Worth("keep", f"Keep it: this very file is submission {same.name} and would get the same score.")
    judged = _judged(candidate, outlook(candidate, earlier, track), budget, n_scored=n_scored)
    return replace(judged, sentence=f"{judged.sentence} {_left_words(budget)}".rstrip())


def _judged(candidate: Candidate, found: Outlook | None, budget: Budget | None, *, n_scored: int) -> Worth:
    if candidate.forecast is None:
        return Worth("keep", "Nothing is foretold for this file yet: measure its forecast first.")
    if found is None:
        return _first(candidate.forecast, budget)
    if found.most_pct < SAME_PCT:
        said = f"Keep it: its score can differ from submission {found.best}'s by {found.most_pct:.3f} points at most."
        return Worth("keep", said, found)
    return _against_best(found, budget, n_scored=n_scored)


def _closed(budget: Budget) -> str:
    if budget.hours_left is not None and budget.is_over:
        return f"Keep it: the deadline was over {_hours(-budget.hours_left)} ago."
    if budget.left_in_all == 0:
        return "Keep it: no submission is left."
    if budget.left_today == 0:
        if budget.hours_left is not None and budget.hours_left <= budget.next_day_h:
            return "Keep it: none is left today, and the deadline comes before the next day."
        return (
            f"Keep it until tomorrow: none is left today, the next come at 00:00 UTC, in {_hours(budget.next_day_h)}."
        )
    return ""


def _first(forecast: Foretold, budget: Budget | None) -> Worth:
    told = f"{forecast.smape_pct:.2f} % is foretold ({forecast.low_pct:.2f} to {forecast.high_pct:.2f})"
    if budget is not None and budget.left_in_all == 1:
        last = "nothing is scored yet and it is the last one"
        return Worth("send", f"Send it if nothing better comes before the deadline: {last}; {told}.")
    return Worth("learn", f"Send it to learn: nothing is scored yet; {told}, and its score tests that.")


def _against_best(found: Outlook, budget: Budget | None, *, n_scored: int) -> Worth:
    expected = f"{found.expected_pct:+.2f}".replace("-", "−")
    numbers = (
        f"{expected} points expected against submission {found.best} ({found.best_smape_pct:.2f} %), better with"
        f" {100 * found.probability:.0f} %, expected improvement {found.gain_pct:.2f}"
    )
    free = budget is not None and _lapses(budget)
    small = found.gain_pct < SMALL_PCT and not free and budget is not None
    teaches = n_scored < ENOUGH and (budget is None or budget.left_in_all is None or budget.left_in_all >= ENOUGH)
    if found.probability >= EVEN and not small:
        return Worth("send", f"Send it: {numbers}.", found)
    if teaches:
        lesson = f"only {n_scored} of the {ENOUGH} scores that a correction of the forecast needs are there"
        return Worth("learn", f"Send it to learn: {numbers}, but {lesson}.", found)
    if free and found.probability >= LONG_SHOT:
        return Worth("learn", f"Send it to learn: {numbers}; unused, this submission would lapse.", found)
    why = "too little for one of those left" if found.probability >= EVEN else "more likely worse than better"
    return Worth("keep", f"Keep it: {numbers}; {why}.", found)


def _lapses(budget: Budget) -> bool:
    """True when a submission left out today cannot be made up for later."""
    if budget.left_today is None:
        return False
    if budget.left_in_all is None:
        return True
    if budget.per_day is None or budget.hours_left is None:
        return False
    days_to_come = int(np.ceil(max(0.0, budget.hours_left - budget.next_day_h) / 24.0))
    return budget.left_in_all >= budget.left_today + budget.per_day * days_to_come


def _left_words(budget: Budget | None) -> str:
    if budget is None:
        return ""
    parts = [] if budget.left_today is None else [f"{budget.left_today} left today"]
    parts += [] if budget.left_in_all is None else [f"{budget.left_in_all} in all"]
    parts += [] if budget.hours_left is None else [f"{_hours(budget.hours_left)} to the deadline"]
    said = ", ".join(parts)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def _hours(hours: float) -> str:
    if hours >= 48:
        return f"{hours / 24:.1f} days"
    return f"{hours:.0f} h" if hours >= 1 else f"{max(1, round(60 * hours))} min"


def _score(one: Earlier) -> float:
    return float("inf") if one.leaderboard_smape_pct is None else one.leaderboard_smape_pct


def _is_same(one: pd.Series, other: pd.Series) -> bool:
    """True when both would be written as the same file."""
    return one.index.equals(other.index) and bool((one.round(DECIMALS) == other.round(DECIMALS)).all())


def _most_apart(one: pd.Series, other: pd.Series) -> float:
    """Mean SMAPE between two files' prices, over the rows that both have."""
    common = other.reindex(one.index)
    there = common.notna().to_numpy()
    if not there.any():
        raise InputError("the submissions have no row in common.", "They belong to other test files.")
    return float(row_smape_pct(one[there], common[there]).mean())
