"""How near the user's two scores come to each step of the ladder, by its level and by its change."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from core.shift.gap import GapStep
from core.shift.own_scores import OwnScores

SMALLEST_GAP_PCT = 0.05
"""A gap that rounds to nothing has no ratio to anything."""


def step_distances(steps: Sequence[GapStep], scores: OwnScores | None = None) -> pd.DataFrame:
    """A line a step, for a screen and for whoever reads the numbers.

    Returns:
        ``setting``, ``title``, ``smape_pct``, ``low_pct``, ``high_pct``, ``against`` (the setting compared
        with), ``change_pct``, ``change_low_pct``, ``change_high_pct``, ``verdict``, ``ratio`` (its SMAPE over the
        other's), ``note``; with ``scores`` also ``times_gap`` (its change over the user's gap, NaN without a gap),
        ``validation_from_pct`` and ``leaderboard_from_pct`` (the user's score less its level) and ``near`` (which of
        the two lies within its interval; the ladder's small model scores at a level of its own).
    """
    level = {step.setting: step.oof_smape_pct for step in steps}
    return pd.DataFrame(
        [
            {
                "setting": step.setting,
                "title": step.title,
                "smape_pct": step.oof_smape_pct,
                "low_pct": step.low_pct,
                "high_pct": step.high_pct,
                "against": step.against,
                "change_pct": step.change_pct,
                "change_low_pct": step.change_low_pct,
                "change_high_pct": step.change_high_pct,
                "verdict": step.verdict,
                "ratio": step.oof_smape_pct / level[step.against] if step.against in level else math.nan,
                "note": step.note,
                **({} if scores is None else _own(step, scores)),
            }
            for step in steps
        ]
    )


def _own(step: GapStep, scores: OwnScores) -> dict[str, float | str]:
    typed = {"validation": scores.validation_pct, "leaderboard": scores.leaderboard_pct}
    near = [name for name, value in typed.items() if step.low_pct <= value <= step.high_pct]
    gap = scores.gap_pct
    return {
        "times_gap": step.change_pct / gap if abs(gap) >= SMALLEST_GAP_PCT else math.nan,
        "validation_from_pct": scores.validation_pct - step.oof_smape_pct,
        "leaderboard_from_pct": scores.leaderboard_pct - step.oof_smape_pct,
        "near": " and ".join(near),
    }
