"""The record of forecasts on errors worked out by hand, and by simulation: it helps with a bias and costs nothing
without."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.errors import InputError
from core.export.earlier import Earlier
from core.export.ledger import Ledger
from core.export.ledger_events import Foretold, Submission
from core.export.track import APART, Scored, Track, forecast_track, likeness, scored_ones

ROWS, SE = 40, 1.0
HALF = float(norm.ppf(0.95)) * SE


def told(smape_pct: float) -> Foretold:
    return Foretold(smape_pct, smape_pct - HALF, smape_pct + HALF)


def prices(seed: int, spread: float, *, of: pd.Series | None = None) -> pd.Series:
    """A file of its own, or one that lies ``spread`` in log price around another."""
    draw = np.random.default_rng(seed).normal(0.0, spread, ROWS)
    base = np.zeros(ROWS) if of is None else np.log(of.to_numpy())
    return pd.Series(np.exp(base + draw), index=[f"r{row}" for row in range(ROWS)])


def apart(errors: list[float]) -> list[Scored]:
    """Submissions so different that none shares another's luck."""
    return [Scored(told(50.0), 50.0 - error, prices(seed, 3.0)) for seed, error in enumerate(errors)]


def test_the_likeness_of_files() -> None:
    one = prices(0, 1.0)
    near = pd.Series(one * np.exp(0.1), index=one.index)
    far = prices(1, 3.0)
    found = likeness([one, near.iloc[::-1], one, far], smape_pct=50.0)
    assert found[0, 0] == 1.0
    assert found[0, 2] == pytest.approx(1.0 - APART)
    assert found[0, 1] == pytest.approx((1.0 - APART) * math.exp(-100.0 / (2 * 38.0**2)))
    assert found[0, 3] < 1e-6
    assert (found == found.T).all()
    assert likeness([], smape_pct=50.0).shape == (0, 0)
    with pytest.raises(InputError, match="no row in common"):
        likeness([one, one.rename(index=lambda name: f"other {name}")], smape_pct=50.0)


def test_errors_of_files_apart_make_the_plain_mean_and_its_interval() -> None:
    found = forecast_track(apart([1.0, 2.0, 3.0]))
    assert found.mean_pct == pytest.approx(2.0, abs=1e-6)
    assert found.n_independent == pytest.approx(3.0, abs=1e-6)
    # (4 · 1² + 2 · 1²) / (4 + 2) = 1.
    assert found.noise_pct == pytest.approx(1.0, abs=1e-6)
    half = 1.9432 / math.sqrt(3)
    assert found.high_pct - found.mean_pct == pytest.approx(half, abs=1e-3)
    assert found.bias_pct == pytest.approx(2.0 * (1 - half**2 / 4), abs=1e-3)
    assert found.n_inside == 1
    after = found.corrected(told(49.0), prices(99, 3.0))
    assert after.smape_pct == pytest.approx(49.0 - found.bias_pct, abs=1e-6)
    assert after.se_pct == pytest.approx(math.sqrt(1 + 1 / 3), abs=1e-6), "wider by what is not known of the bias"


def test_no_correction_before_there_are_enough_or_while_the_interval_holds_zero() -> None:
    assert forecast_track(apart([5.0, 5.0])).bias_pct == 0.0
    assert forecast_track(apart([5.0, 5.0])).corrected(told(49.0), prices(99, 3.0)) == told(49.0)
    found = forecast_track(apart([-1.0, 1.0, 0.5]))
    assert found.low_pct < 0 < found.high_pct
    assert found.bias_pct == 0.0
    assert found.corrected(told(49.0), prices(99, 3.0)).smape_pct == pytest.approx(49.0, abs=1e-6)


def test_nearly_the_same_file_five_times_is_one_witness() -> None:
    one = prices(0, 1.0)
    same = [Scored(told(50.0), 48.6 + 0.01 * turn, prices(turn + 1, 0.01, of=one)) for turn in range(5)]
    found = forecast_track(same)
    assert found.n_independent == pytest.approx(1.0, abs=0.05)
    assert found.low_pct < 0 < found.high_pct
    assert found.bias_pct == 0.0
    # Another file is not corrected by one witness's luck; a sixth version of the same file is.
    assert found.corrected(told(50.0), prices(99, 3.0)).smape_pct == pytest.approx(50.0, abs=0.05)
    sixth = found.corrected(told(50.0), prices(98, 0.01, of=one))
    assert sixth.smape_pct == pytest.approx(48.62, abs=0.05)
    assert sixth.se_pct < 0.3


