"""What the overview says of the submissions."""

from __future__ import annotations

import streamlit as st

from pages import _shell as shell
from pages._submissions.reading import next_one, read_ledger
from pages._submissions.top import to_deadline


def ledger_line(work: shell.Workspace) -> None:
    """One line with the best score, what is left and the next forecast, once something was logged."""
    reading = read_ledger(work)
    if not reading.counting:
        return
    best, budget, candidate = reading.best, reading.budget, next_one(work)
    parts = [
        f"best score {shell.smape(best.leaderboard_smape_pct)} of {len(reading.scored)} scored"
        if best
        else f"{len(reading.counting)} logged, none scored yet"
    ]
    if budget is not None:
        counts = ((budget.left_today, "left today"), (budget.left_in_all, "in all"))
        parts += [f"{count} {what}" for count, what in counts if count is not None]
        parts += [f"{to_deadline(budget)} to the deadline"] if budget.hours_left is not None else []
    if candidate is not None and candidate.forecast is not None:
        told = reading.track.corrected(candidate.forecast, candidate.price)
        parts.append(f"next foretold {shell.smape(told.smape_pct)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**Submissions:** {', '.join(parts)}.")
        st.page_link("pages/submissions.py", label="Submissions", icon=":material/leaderboard:")
