"""Which of the measured settings could make the gap that a user saw between validation and leaderboard.

Two numbers cannot prove a cause. What can be said honestly: how large a gap each known cause makes **on these rows**,
whether the user's gap lies in its reach, and on which side of it the two scores look odd beside an honest model. The
ladder's small model scores at another level than the user's, so that only differences between its steps are compared
with the difference between the user's scores; levels are compared with the studio's own full model, where it was run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import InputError
from core.shift.gap import GapStep
from core.shift.own_scores import OwnScores

Z_90 = 1.645
TRIES = 1000
BEST_OF_TRIES = 3.24
"""Expected largest of 1,000 standard normal draws: how many standard errors the best of as many equal tries seems
better than it is."""

SUSPECT_FILE = "Suspect the submitted file: rows in another order, a logarithm left in, columns that are empty in test."

CAUSES: Mapping[str, str] = {
    "chance": "Chance alone",
    "expected": "What the forecast expects without any flaw",
    "unseen_brands": "Brands in test that train never shows",
    "duplicates": "Duplicates across folds",
    "tuned": f"Choosing the best of {TRIES:,} tries on the same rows",
    "leak": "Validation that saw its own prices (brand mean over all rows)",
}
"""Every cause by name, in the order in which they are believed: an everyday one that suffices comes first."""


SHORT: Mapping[str, str] = {
    "unseen_brands": "unseen brands",
    "duplicates": "duplicates across folds",
    "tuned": "tuning on the validation rows",
}


@dataclass(frozen=True)
class Reference:
    """An honest model's scores on the same files: out of fold, and as forecast for test with the interval."""

    cv_pct: float
    forecast_pct: float
    low_pct: float
    high_pct: float

    @classmethod
    def from_report(cls, report: Mapping[str, Any] | None) -> Reference | None:
        """Those of a report; None where it lacks one."""
        cv, forecast = ((report or {}).get(name) or {} for name in ("cv", "forecast"))
        found = [cv.get("smape_pct"), *(forecast.get(name) for name in ("smape_pct", "low_pct", "high_pct"))]
        numbers = [float(value) for value in found if value is not None]
        return cls(*numbers) if len(numbers) == len(found) else None


@dataclass(frozen=True)
class Cause:
    """One way to a gap.

    Attributes:
        low_pct, high_pct: The gaps that it makes on these rows, leaderboard less validation.
        fits: True when the user's gap lies there, give or take what chance makes.
        evidence: The numbers, in a sentence.
    """

    name: str
    low_pct: float
    high_pct: float
    fits: bool
    evidence: str

    @property
    def title(self) -> str:
        """Its words on a screen."""
        return CAUSES[self.name]


@dataclass(frozen=True)
class GapExplanation:
    """What can be said of the gap.

    Attributes:
        gap_pct: Leaderboard less validation.
        noise_pct: Half-width of what chance alone makes of it in nine cases of ten.
        causes: Each cause, in the order of :data:`CAUSES`.
        verdict: The first cause that fits; ``"test_file"`` when the validation score looks honest and only the
            leaderboard's does not; ``"better"`` for a leaderboard score better than anything explains; else
            ``"none"``.
        said: The verdict in plain sentences.
    """

    gap_pct: float
    noise_pct: float
    causes: tuple[Cause, ...]
    verdict: str
    said: tuple[str, ...]


