"""The submission file that a strategy gives, to be taken and logged."""

from __future__ import annotations

import streamlit as st

from core.export import Clearance, Foretold, Judged, Submission
from core.strategies import BoardRow, Outcome, find_mixed
from core.train import model_title
from pages import _shell as shell
from pages._export.clearance import sentinel_verdicts
from pages._export.desk import Outgoing, desk
from pages._submissions.reading import read_ledger

KEY = "strategies"


def take_file(work: shell.Workspace, row: BoardRow) -> None:
    """A fold of the page: what a measured strategy gives, checked and cleared as any submission."""
    if row.state != "done" or row.outcome is None or not work.catalog.n_test:
        return
    fold = st.expander("Its submission", key=f"{KEY}.file", on_change="rerun", icon=":material/download:")
    if fold.open:
        with fold, shell.guard():
            _file(work, row, row.outcome)


def _file(work: shell.Workspace, row: BoardRow, outcome: Outcome) -> None:
    key = (f"{KEY}.mixed", work.catalog.key, str(work.store.root), outcome.made_from, outcome.created)
    mixed = shell.kept(key, lambda: find_mixed(row.strategy, outcome, work.catalog, store=work.store))
    if mixed is None:
        st.caption("Its predictions are no longer in the cache; run it again to take its file.")
        return
    if mixed.runs:
        seen = sentinel_verdicts(work, mixed.chosen, mixed.runs, mixed.plan, key=KEY)
        clearance = Clearance(() if seen is None else seen)
    else:
        # A constant has no column through which a price could have come.
        clearance = Clearance(binding=False)
    told = _foretold(outcome)
    found = desk(work, Outgoing(KEY, mixed.plan, mixed.runs, mixed.imported, mixed.chosen, told, clearance))
    if all(check.check == "not_earlier" for check in found.failed):
        _log(work, row, outcome, found)


def _log(work: shell.Workspace, row: BoardRow, outcome: Outcome, found: Judged) -> None:
    logged = outcome.sha256 in {entry.sha256 for entry in read_ledger(work).entries}
    if st.button(
        "Logged under Submissions" if logged else "Log it as submitted",
        key=f"{KEY}.log",
        disabled=logged,
        icon=":material/playlist_add_check:",
        help="Its leaderboard score, once typed in under Submissions, stands on this board.",
    ):
        members = {
            f"{model_title(member.family, member.loss)} {run_id[:6]}": outcome.weights[run_id]
            for member, run_id in zip(row.strategy.members, outcome.run_ids, strict=True)
        }
        sent = Submission(row.strategy.title, "", members, "strategy", outcome.oof_smape_pct, _foretold(outcome))
        read_ledger(work).ledger.log(found.data, sent)
        st.rerun()


def _foretold(outcome: Outcome) -> Foretold | None:
    told = outcome.forecast
    return None if told is None else Foretold(told["smape_pct"], told["low_pct"], told["high_pct"], told["level"])
