"""The verdict at its corner cases, and its numbers against a simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.errors import InputError
from core.export.earlier import Earlier
from core.export.ledger_events import Budget, Foretold
from core.export.track import Scored, forecast_track
from core.export.worth import Candidate, Worth, outlook, worth
from core.metrics import row_smape_pct

INDEX = [f"r{row}" for row in range(60)]
ROOMY = Budget(left_today=3, per_day=5, left_in_all=20, hours_left=30.0, next_day_h=6.0)
SCARCE = Budget(left_today=2, per_day=5, left_in_all=4, hours_left=200.0, next_day_h=6.0)


def prices(seed: int, spread: float = 1.0) -> pd.Series:
    return pd.Series(np.exp(np.random.default_rng(seed).normal(0, spread, len(INDEX))), index=INDEX)


def told(smape_pct: float, se: float = 1.0) -> Foretold:
    half = float(norm.ppf(0.95)) * se
    return Foretold(smape_pct, smape_pct - half, smape_pct + half)


def sent(name: str, score: float | None, *, seed: int, forecast: float | None = None) -> Earlier:
    return Earlier(name, f"hash {name}", prices(seed), forecast, score)


NEXT = Candidate(prices(0), told(50.0))


def judged(
    candidate: Candidate = NEXT, earlier: tuple[Earlier, ...] = (), budget: Budget | None = ROOMY, n_scored: int = 3
) -> Worth:
    return worth(candidate, earlier, forecast_track([]), budget, n_scored=n_scored)


def test_before_any_score_it_is_sent_to_learn() -> None:
    found = judged(n_scored=0)
    assert found.answer == "learn"
    assert found.outlook is None
    assert "nothing is scored yet; 50.00 % is foretold" in found.sentence
    assert found.sentence.endswith("3 left today, 20 in all, 30 h to the deadline.")
    last = judged(n_scored=0, budget=Budget(1, 1, 1, 60.0, 6.0))
    assert last.answer == "send"
    assert "the last one" in last.sentence


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(0, 5, 0, 30.0, 6.0), "no submission is left"),
        (Budget(3, 5, 20, -3.0, 6.0), "the deadline was over 3 h ago"),
        (Budget(0, 5, 20, 30.0, 6.0), "the next come at 00:00 UTC, in 6 h"),
        (Budget(0, 5, 20, 0.5, 6.0), "the deadline comes before the next day"),
    ],
)
def test_none_left_or_too_late_keeps_it_whatever_it_promises(budget: Budget, said: str) -> None:
    found = judged(Candidate(prices(0), told(30.0)), (sent("1", 52.0, seed=9),), budget)
    assert found.answer == "keep"
    assert said in found.sentence


def test_the_very_same_file_is_kept() -> None:
    found = judged(earlier=(Earlier("4 · mine", "any", NEXT.price + 1e-7, 50.0, None),))
    assert found.answer == "keep"
    assert "this very file is submission 4 · mine" in found.sentence


def test_a_file_that_differs_by_nothing_that_shows_is_kept() -> None:
    nearly = NEXT.price * (1 + 2e-5)
    found = judged(earlier=(Earlier("1", "other", nearly, 50.0, 52.0),))
    assert found.answer == "keep"
    assert "by 0.002 points at most" in found.sentence
    assert found.outlook is not None
    assert -0.0021 < found.outlook.expected_pct < 0


def test_without_a_forecast_it_is_measured_first() -> None:
    found = judged(Candidate(prices(0), None), (sent("1", 52.0, seed=9),))
    assert (found.answer, found.outlook) == ("keep", None)
    assert "measure its forecast first" in found.sentence


def test_likely_better_is_sent_and_likely_worse_is_kept() -> None:
    better = judged(earlier=(sent("1", 52.0, seed=9), sent("2", 55.0, seed=8)), budget=SCARCE)
    assert better.answer == "send"
    assert better.outlook is not None
    assert better.outlook.best == "1"
    assert better.outlook.expected_pct == pytest.approx(-2.0, abs=0.01)
    assert better.outlook.probability == pytest.approx(norm.cdf(2.0), abs=0.002)
    assert better.outlook.gain_pct == pytest.approx(2 * norm.cdf(2) + norm.pdf(2), abs=0.01)
    assert "−2.00 points expected against submission 1 (52.00 %), better with 98 %" in better.sentence
    worse = judged(earlier=(sent("1", 49.0, seed=9),), budget=SCARCE)
    assert worse.answer == "keep"
    assert "more likely worse than better" in worse.sentence


def test_what_would_lapse_or_teach_is_sent_to_learn() -> None:
    earlier = (sent("1", 49.0, seed=9),)
    lapsing = judged(earlier=earlier, budget=Budget(3, 5, 20, 30.0, 6.0))
    assert lapsing.answer == "learn"
    assert "would lapse" in lapsing.sentence
    hopeless = judged(earlier=(sent("1", 45.0, seed=9),), budget=Budget(3, 5, 20, 30.0, 6.0))
    assert hopeless.answer == "keep"
    teaching = judged(earlier=earlier, budget=SCARCE, n_scored=1)
    assert teaching.answer == "learn"
    assert "only 1 of the 3 scores" in teaching.sentence
    last_two = judged(earlier=earlier, budget=Budget(2, 5, 2, 200.0, 6.0), n_scored=1)
    assert last_two.answer == "keep"


def test_a_gain_too_small_for_one_of_few_is_kept() -> None:
    close = NEXT.price * np.exp(0.0006)
    earlier = (Earlier("1", "other", close, None, 50.5),)
    few = judged(earlier=earlier, budget=SCARCE)
    assert few.answer == "keep"
    assert "too little for one of those left" in few.sentence
    assert judged(earlier=earlier, budget=None).answer == "send"


def test_no_budget_is_known() -> None:
    found = judged(earlier=(sent("1", 52.0, seed=9),), budget=None)
    assert found.answer == "send"
    assert found.sentence.endswith("expected improvement 2.01.")


def test_no_two_scores_differ_by_more_than_the_files_do() -> None:
    draw = np.random.default_rng(0)
    truth, one, other = (np.exp(draw.normal(0, 1, 500)) for _ in range(3))
    apart = np.abs(row_smape_pct(truth, one) - row_smape_pct(truth, other))
    assert (apart <= row_smape_pct(one, other) + 1e-9).all()
    forecast = told(10.0)
    found = outlook(
        Candidate(NEXT.price, forecast), [Earlier("1", "x", NEXT.price * 1.01, None, 52.0)], forecast_track([])
    )
    assert found is not None
    assert found.most_pct == pytest.approx(200 * 0.01 / 2.01)
    # Foretold far outside the bound: certain to be better, and by no more than the bound.
    assert found.probability == pytest.approx(1.0)
    assert -found.most_pct - 1e-9 <= found.expected_pct < -0.9 * found.most_pct


def test_the_best_ones_luck_is_shared_by_a_file_like_it() -> None:
    """The best of several had luck; a file that is hardly like it does not share it, one that is like it does."""
    best = prices(3)
    like = pd.Series(best.to_numpy() * np.exp(np.random.default_rng(1).normal(0, 0.02, len(INDEX))), index=INDEX)
    track = forecast_track([Scored(told(50.0), 48.0, best)])
    earlier = [Earlier("1", "x", best, 50.0, 48.0)]
    near = outlook(Candidate(like, told(49.9)), earlier, track)
    far = outlook(Candidate(prices(77, 3.0), told(49.9)), earlier, track)
    assert near is not None and far is not None
    assert near.expected_pct == pytest.approx(-0.1, abs=0.1)
    assert far.expected_pct == pytest.approx(1.9, abs=0.1)
    assert near.probability > 0.5 > far.probability


def test_files_of_another_test_file_are_told() -> None:
    strange = Earlier("1", "x", prices(1).rename(index=lambda name: f"other {name}"), None, 52.0)
    with pytest.raises(InputError, match="no row in common"):
        judged(earlier=(strange,))