def explain_gap(
    scores: OwnScores,
    steps: Sequence[GapStep],
    *,
    n_validation: int,
    n_test: int,
    reference: Reference | None = None,
) -> GapExplanation:
    """Hold the user's gap against what each cause makes on these rows.

    A cause's reach is the interval of its step's change; for the leak and for tuning it starts at zero, since both
    come in any degree. It fits when the gap lies within its reach widened by chance,
    ``1.645·σ·√(1/n_validation + 1/n_scored)`` with σ the standard deviation of a row's error.

    Args:
        n_validation: Rows that the user's validation scored; the train rows when all were.
        n_test: Rows of the test file.

    Raises:
        InputError: The ladder lacks ``out_of_fold`` or ``in_sample_brand_price``.
    """
    by_name = {step.setting: step for step in steps}
    if not {"out_of_fold", "in_sample_brand_price"} <= set(by_name):
        raise InputError("the gap ladder was not measured in full.", "Measure it again.")
    n_scored = scores.n_scored or n_test
    spread = by_name["out_of_fold"].row_sd_pct
    noise = Z_90 * spread * math.sqrt(1.0 / n_validation + 1.0 / n_scored)
    gap = scores.gap_pct
    rows = f"{n_validation:,} validation and {n_scored:,} leaderboard rows"
    chance = (-noise, noise, f"±{noise:.1f} in nine cases of ten, from {rows}.")
    reach = {"chance": chance, **_reaches(by_name, reference)}
    causes = tuple(
        Cause(name, low, high, _within(name, gap, low, high, noise), evidence)
        for name, (low, high, evidence) in reach.items()
    )
    side, beside = _beside(scores, reference, noise)
    verdict = _verdict(causes, gap, side)
    said = (_sentence(verdict, scores, causes, by_name, noise), *([beside] if beside else []))
    return GapExplanation(gap, noise, causes, verdict, said)


def _within(name: str, gap: float, low: float, high: float, noise: float) -> bool:
    # The forecast's interval holds the sampling of the test rows already.
    slack = 0.0 if name in ("chance", "expected") else noise
    return low - slack <= gap <= high + slack


def _reaches(steps: Mapping[str, GapStep], reference: Reference | None) -> dict[str, tuple[float, float, str]]:
    """Lowest and highest gap of each cause beside chance, with its evidence; what was not measured is absent."""
    found: dict[str, tuple[float, float, str]] = {}
    if reference is not None:
        low, high = reference.low_pct - reference.cv_pct, reference.high_pct - reference.cv_pct
        found["expected"] = (
            low,
            high,
            f"Forecast {reference.forecast_pct:.2f} [{reference.low_pct:.2f}, {reference.high_pct:.2f}] after"
            f" {reference.cv_pct:.2f} out of fold: {_signed(reference.forecast_pct - reference.cv_pct)}"
            f" [{_signed(low)}, {_signed(high)}].",
        )
    if (like := _change(steps, "test_like")) is not None:
        worst = _change(steps, "brand_grouped")
        most = "" if worst is None else f" Every brand unseen would make {_signed(worst.change_pct)}."
        told = f"Folds with test's mix of brands change the score by {_told(like)}.{most}"
        found["unseen_brands"] = (like.change_low_pct, like.change_high_pct, told)
    if (twins := _change(steps, "twins_together")) is not None:
        more = f" {twins.note}." if twins.note else ""
        told = f"Keeping them in one fold changes the score by {_told(twins)}.{more}"
        found["duplicates"] = (twins.change_low_pct, twins.change_high_pct, told)
    tuned = BEST_OF_TRIES * _refit_se(steps)
    found["tuned"] = (
        0.0,
        tuned,
        f"Up to {tuned:.1f}, if the tries differ from one another as two draws of folds do and none is truly better.",
    )
    leaked, honest = steps["in_sample_brand_price"], steps["out_of_fold"]
    found["leak"] = (
        0.0,
        max(0.0, honest.change_high_pct),
        f"Up to {_told(honest)} ({leaked.oof_smape_pct:.2f} instead of {honest.oof_smape_pct:.2f}) for a model that"
        " leans on it in full; less for a smoothed mean or beside many other columns.",
    )
    return found


def _verdict(causes: Sequence[Cause], gap: float, side: str) -> str:
    first = next((cause.name for cause in causes if cause.fits), "better" if gap < 0 else "none")
    # A flattered validation score would lie below an honest one.
    return "test_file" if side == "test" and first in ("tuned", "leak", "none") else first