def test_errors_larger_than_foretold_widen_the_interval() -> None:
    found = forecast_track(apart([-6.0, 7.0, -5.0, 6.0]))
    assert found.n_inside == 0
    assert found.corrected(told(50.0), prices(99, 3.0)).se_pct > 4.0


def test_nothing_scored_yet() -> None:
    found = forecast_track([])
    assert (found.scored, found.bias_pct, found.n_independent) == ((), 0.0, 0.0)
    assert math.isnan(found.mean_pct)
    assert found.expected_error(told(50.0), prices(0, 1.0)) == (0.0, pytest.approx(SE))
    assert found.corrected(told(50.0), prices(0, 1.0)) == told(50.0)


def test_a_corrected_forecast_stays_a_smape() -> None:
    found = forecast_track([Scored(told(50.0), 190.0, prices(seed, 3.0)) for seed in range(4)])
    after = found.corrected(told(150.0), prices(99, 3.0))
    assert (after.smape_pct, after.high_pct) == (200.0, 200.0)


def simulated(track_of: list[pd.Series], *, bias: float, turns: int, seed: int) -> tuple[float, float, float]:
    """Root mean square error of the next forecast without and with the correction, and the coverage of the latter.

    Args:
        track_of: Files of the scored submissions and, last, of the next one.
    """
    draw = np.random.default_rng(seed)
    root = np.linalg.cholesky(likeness(track_of, smape_pct=50.0))
    plain, after, inside = [], [], []
    for _ in range(turns):
        errors = bias + SE * (root @ draw.normal(size=len(track_of)))
        scored = [Scored(told(50.0 + e), 50.0, price) for e, price in zip(errors[:-1], track_of, strict=False)]
        found = forecast_track(scored).corrected(told(50.0 + errors[-1]), track_of[-1])
        plain.append(errors[-1])
        after.append(found.smape_pct - 50.0)
        inside.append(found.low_pct <= 50.0 <= found.high_pct)
    return float(np.sqrt(np.mean(np.square(plain)))), float(np.sqrt(np.mean(np.square(after)))), float(np.mean(inside))


def files(count: int, spread: float) -> list[pd.Series]:
    base = prices(1000, 1.0)
    return [prices(seed, spread, of=base) for seed in range(count)]


@pytest.mark.parametrize(("n_scored", "spread"), [(3, 3.0), (6, 3.0), (3, 0.25), (5, 0.1)])
def test_without_a_bias_the_correction_costs_nothing_to_speak_of(n_scored: int, spread: float) -> None:
    plain, after, coverage = simulated(files(n_scored + 1, spread), bias=0.0, turns=600, seed=1)
    assert after <= 1.03 * plain
    assert coverage >= 0.88


@pytest.mark.parametrize(
    ("n_scored", "bias", "spread", "most"), [(3, 3.0, 3.0, 0.6), (6, 2.0, 3.0, 0.65), (5, 2.0, 0.25, 0.6)]
)
def test_with_a_bias_the_correction_helps(n_scored: int, bias: float, spread: float, most: float) -> None:
    plain, after, coverage = simulated(files(n_scored + 1, spread), bias=bias, turns=600, seed=2)
    assert after <= most * plain
    assert coverage >= 0.85


def test_scored_ones_are_those_with_a_forecast_a_score_and_a_file(tmp_path) -> None:
    ledger = Ledger(tmp_path)
    wanted = [
        ("all", told(50.0), 51.0),
        ("no score", told(50.0), None),
        ("no forecast", None, 51.0),
        ("withdrawn", told(50.0), 51.0),
        ("no file", told(50.0), 51.0),
    ]
    for place, (name, forecast, score) in enumerate(wanted):
        made = ledger.log(f"sample_id,price\na,{place + 1}\n".encode(), Submission(name, forecast=forecast))
        if score is not None:
            ledger.score(made.entry_id, score)
        if name == "withdrawn":
            ledger.withdraw(made.entry_id)
        if name == "no file":
            (tmp_path / "files" / f"{made.sha256}.csv").unlink()
    found = scored_ones(ledger.entries(), ledger.earlier())
    assert [(one.error_pct, one.price.to_dict()) for one in found] == [(-1.0, {"a": 1.0})]
    assert isinstance(forecast_track(found), Track)
    assert isinstance(ledger.earlier()[0], Earlier)
