"""The rule and its words."""

from __future__ import annotations

import numpy as np

from core.gains.paired import Gain
from core.gains.suggest import suggest
from core.gains.verdict import reason_of, verdict_of


def gain(points: float, se: float = 0.1) -> Gain:
    return Gain(points, se, 0.0, se, (points - 1.6 * se, points + 1.6 * se), (points - 2 * se, points + 2 * se), 0.5)


def test_only_what_survives_the_adjustment_gets_a_verdict():
    assert verdict_of(gain(0.5), 0.099) == "gain"
    assert verdict_of(gain(-0.5), 0.01) == "hurts"
    assert verdict_of(gain(0.5), 0.101) == "no gain"


def test_reasons_say_which_way_smape_moved():
    away, alone = gain(0.5), gain(3.0)
    assert reason_of("gain", alone, away, on=True, n_others=7) == (
        "It earns its place: taken away from the 7 others, +0.50 points of SMAPE, 90 % between +0.34 and +0.66."
    )
    assert "added to the 8 others, −0.50 points of SMAPE, 90 % between −0.66 and −0.34" in (
        reason_of("gain", alone, away, on=False, n_others=8)
    )
    assert reason_of("no gain", alone, gain(0.0), on=True, n_others=7).endswith("worth 3.00; the others tell the same.")
    assert "others tell the same" not in reason_of("no gain", gain(0.1), gain(0.0), on=True, n_others=7)
    assert "harm" in reason_of("hurts", alone, gain(-0.5), on=True, n_others=7)
    assert "against the median" in reason_of("gain", alone, away, on=True, n_others=0)


def test_twins_do_not_both_go():
    # b and c tell the same: neither has a gain, and without both the score is far worse.
    score = {"a": 60.0, "ab": 50.0, "ac": 50.05, "abc": 50.0, "b": 70.0}

    def rows(blocks: frozenset[str]) -> list[np.ndarray]:
        return [np.full(4, score["".join(sorted(blocks))])]

    def compare(without, having) -> Gain:
        return gain(float(np.mean(without[0]) - np.mean(having[0])))

    found = suggest(frozenset("abc"), frozenset("a"), {"a": 9.0, "b": 3.0, "c": 4.0}, rows, compare)
    assert (found.blocks, found.smape_pct) == (("a", "c"), 50.05)
    assert abs(found.against_chosen.gain_pct - 0.05) < 1e-9


def test_without_any_gain_the_best_alone_stays():
    def rows(_blocks: frozenset[str]) -> list[np.ndarray]:
        return [np.full(4, 70.0)]

    found = suggest(frozenset("ab"), frozenset(), {"a": 1.0, "b": 2.0}, rows, lambda _one, _two: gain(0.0))
    assert found.blocks == ("b",)
