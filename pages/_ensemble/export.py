"""The blend as a submission: its checks, its file, its place in the ledger."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.blend import Blend
from core.export import Clearance, submission_frame
from core.sentinel import Verdict
from pages import _shell as shell
from pages._ensemble.difference import difference
from pages._ensemble.log import log_submission
from pages._ensemble.roster import Roster, examined
from pages._export.clearance import sentinel_verdicts
from pages._export.desk import Outgoing, desk
from pages._submissions.reading import foretold, read_ledger

KEY = "ensemble"


def export(work: shell.Workspace, roster: Roster, chosen: Blend) -> None:
    """The whole part; every member of ``chosen`` that has a weight has predictions of the test rows."""
    st.subheader("Submission", anchor=False)
    runs = [run for name, run in roster.runs.items() if name in chosen.weights]
    imported = [one.member for name, one in roster.brought.items() if name in chosen.weights and one.member.has_test]
    told = foretold(work, chosen.nested_smape_pct)
    seen = sentinel_verdicts(work, chosen, runs, roster.plan, key=KEY)
    clearance = Clearance(() if seen is None else (*seen, *_of_brought(work, roster, chosen)))
    found = desk(work, Outgoing(KEY, roster.plan, runs, imported, chosen, told, clearance))
    frame = submission_frame(chosen.test_log_price)
    # One that is logged already is told so there, too.
    if all(check.check == "not_earlier" for check in found.failed):
        log_submission(work, frame, found.data, chosen)
    difference(work, chosen, frame, read_ledger(work).earlier, None if told is None else told.smape_pct)


def _of_brought(work: shell.Workspace, roster: Roster, chosen: Blend) -> list[Verdict]:
    """What the sentinel says of the members from elsewhere that have a weight, each with its member's name."""
    return [
        replace(one, evidence=f"{roster.titles[name]}: {one.evidence}")
        for name, verdicts in examined(work, roster).items()
        if chosen.weights.get(name, 0.0)
        for one in verdicts
    ]
