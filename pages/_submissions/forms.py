"""What the user types in: scores and notes, the budget, submissions made elsewhere; and the ledger to take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

import streamlit as st

from core.errors import InputError, ShelfpriceError
from core.export import BudgetSpec, Entry, Ledger, Submission, Wanted, check_past, ledger_csv, ledger_json
from core.export.ledger_events import NAME_CHARACTERS, NOTE_CHARACTERS, check_score
from core.store import canonical_json, hash_bytes
from pages import _shell as shell
from pages._submissions.reading import Reading

_FAILED: Final = "submissions.failed"


def entry_form(reading: Reading, entry: Entry) -> None:
    """Score, name, note and withdrawal of one submission."""
    here, submission = entry_key(entry), entry.submission
    with st.form(here):
        st.markdown(f"**Submission {shell.escaped(entry.title)}**")
        left, right = st.columns([1, 2])
        left.number_input(
            "Leaderboard score (SMAPE in %)",
            min_value=0.0,
            max_value=200.0,
            value=entry.leaderboard_smape_pct,
            format="%.4f",
            step=0.01,
            key=f"{here}.score",
            placeholder="not scored yet",
        )
        right.text_input("Name", value=submission.name, max_chars=NAME_CHARACTERS, key=f"{here}.name")
        st.text_area("Note", value=submission.note, max_chars=NOTE_CHARACTERS, key=f"{here}.note", height=80)
        st.checkbox(
            "Withdrawn: not submitted after all",
            value=entry.withdrawn,
            key=f"{here}.withdrawn",
            help="It then counts neither towards the budget nor towards the forecasts.",
        )
        st.form_submit_button(
            "Save", key=f"{here}.save", type="primary", on_click=_told, args=(_save_entry, reading.ledger, entry)
        )
    if len(entry.scores) > 1:
        history = ", ".join(f"{shell.smape(one.smape_pct)} on {one.typed:%d %B, %H:%M}" for one in entry.scores)
        st.caption(f"Scores typed in so far (UTC): {history}.")


def entry_key(entry: Entry) -> str:
    """Names the form of an entry in its present state: changed elsewhere, it is drawn anew."""
    state = [len(entry.scores), entry.submission.name, entry.submission.note, entry.withdrawn]
    return f"submissions.{entry.entry_id}.{hash_bytes(canonical_json(state).encode())[:8]}"


def _save_entry(ledger: Ledger, drawn: Entry) -> None:
    """Write what differs from the entry as it was drawn: what another window has changed meanwhile stays."""
    here, submission = entry_key(drawn), drawn.submission
    values = {name: shell.widget_value(f"{here}.{name}") for name in ("score", "name", "note", "withdrawn")}
    name, note = values["name"].strip(), values["note"].strip()
    if values["score"] != drawn.leaderboard_smape_pct:
        ledger.score(drawn.entry_id, values["score"])
    if (name, note) != (submission.name, submission.note):
        ledger.rename(drawn.entry_id, name=name, note=note)
    if values["withdrawn"] != drawn.withdrawn:
        ledger.withdraw(drawn.entry_id, withdrawn=values["withdrawn"])


def budget_form(reading: Reading) -> None:
    """What is left, as the competition's page says it."""
    budget, spec = reading.budget, reading.ledger.budget_as_set() or BudgetSpec()
    here = budget_key(reading)
    with st.form(here, border=False):
        today, per_day, in_all = st.columns(3)
        today.number_input("Left today", 0, value=budget.left_today if budget else None, key=f"{here}.left_today")
        per_day.number_input("Per day", 0, value=spec.per_day, key=f"{here}.per_day")
        in_all.number_input("Left in all", 0, value=budget.left_in_all if budget else None, key=f"{here}.left_in_all")
        at = spec.deadline.astimezone(UTC) if spec.deadline else None
        day, hour = st.columns(2)
        day.date_input("Deadline (UTC)", value=at.date() if at else None, key=f"{here}.day")
        hour.time_input("At (UTC)", value=at.time() if at else None, key=f"{here}.time", step=300)
        st.form_submit_button(
            "Set the budget", key=f"{here}.set", on_click=_told, args=(_save_budget, reading.ledger, here)
        )
    st.caption("As the competition's page says it now; leave blank what it does not say. What is logged counts down.")


def budget_key(reading: Reading) -> str:
    """Names the budget's form: with another number left it is drawn anew, or it would show what was left before."""
    budget = reading.budget
    return f"submissions.budget.{budget.left_today}.{budget.left_in_all}" if budget else "submissions.budget"


def _save_budget(ledger: Ledger, here: str) -> None:
    counts = {name: shell.widget_value(f"{here}.{name}") for name in ("left_today", "per_day", "left_in_all")}
    day, at = shell.widget_value(f"{here}.day"), shell.widget_value(f"{here}.time")
    if at is not None and day is None:
        raise InputError("the deadline has a time and no day.", "Give the day too.")
    # Without a time the whole day counts.
    deadline = None if day is None else datetime.combine(day, at or time(23, 59), tzinfo=UTC)
    ledger.set_budget(BudgetSpec(**counts, deadline=deadline))


def _told(save: Callable[..., None], *given: object) -> None:
    """Run a form's callback, which no guard of the page surrounds, and keep its error for the page."""
    try:
        save(*given)
    except ShelfpriceError as error:
        shell.session_list(_FAILED)[:] = [str(error)]


def show_failed() -> None:
    """The error of the last save, once."""
    failed = shell.session_list(_FAILED)
    if failed:
        st.error(shell.escaped(failed.pop()), icon=":material/error:")


def past_form(work: shell.Workspace, reading: Reading) -> None:
    """A file that was submitted before this ledger, or made elsewhere, with its score."""
    with st.form("submissions.past", border=False, clear_on_submit=False):
        file = st.file_uploader("The file that was submitted", type=("csv",), key="submissions.past_file")
        left, right = st.columns([1, 2])
        score = left.number_input(
            "Its leaderboard score (SMAPE in %)",
            min_value=0.0,
            max_value=200.0,
            value=None,
            format="%.4f",
            key="submissions.past_score",
        )
        name = right.text_input("Name", max_chars=NAME_CHARACTERS, key="submissions.past_name")
        if not st.form_submit_button("Add it", key="submissions.add_past"):
            return
    if file is None:
        raise InputError("no file was chosen.", "Choose the CSV that was submitted.")
    if score is not None:
        # Before anything is written: a file without its score would stay behind.
        check_score("leaderboard", score)
    data = file.getvalue()
    check_past(data, Wanted.of(work.catalog))
    made = reading.ledger.log(data, Submission(name.strip() or file.name[:NAME_CHARACTERS], elsewhere=True))
    if score is not None:
        reading.ledger.score(made.entry_id, score)
    st.rerun()


def downloads(reading: Reading) -> None:
    """The ledger as CSV and JSON, and where it lies."""
    with st.container(horizontal=True):
        for label, name, mime, make in (
            ("CSV", "submissions.csv", "text/csv", lambda: ledger_csv(reading.entries)),
            ("JSON", "submissions.json", "application/json", lambda: ledger_json(reading.ledger)),
        ):
            st.download_button(
                f"Download {label}",
                make,
                file_name=name,
                mime=mime,
                key=f"submissions.download_{name}",
                icon=":material/download:",
                on_click="ignore",
            )
    st.caption(f"The ledger and the submitted files lie in {shell.escaped(str(reading.ledger.folder))}.")
    for note in reading.ledger.notes():
        st.caption(shell.escaped(note))