def _sentence(
    verdict: str, scores: OwnScores, causes: Sequence[Cause], steps: Mapping[str, GapStep], noise: float
) -> str:
    gap = f"A gap of {_signed(scores.gap_pct)} points"
    leak = steps["out_of_fold"].change_pct
    too_small = [SHORT[cause.name] for cause in causes if not cause.fits and cause.name in SHORT]
    others = f" Too small for it here: {', '.join(too_small)}." if too_small else ""
    sentences = {
        "chance": f"{gap} needs no explanation: chance alone makes up to {noise:.1f} either way.",
        "expected": f"{gap} is more than chance makes, and no more than the forecast expects of these two files.",
        "unseen_brands": f"{gap} is what test's brands make here: they are newer to train than a random fold's are.",
        "duplicates": f"{gap} is what duplicates across folds make here: a model remembers the twin's price.",
        "tuned": f"{gap} is what tuning on the validation rows makes, together with chance. Score the model once on"
        " folds of another seed: a tuned score does not come back.",
        "leak": f"{gap} is in reach of a validation that saw its own prices, and of nothing else measured here: that"
        f" leak flatters by up to {leak:.1f} points on these rows, so {_share(scores.gap_pct, leak)} of it is enough."
        f"{others} Two scores cannot tell it from any other column that knows the price: let the leak sentinel look at"
        " the columns.",
        "test_file": f"{gap} does not look like a leak, which would show in the validation score, and nothing else"
        f" measured here makes it. {SUSPECT_FILE}",
        "better": f"{gap}: the leaderboard is better than anything measured here explains. Test may be easier than its"
        " words and brands say, or the leaderboard scores only a part of it, or test's prices reached the model.",
        "none": f"{gap} is more than anything measured here makes, the leak of {leak:.1f} points included."
        f" {SUSPECT_FILE}",
    }
    return sentences[verdict]


def _beside(scores: OwnScores, reference: Reference | None, noise: float) -> tuple[str, str]:
    """Which of the two scores looks odd beside an honest model's, and the sentence that says so."""
    if reference is None:
        return "", ""
    below = scores.validation_pct < reference.cv_pct - noise
    above = scores.validation_pct > reference.cv_pct + noise
    high = scores.leaderboard_pct > reference.high_pct
    low = scores.leaderboard_pct < reference.low_pct
    model = (
        f"Beside the studio's own model ({reference.cv_pct:.2f} out of fold, test forecast {reference.low_pct:.1f} to"
        f" {reference.high_pct:.1f})"
    )
    difference = _signed(scores.validation_pct - reference.cv_pct)
    if below and low:
        return "model", f"{model} both scores are lower: yours may be the better model, and only the gap can be read."
    if below and high:
        return (
            "validation",
            f"{model} your validation score is {difference} and the leaderboard's too high: both are odd.",
        )
    if below:
        return "validation", (
            f"{model} your leaderboard score is where an honest model lands, and your validation score is {difference}:"
            " it is the validation that flatters, for a better model would be better on the leaderboard too."
        )
    if above:
        return "model", f"{model} your validation score is {difference}: a weaker model, so only the gap can be read."
    if high:
        return "test", f"{model} your validation score is as an honest one; it is the leaderboard's that is too high."
    if low:
        return "easier", f"{model} your validation score is as an honest one; it is the leaderboard's that is too low."
    return "alike", f"{model} both of your scores are as one would expect of an honest model."


def _change(steps: Mapping[str, GapStep], setting: str) -> GapStep | None:
    step = steps.get(setting)
    return step if step is not None and math.isfinite(step.change_low_pct) else None


def _refit_se(steps: Mapping[str, GapStep]) -> float:
    """Standard error between two fits of one model on other folds: the larger of the two that the ladder has."""
    found = [_change(steps, name) for name in ("twins_together", "test_like")]
    return max((Z_90**-1 * (s.change_high_pct - s.change_low_pct) / 2.0 for s in found if s is not None), default=0.0)


def _share(gap: float, leak: float) -> str:
    return "all" if leak <= 0 or gap >= leak else f"{100.0 * gap / leak:.0f} %"


def _told(step: GapStep) -> str:
    ends = f"[{_signed(step.change_low_pct)}, {_signed(step.change_high_pct)}]"
    return f"{_signed(step.change_pct)} {ends}"


def _signed(value: float) -> str:
    return "±0.0" if abs(value) < 0.05 else f"{value:+.1f}".replace("-", "−")
