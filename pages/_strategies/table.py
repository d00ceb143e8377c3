"""The board as a table and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.figures import strategies as figures
from core.strategies import BoardRow
from pages import _shell as shell

AGAINST: Mapping[str, str] = {"best": "the best", "real": "real", "noise": "noise", "unknown": ""}
FEASIBLE: Mapping[str, str] = {"yes": "yes", "no": "NO", "unknown": ""}
COLUMNS = {
    "strategy": st.column_config.TextColumn("strategy", pinned=True),
    "validation": st.column_config.NumberColumn("validation", format="%.2f %%", help="Out of fold, weights nested"),
    "forecast": st.column_config.NumberColumn("forecast", format="%.2f %%", help="Of the test score"),
    "interval": st.column_config.TextColumn("90 % of it"),
    "gap": st.column_config.NumberColumn("gap", format="%+.2f", help="Forecast minus validation"),
    "leaderboard": st.column_config.NumberColumn(
        "leaderboard", format="%.2f %%", help="As typed in for the file that the strategy gives; see Submissions"
    ),
    "cold": st.column_config.TextColumn(
        "cold", help="From an empty cache to the blend. ~: foretold from a timed sample; =: measured part by part"
    ),
    "warm": st.column_config.TextColumn("warm", help="Once more with everything in the cache"),
    "memory": st.column_config.NumberColumn("memory", format="%.1f GiB", help="At its highest"),
    "behind": st.column_config.NumberColumn("behind the best", format="%+.2f"),
    "verdict": st.column_config.TextColumn(
        "verdict", help="Against the best. Real: more than other rows or another seed would move it"
    ),
    "per_hour": st.column_config.NumberColumn(
        "gain an hour", format="%.1f", help="Points below the best of all others, for each hour of its cold run"
    ),
    "feasible": st.column_config.TextColumn("in the time left", help="From the deadline under Submissions"),
}


def board_lines(rows: Sequence[BoardRow]) -> list[dict[str, object]]:
    """One line a strategy, in the words of the screen."""
    return [
        {
            "strategy": row.strategy.title,
            "state": "measured" if row.state == "done" else row.state,
            "validation": _number(row.smape_pct),
            "forecast": _number(row.forecast_pct),
            "interval": _interval(row),
            "gap": _number(row.gap_pct),
            "leaderboard": _number(row.leaderboard_pct),
            "behind": _number(row.behind_pct),
            "verdict": AGAINST[row.against],
            "cold": _cold(row),
            "feasible": FEASIBLE[row.feasible],
            "per_hour": _number(row.gain_per_hour_pct),
            "warm": _seconds(row.outcome.warm_seconds) if row.outcome else "",
            "memory": _number(row.outcome.peak_gib) if row.outcome else None,
        }
        for row in rows
    ]


def picture(rows: Sequence[BoardRow], hours_left: float | None) -> None:
    """Score against time, once something is measured."""
    done = [row for row in rows if row.state == "done" and row.outcome is not None]
    if not done:
        return
    table = pd.DataFrame(
        {
            "title": [row.strategy.title for row in done],
            "seconds": [max(0.1, row.cold_seconds) for row in done],
            "smape_pct": [row.smape_pct for row in done],
            "low_pct": [row.outcome.low_pct for row in done if row.outcome],
            "high_pct": [row.outcome.high_pct for row in done if row.outcome],
            "forecast_pct": [row.forecast_pct for row in done],
            "on_frontier": [row.on_frontier for row in done],
        }
    )
    shell.chart(
        figures.score_against_time(table, seconds_left=None if hours_left is None else 3600 * hours_left),
        key="strategies.picture",
        alt="score of each strategy against the seconds it takes, with the frontier",
    )


def _cold(row: BoardRow) -> str:
    said = _seconds(row.cold_seconds)
    if row.outcome is None or row.outcome.costs is None:
        return f"~ {said}" if said else ""
    return f"= {said}" if row.outcome.in_parts else said


def _interval(row: BoardRow) -> str:
    told = row.outcome.forecast if row.outcome else None
    return f"{told['low_pct']:.1f} to {told['high_pct']:.1f}" if told else ""


def _seconds(value: float) -> str:
    return "" if value != value else shell.seconds(value)


def _number(value: float) -> float | None:
    return None if value != value else value
