"""The change between two looks: its sign, its interval, and when it is called noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from core.gains import toggle_change


def test_the_change_is_after_minus_before_with_a_students_interval() -> None:
    before, after = np.array([10.0, 20.0, 30.0, 40.0]), np.array([9.0, 18.0, 27.0, 34.0])
    change = toggle_change(before, after, np.arange(4))
    # Differences −1, −2, −3, −6: mean −3, standard error √(4/3 · 14)/4.
    se = float(np.sqrt(4 / 3 * 14.0)) / 4
    half = float(t.ppf(0.975, 3)) * se
    assert change.change_pct == pytest.approx(-3.0)
    assert (change.low_pct, change.high_pct) == pytest.approx((-3 - half, -3 + half))
    assert (change.verdict, change.is_real) == ("noise", False)


@pytest.mark.parametrize(("shift", "verdict"), [(-1.0, "better"), (1.0, "worse"), (0.05, "noise")])
def test_a_change_beyond_the_noise_is_real(shift: float, verdict: str) -> None:
    draw = np.random.default_rng(0)
    before = draw.uniform(0, 100, 2000)
    after = before + shift + draw.normal(0, 3, 2000)
    assert toggle_change(before, after, np.arange(2000)).verdict == verdict


def test_rows_of_a_brand_count_as_one() -> None:
    before, after = np.zeros(400), np.where(np.arange(400) < 200, -2.0, 1.0)
    assert toggle_change(before, after, np.arange(400)).verdict == "better"
    assert toggle_change(before, after, np.arange(400) // 200).verdict == "noise"


def test_the_same_rows_changed_nothing() -> None:
    rows = np.arange(50.0)
    change = toggle_change(rows, rows, np.arange(50))
    assert (change.change_pct, change.verdict) == (0.0, "noise")


def test_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="rows before"):
        toggle_change(np.zeros(3), np.zeros(4), np.arange(3))
