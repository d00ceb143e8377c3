"""Submissions: what was handed in, what the leaderboard said, and whether the next is worth one of those left."""

from __future__ import annotations

import streamlit as st

from pages import _shell as shell
from pages._submissions.forms import budget_form, downloads, entry_form, past_form, show_failed
from pages._submissions.reading import Reading, next_one, read_ledger
from pages._submissions.record import pick_entry, show_charts
from pages._submissions.top import show_top


def body(work: shell.Workspace, reading: Reading) -> None:
    """The page once something was logged."""
    show_top(reading, next_one(work))
    show_charts(reading)
    entry = pick_entry(reading)
    with shell.guard():
        entry_form(reading, entry)


with shell.page("Submissions", "Is another submission worth one of those left, and have the forecasts held?"):
    work = shell.workspace()
    reading = read_ledger(work)
    show_failed()
    if reading.entries:
        body(work, reading)
    else:
        shell.empty_state("Nothing is logged yet. Blend your runs, download the file, and log it beside the download.")
        st.page_link("pages/ensemble.py", label="Ensemble & export", icon=":material/balance:")
    for title, draw in (
        ("Budget and deadline", lambda: budget_form(reading)),
        ("Add a submission made elsewhere", lambda: past_form(work, reading)),
        ("Take the ledger with you", lambda: downloads(reading)),
    ):
        with st.expander(title), shell.guard():
            draw()
