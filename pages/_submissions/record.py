"""What was submitted: the charts, how good the forecasts have been, and the table that picks one."""

from __future__ import annotations

import math

import streamlit as st

from core.export import ENOUGH, Entry, Track, ledger_frame
from core.figures import submissions as figures
from pages import _shell as shell
from pages._submissions.reading import Reading


def show_charts(reading: Reading) -> None:
    """Scores by submission, the gaps, and what they say of the forecasts."""
    frame = ledger_frame(reading.counting)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Validation, forecast and leaderboard**")
        shell.chart(figures.scores_by_submission(frame), key="submissions.scores", alt="scores by submission")
    with right:
        st.markdown("**The gap: above 0 it came out worse**")
        if reading.scored:
            shell.chart(figures.gap_by_submission(frame), key="submissions.gap", alt="gap by submission")
        else:
            shell.empty_state("Enter a leaderboard score below to see the gap.", icon=":material/pin:")
    st.markdown(said_of(reading.track))


def said_of(track: Track) -> str:
    """How good the forecasts have been, in words."""
    n = len(track.scored)
    if not n:
        return "No submission with a forecast is scored yet: how good the forecasts are is not known."
    inside = f"{track.n_inside} of {shell.rows(n, 'score')} within the forecast's interval"
    if math.isclose(track.mean_pct, 0.0, abs_tol=0.005):
        off = "on average the forecasts were right"
    else:
        way = "too low" if track.mean_pct < 0 else "too high"
        off = f"on average the forecasts were {abs(track.mean_pct):.2f} points {way}"
    low, high = sorted((-track.low_pct, -track.high_pct))
    range_said = f"leaderboard less forecast {shell.delta(low)} to {shell.delta(high)} at 90 %"
    alike = (
        f" Files that are alike share a vote: they count as {track.n_independent:.1f} independent ones."
        if n > 1
        else ""
    )
    if n < ENOUGH:
        then = f" The next is corrected once {ENOUGH} are scored."
    elif track.bias_pct:
        shift = shell.delta(-track.bias_pct)
        then = f" The next is corrected by {shift}, and by their own errors as far as it is like them."
    else:
        then = " The interval holds 0, so the next is corrected only as far as it is like these, by their own errors."
    return f"**Forecasts:** {inside}; {off} ({range_said}).{alike}{then}"


def pick_entry(reading: Reading) -> Entry:
    """The table, newest first; returns the one that is selected, the newest without a selection."""
    newest = list(reversed(reading.entries))
    st.markdown("**All submissions**")
    place = shell.pick_row(
        [_line(entry) for entry in newest], key=f"submissions.table.{len(newest)}", columns=_columns()
    )
    return newest[place]


def _line(entry: Entry) -> dict[str, object]:
    submission = entry.submission
    told = submission.forecast
    return {
        "number": entry.number,
        "logged (UTC)": entry.logged,
        "name": submission.name,
        "validation": submission.validation_smape_pct,
        "forecast": told.smape_pct if told else None,
        "interval": f"{told.low_pct:.2f} to {told.high_pct:.2f}" if told else None,
        "leaderboard": entry.leaderboard_smape_pct,
        "leaderboard less forecast": None if entry.error_pct is None else -entry.error_pct,
        "status": "withdrawn" if entry.withdrawn else "made elsewhere" if submission.elsewhere else "logged",
        "members": ", ".join(f"{name} {weight:.2f}" for name, weight in submission.members.items()),
        "note": submission.note,
        "file": entry.sha256[:12],
    }


def _columns() -> dict[str, object]:
    score = st.column_config.NumberColumn(format="%.2f %%")
    return {
        "logged (UTC)": st.column_config.DatetimeColumn(format="D MMM, HH:mm", timezone="UTC"),
        "validation": score,
        "forecast": score,
        "leaderboard": score,
        "leaderboard less forecast": st.column_config.NumberColumn(format="%+.2f"),
        "file": st.column_config.TextColumn(help="The first characters of the file's SHA-256"),
    }
