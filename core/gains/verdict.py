"""Gain, no gain, or hurts: the rule, and its reason in words.

A block is judged by what is lost when it is taken away from the chosen ones (or won when it is added to them), because
that is what switching it decides. With several blocks something always looks like a gain, so the p-values are adjusted
by Holm's method over the whole table, at 10 % for both directions together, as the 90 % intervals that stand beside
them: the chance that any block without an effect reads as a gain is at most one in twenty, and as much that it reads as
harm. "No gain" says that none could be shown on these rows, not that there is none.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from core.gains.paired import Gain

Verdict: TypeAlias = Literal["gain", "no gain", "hurts"]
LEVEL = 0.10


def verdict_of(away: Gain, p_holm: float) -> Verdict:
    """The verdict from the gain among the chosen blocks and its adjusted p-value."""
    if p_holm > LEVEL:
        return "no gain"
    return "gain" if away.gain_pct > 0 else "hurts"


def reason_of(verdict: Verdict, alone: Gain, away: Gain, *, on: bool, n_others: int) -> str:
    """One sentence, or two, with the numbers.

    Args:
        on: True when the block is one of the chosen ones and was taken away, False when it was added.
        n_others: Chosen blocks beside it.
    """
    deed = f"{'taken away from' if on else 'added to'} the {n_others} others" if n_others else "against the median"
    moved = -away.gain_pct if not on else away.gain_pct
    low, high = sorted((-end for end in away.interval_90_pct) if not on else away.interval_90_pct)
    numbers = f"{moved:+.2f} points of SMAPE, 90 % between {low:+.2f} and {high:+.2f}".replace("-", "−")
    said = {
        "gain": f"It earns its place: {deed}, {numbers}.",
        "hurts": f"It does harm: {deed}, {numbers}.",
        "no gain": f"No measured gain: {deed}, {numbers}.",
    }[verdict]
    if verdict == "no gain" and alone.interval_90_pct[0] > 0:
        said += f" By itself it is worth {alone.gain_pct:.2f}; the others tell the same."
    return said
