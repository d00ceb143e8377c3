"""What to do next, in one sentence made from the board's numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.spans import span
from core.strategies.board import BoardRow

WORTH_PCT = 0.5
"""Points of SMAPE below which a gain over a much cheaper strategy is called small."""
MUCH_CHEAPER = 5.0


def advice(rows: Sequence[BoardRow], *, hours_left: float | None = None) -> str:
    """The next step and its reason.

    >>> advice([])
    'There is no strategy to weigh. Save one, or take back those that were hidden.'
    """
    if not rows:
        return "There is no strategy to weigh. Save one, or take back those that were hidden."
    done = [row for row in rows if row.state == "done"]
    if hours_left is not None and hours_left <= 0:
        return _over(done)
    waiting = [row for row in rows if row.state in ("not run", "out of date") and row.feasible != "no"]
    if not done:
        return _first(waiting)
    best = min(done, key=lambda row: (row.smape_pct, row.cold_seconds))
    return f"{_standing(best, done)} {_next(best, waiting, rows)}".rstrip()


def _over(done: Sequence[BoardRow]) -> str:
    if not done:
        return "The deadline is over and nothing was measured."
    best = min(done, key=lambda row: row.smape_pct)
    return f"The deadline is over; {_named(best)} was the best, at {_score(best)}."


def _first(waiting: Sequence[BoardRow]) -> str:
    known = [row for row in waiting if row.foretold is not None]
    if not known:
        return "Nothing is measured yet. Run all: the cheap ones come first and give the others something to beat."
    total = sum(row.foretold.total for row in known if row.foretold is not None)
    return (
        f"Nothing is measured yet. Run all: {len(known)} strategies are foretold to take {_time(total)} together, and"
        " the cheap ones come first."
    )


def _standing(best: BoardRow, done: Sequence[BoardRow]) -> str:
    """The best, and what is as good or nearly so for much less time."""
    said = f"{_named(best)} is the best so far, at {_score(best)} in {_time(best.cold_seconds)}"
    cheap = [row for row in done if row is not best and MUCH_CHEAPER * row.cold_seconds <= best.cold_seconds]
    alike = [row for row in done if row.against == "noise"]
    if alike:
        other = min(alike, key=lambda row: row.cold_seconds)
        if other.cold_seconds < best.cold_seconds:
            return (
                f"{said}, but {_named(other)} at {_score(other)} cannot be told from it and takes"
                f" {_time(other.cold_seconds)}: take the cheaper one."
            )
    if cheap:
        other = min(cheap, key=lambda row: row.smape_pct)
        if 0 < other.behind_pct < WORTH_PCT:
            return (
                f"{said}; {_named(other)} is only {other.behind_pct:.2f} points behind in {_time(other.cold_seconds)}."
            )
    return f"{said}."


def _next(best: BoardRow, waiting: Sequence[BoardRow], rows: Sequence[BoardRow]) -> str:
    if waiting:
        known = [row for row in waiting if row.foretold is not None]
        if not known:
            return f"Next: run {_named(waiting[0])}, whose time nothing tells yet."
        row = min(known, key=lambda row: row.foretold.total if row.foretold is not None else np.inf)
        seconds = row.foretold.total if row.foretold is not None else float("nan")
        return f"Next: run {_named(row)}, foretold to take {_time(seconds)}; it has {_score(best)} to beat."
    failed = [row for row in rows if row.state == "failed"]
    if failed and failed[0].outcome is not None:
        return f"Next: {_named(failed[0])} lacks something: {failed[0].outcome.error}"
    if any(row.feasible == "no" for row in rows if row.state == "not run"):
        return "What is left would not be done before the deadline: submit the best."
    if best.gap_pct > 2:
        return (
            f"Everything was measured. Its forecast is {best.gap_pct:.2f} points above its validation: the gap, not the"
            " model, is what is left to work on; see Brand shift."
        )
    return "Everything was measured: submit the best."


def _named(row: BoardRow) -> str:
    return f"“{row.strategy.title}”"


def _score(row: BoardRow) -> str:
    return f"{row.smape_pct:.2f} %"


def _time(seconds: float) -> str:
    return "an unknown time" if np.isnan(seconds) else span(max(1.0, seconds))
