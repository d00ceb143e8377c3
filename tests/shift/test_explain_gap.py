from __future__ import annotations

from dataclasses import replace

import pytest

from core.errors import InputError
from core.shift import CAUSES, GapExplanation, OwnScores, Reference, explain_gap
from tests.shift.gap_steps import STEPS

REFERENCE = Reference(cv_pct=52.0, forecast_pct=51.0, low_pct=49.0, high_pct=53.0)
NOISE = 1.645 * 50.0 * (2 / 10_000) ** 0.5


def explained(validation: float, leaderboard: float, reference: Reference | None = None) -> GapExplanation:
    scores = OwnScores(validation, leaderboard)
    return explain_gap(scores, STEPS, n_validation=10_000, n_test=10_000, reference=reference)


def test_each_cause_has_the_reach_that_was_measured() -> None:
    found = explained(50.0, 50.0, REFERENCE)
    assert [cause.name for cause in found.causes] == list(CAUSES)
    reach = {cause.name: (cause.low_pct, cause.high_pct) for cause in found.causes}
    assert reach["chance"] == pytest.approx((-NOISE, NOISE))
    assert reach["expected"] == (-3.0, 1.0)
    assert reach["unseen_brands"] == (2.5, 3.5)
    assert reach["duplicates"] == (0.8, 1.2)
    # Standard error of the widest refit interval, 0.5 either way at 90 %, times the best of a thousand.
    assert reach["tuned"] == pytest.approx((0.0, 3.24 * 0.5 / 1.645))
    assert reach["leak"] == (0.0, 22.0)
    assert found.noise_pct == pytest.approx(NOISE)


def test_what_was_not_measured_is_no_cause() -> None:
    some = [step for step in STEPS if step.setting in ("in_sample_brand_price", "out_of_fold")]
    found = explain_gap(OwnScores(50.0, 55.0), some, n_validation=10, n_test=10)
    assert [cause.name for cause in found.causes] == ["chance", "tuned", "leak"]
    with pytest.raises(InputError, match="not measured in full"):
        explain_gap(OwnScores(50.0, 55.0), some[:1], n_validation=10, n_test=10)


@pytest.mark.parametrize(
    ("validation", "leaderboard", "verdict"),
    [
        (50.0, 50.0, "chance"),
        (50.0, 51.0, "chance"),
        (50.0, 49.0, "chance"),
        (50.0, 53.0, "unseen_brands"),
        (45.76, 51.5, "leak"),
        (50.0, 73.0, "leak"),
        (50.0, 80.0, "none"),
        (50.0, 45.0, "better"),
    ],
)
def test_the_first_cause_in_reach_is_the_verdict(validation: float, leaderboard: float, verdict: str) -> None:
    assert explained(validation, leaderboard).verdict == verdict


def test_duplicates_and_tuning_come_before_a_leak() -> None:
    calm = [
        replace(step, change_low_pct=0.0, change_high_pct=0.1) if step.setting == "test_like" else step
        for step in STEPS
    ]
    found = explain_gap(OwnScores(50.0, 52.0), calm, n_validation=10_000, n_test=10_000)
    assert found.verdict == "duplicates"
    wide = [
        replace(step, change_low_pct=-0.5, change_high_pct=0.5)
        if step.setting in ("test_like", "twins_together")
        else step
        for step in STEPS
    ]
    assert explain_gap(OwnScores(50.0, 52.0), wide, n_validation=10_000, n_test=10_000).verdict == "tuned"


def test_a_leak_is_told_with_its_share_and_what_is_too_small() -> None:
    (said,) = explained(45.0, 51.0).said
    assert "A gap of +6.0 points is in reach of a validation that saw its own prices" in said
    assert "up to 20.0 points on these rows, so 30 % of it is enough" in said
    assert "Too small for it here: unseen brands, duplicates across folds, tuning on the validation rows." in said


def test_the_studios_own_model_tells_which_score_is_odd() -> None:
    def beside(validation: float, leaderboard: float) -> tuple[str, str]:
        found = explained(validation, leaderboard, REFERENCE)
        return found.verdict, found.said[-1]

    verdict, said = beside(45.76, 51.5)
    assert (verdict, "it is the validation that flatters" in said, "−6.2" in said) == ("leak", True, True)
    verdict, said = beside(52.0, 57.0)
    assert (verdict, "it is the leaderboard's that is too high" in said) == ("test_file", True)
    assert "yours may be the better model" in beside(40.0, 46.0)[1]
    assert "a weaker model" in beside(60.0, 66.0)[1]
    assert "both are odd" in beside(40.0, 60.0)[1]
    assert "too low" in beside(52.0, 45.0)[1]
    assert "as one would expect" in beside(52.0, 52.0)[1]


def test_the_forecast_may_expect_more_than_chance_makes() -> None:
    harder = Reference(cv_pct=52.0, forecast_pct=54.0, low_pct=52.0, high_pct=57.0)
    assert explained(52.0, 53.9, harder).verdict == "expected"


def test_fewer_leaderboard_rows_leave_more_to_chance() -> None:
    few = explain_gap(OwnScores(50.0, 53.0, n_scored=500), STEPS, n_validation=10_000, n_test=10_000)
    assert few.verdict == "chance"
    assert "500 leaderboard rows" in few.causes[0].evidence


def test_a_reference_needs_both_parts_of_a_report() -> None:
    report = {"cv": {"smape_pct": 52}, "forecast": {"smape_pct": 51.0, "low_pct": 49.0, "high_pct": 53.0}}
    assert Reference.from_report(report) == REFERENCE
    assert Reference.from_report({"cv": {"smape_pct": 52.0}}) is None
    assert Reference.from_report({**report, "forecast": {"smape_pct": 51.0}}) is None
    assert Reference.from_report(None) is None
