"""The smallest set that scores like the chosen one.

Taking away one block at a time cannot tell whether two that say the same may both go. So the blocks with a gain start,
and the others come back, the best alone first, until the set is within one standard error of the chosen blocks (the
one-standard-error rule; Breiman and others 1984: of models that cannot be told apart, the smallest).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.gains.paired import Gain
from core.gains.report import Suggestion
from core.types import FloatArray

Rows = Callable[[frozenset[str]], Sequence[FloatArray]]
"""Rows of SMAPE of a set, one array a seed."""


def suggest(
    chosen: frozenset[str],
    with_gain: frozenset[str],
    alone_pct: Mapping[str, float],
    rows: Rows,
    compare: Callable[[Sequence[FloatArray], Sequence[FloatArray]], Gain],
) -> Suggestion:
    """Blocks with a gain, and as many of the other chosen ones as it takes.

    Args:
        alone_pct: Gain alone of every block; decides the order of coming back.
        compare: Rows without and rows with, to the gain.
    """
    waiting = sorted(chosen - with_gain, key=lambda name: (-alone_pct[name], name))
    kept = set(with_gain)
    if not kept:
        kept.add(waiting.pop(0))
    reference = rows(chosen)
    while True:
        mine = rows(frozenset(kept))
        lost = compare(mine, reference)
        if not waiting or lost.gain_pct <= lost.se_pct:
            return Suggestion(tuple(sorted(kept)), float(np.mean([np.mean(seed) for seed in mine])), lost)
        kept.add(waiting.pop(0))
