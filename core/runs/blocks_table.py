"""The picture of score by blocks as plain tables, for the figure and for the table below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.runs.by_blocks import RunPoint, Step
from core.runs.forward import ForwardPath
from core.train import model_title

_RUNS = ("n_blocks", "smape_pct", "title", "best", "frontier", "verdict", "change_pct", "low_pct", "high_pct", "run_id")
_PATH = ("n_blocks", "title", "smape_pct", "change_pct", "low_pct", "high_pct", "verdict")


def runs_table(points: Sequence[RunPoint], steps: Sequence[Step], titles: Mapping[str, str]) -> pd.DataFrame:
    """A line a run.

    Args:
        steps: Between neighbours of the frontier.
        titles: Block name to what a screen calls it.

    Returns:
        ``n_blocks``, ``smape_pct``, ``title``, ``best``, ``frontier``, ``verdict`` ("real", "noise", or "" where
        nothing was compared), ``change_pct`` of SMAPE from the run before on the frontier with ``low_pct`` and
        ``high_pct`` (95 %; NaN without), ``run_id``.
    """
    found = {step.other.run_id: step.found for step in steps}
    rows = []
    for point in points:
        run = point.run
        step = found.get(run.run_id)
        low, high = (float("nan"),) * 2 if step is None else step.gain.interval_95_pct
        blocks = ", ".join(titles.get(name, name) for name in run.blocks)
        rows.append(
            (
                point.n_blocks,
                run.oof_smape_pct,
                f"{model_title(run.family, run.loss)}: {blocks}",
                point.best,
                point.frontier,
                "" if step is None else step.verdict,
                float("nan") if step is None else -step.gain.gain_pct,
                -high,
                -low,
                run.run_id,
            )
        )
    return pd.DataFrame(rows, columns=list(_RUNS)).astype({"best": bool, "frontier": bool})


def path_table(path: ForwardPath | None, titles: Mapping[str, str]) -> pd.DataFrame:
    """A line a step of a forward path; none without a path.

    Returns:
        ``n_blocks``, ``title`` of the block added, ``smape_pct`` of the quick look, ``change_pct`` with ``low_pct`` and
        ``high_pct`` (95 %; NaN for the first), ``verdict`` ("better", "worse", "noise", "" for the first).
    """
    rows = []
    for place, step in enumerate(path.steps if path else (), start=1):
        change = step.change
        numbers = (float("nan"),) * 3 if change is None else (change.change_pct, change.low_pct, change.high_pct)
        verdict = "" if change is None else str(change.verdict)
        rows.append((place, titles.get(step.block, step.block), step.smape_pct, *numbers, verdict))
    return pd.DataFrame(rows, columns=list(_PATH))
