"""The file goes into the ledger of submissions, with what is foretold for it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.blend import Blend
from core.export import SUBMISSION_NAME, Candidate, Submission
from core.export.ledger_events import NAME_CHARACTERS, NOTE_CHARACTERS
from core.train import list_runs, model_title
from core.types import ID, PRICE
from pages import _shell as shell
from pages._submissions.reading import foretold, keep_next, read_ledger
from pages._submissions.verdict import show_verdict


def log_submission(work: shell.Workspace, frame: pd.DataFrame, data: bytes, chosen: Blend) -> None:
    """A fold of the page: whether this file is worth a submission, and the button that logs it.

    Args:
        frame: ``sample_id`` and ``price``; checked by the caller.
        data: The same as they are offered for download, which may go against a check for a reason.
        chosen: The blend that made it.
    """
    keep_next(work, frame, chosen.nested_smape_pct)
    fold = st.expander(
        "Log this submission", key="ensemble.log_open", on_change="rerun", icon=":material/playlist_add_check:"
    )
    if fold.open:
        with fold, shell.guard():
            _form(work, frame, data, chosen)


def _form(work: shell.Workspace, frame: pd.DataFrame, data: bytes, chosen: Blend) -> None:
    reading, forecast = read_ledger(work), foretold(work, chosen.nested_smape_pct)
    price = pd.Series(frame[PRICE].to_numpy(), index=pd.Index(frame[ID], name=ID), name=PRICE)
    show_verdict(Candidate(price, forecast), reading)
    if forecast is None:
        st.page_link("pages/overview.py", label="Measure the forecast: run it all", icon=":material/insights:")
    with st.form("ensemble.log", border=False):
        name = st.text_input("Name", max_chars=NAME_CHARACTERS, key="ensemble.log_name", placeholder="two families")
        note = st.text_area(
            "Note", max_chars=NOTE_CHARACTERS, key="ensemble.log_note", height=80, placeholder="What is new in it?"
        )
        if st.form_submit_button("Log it", key="ensemble.log_button", icon=":material/playlist_add_check:"):
            made = reading.ledger.log(
                data,
                Submission(
                    name.strip(),
                    note.strip(),
                    _titled(work, chosen),
                    chosen.method,
                    chosen.nested_smape_pct,
                    forecast,
                ),
            )
            st.success(
                f"Logged as submission {shell.escaped(made.title)}. Upload {SUBMISSION_NAME}, then enter its score.",
                icon=":material/check_circle:",
            )
    st.page_link("pages/submissions.py", label="Submissions", icon=":material/leaderboard:")


def _titled(work: shell.Workspace, chosen: Blend) -> dict[str, float]:
    """Weights by what the screens call the members; a member of no weight is left out."""
    runs = list_runs(work.catalog.key, store=work.store)
    titles = {run.run_id: f"{model_title(run.family, run.loss)} {run.run_id[:6]}" for run in runs}
    return {titles.get(name, name): weight for name, weight in chosen.weights.items() if weight}
