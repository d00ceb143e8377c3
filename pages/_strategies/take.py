"""The submission file that a strategy gives, to be taken and logged."""

from __future__ import annotations

import streamlit as st

from core.export import SUBMISSION_NAME, Foretold, Judged, Submission, Wanted, judged, submission_frame
from core.strategies import BoardRow, find_predictions
from core.train import model_title
from pages import _shell as shell
from pages._submissions.reading import read_ledger


def take_file(work: shell.Workspace, row: BoardRow) -> None:
    """Download and log what a measured strategy gives, where its predictions are still there and pass the checks."""
    if row.state != "done" or row.outcome is None or not work.catalog.n_test:
        return
    made_of = row.outcome.made_from
    key = ("strategies.file", work.catalog.key, str(work.store.root), made_of, row.outcome.created)
    found = shell.kept(key, lambda: _file(work, made_of))
    if found is None:
        st.caption("Its predictions are no longer in the cache; run it again to take its file.")
        return
    for check in found.failed:
        said = f"{shell.plain(check.check)}: {check.evidence}. {check.remedy}"
        st.error(shell.escaped(said), icon=":material/error:")
    if found.failed:
        return
    logged = row.outcome.sha256 in {entry.sha256 for entry in read_ledger(work).entries}
    with st.container(horizontal=True):
        st.download_button(
            f"Download its {SUBMISSION_NAME}",
            found.data,
            file_name=SUBMISSION_NAME,
            mime="text/csv",
            key="strategies.download",
            icon=":material/download:",
            on_click="ignore",
        )
        if st.button(
            "Logged under Submissions" if logged else "Log it as submitted",
            key="strategies.log",
            disabled=logged,
            icon=":material/playlist_add_check:",
            help="Its leaderboard score, once typed in under Submissions, stands on this board.",
        ):
            read_ledger(work).ledger.log(found.data, _submission(row))
            st.rerun()


def _file(work: shell.Workspace, made_of: str) -> Judged | None:
    kept = find_predictions(made_of, store=work.store)
    return None if kept is None else judged(submission_frame(kept[1]), Wanted.of(work.catalog))


def _submission(row: BoardRow) -> Submission:
    told = row.outcome.forecast if row.outcome else None
    forecast = None if told is None else Foretold(told["smape_pct"], told["low_pct"], told["high_pct"], told["level"])
    runs = () if row.outcome is None else row.outcome.run_ids
    members = {
        f"{model_title(member.family, member.loss)} {run_id[:6]}": row.outcome.weights[run_id]
        for member, run_id in zip(row.strategy.members, runs, strict=True)
        if row.outcome
    }
    return Submission(row.strategy.title, "", members, "strategy", row.smape_pct, forecast)
