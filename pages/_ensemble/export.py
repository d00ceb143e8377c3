"""The submission: checked, cleared by the leak sentinel, then taken as a file or with all that makes it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import streamlit as st

from core import config
from core.blend import Blend
from core.errors import InputError, StorageError
from core.export import (
    BUNDLE_NAME,
    OVERRIDABLE,
    SUBMISSION_NAME,
    Check,
    Clearance,
    Earlier,
    Export,
    Judged,
    Wanted,
    bundle_bytes,
    judged,
    submission_frame,
    write_bundle,
)
from core.sentinel import Verdict
from core.store import hash_bytes, write_atomic
from pages import _shell as shell
from pages._ensemble.clearance import reason_for, sentinel_verdicts
from pages._ensemble.difference import difference
from pages._ensemble.log import log_submission
from pages._ensemble.roster import Roster, examined
from pages._submissions.reading import foretold, read_ledger

OUT_FOLDER = "out"
MARKS = {"pass": ":material/check_circle:", "warn": ":material/warning:", "fail": ":material/error:"}
AT_ONCE_ROWS = 10_000
"""Up to so many rows of both files the bundle is made with the page, in less than a second."""


def export(work: shell.Workspace, roster: Roster, chosen: Blend) -> None:
    """The whole part; every member of ``chosen`` that has a weight has predictions of the test rows."""
    st.subheader("Submission", anchor=False)
    runs = [run for name, run in roster.runs.items() if name in chosen.weights]
    imported = [one.member for name, one in roster.brought.items() if name in chosen.weights and one.member.has_test]
    earlier, told_of = read_ledger(work).earlier, foretold(work, chosen.nested_smape_pct)
    seen = sentinel_verdicts(work, chosen, runs, roster.plan)
    clearance = Clearance(() if seen is None else (*seen, *_of_brought(work, roster, chosen)))
    frame = submission_frame(chosen.test_log_price)
    found = _judged(work, chosen, frame, earlier, clearance)
    show_checks(found.checks)
    against = found.failed
    if against and all(check.check in OVERRIDABLE for check in against):
        clearance = replace(clearance, reason=reason_for(against))
        found = _judged(work, chosen, frame, earlier, clearance)
    if not found.failed:
        told = Export(
            work.catalog,
            work.source,
            roster.plan,
            runs,
            chosen,
            found,
            imported,
            clearance.reason,
            None if told_of is None else dict(vars(told_of)),
            [one.to_json() for one in clearance.verdicts],
        )
        offer(work, told)
    # One that is logged already is told so there, too.
    if all(check.check == "not_earlier" for check in found.failed):
        log_submission(work, frame, found.data, chosen)
    difference(work, chosen, frame, earlier, None if told_of is None else told_of.smape_pct)


def _judged(
    work: shell.Workspace, chosen: Blend, frame: pd.DataFrame, earlier: Sequence[Earlier], clearance: Clearance
) -> Judged:
    """Looked at once: writing the rows and holding them against every file before takes long at full size."""
    prices = hash_bytes(chosen.test_log_price.to_numpy(dtype="float64").tobytes())
    key = (
        "ensemble.judged",
        work.catalog.key,
        prices,
        repr(clearance),
        *(f"{one.sha256} {one.name}" for one in earlier),
    )
    return shell.kept(key, lambda: judged(frame, Wanted.of(work.catalog, earlier=earlier, clearance=clearance)))


def _of_brought(work: shell.Workspace, roster: Roster, chosen: Blend) -> list[Verdict]:
    """What the sentinel says of the members from elsewhere that have a weight, each with its member's name."""
    return [
        replace(one, evidence=f"{roster.titles[name]}: {one.evidence}")
        for name, verdicts in examined(work, roster).items()
        if chosen.weights.get(name, 0.0)
        for one in verdicts
    ]


def show_checks(checks: Sequence[Check]) -> None:
    """What does not pass stands open with its remedy; the rest in a fold."""
    for check in checks:
        if check.verdict != "pass":
            # What a reason may overrule is not broken.
            say = st.error if check.verdict == "fail" and check.check not in OVERRIDABLE else st.warning
            say(
                shell.escaped(f"{shell.plain(check.check)}: {check.evidence}. {check.remedy}"),
                icon=MARKS[check.verdict],
            )
    passed = sum(check.verdict == "pass" for check in checks)
    said = "all pass" if passed == len(checks) else f"{passed} pass"
    with st.expander(f"{shell.rows(len(checks), 'check')}, {said}", key="ensemble.checks"):
        st.markdown(
            "\n\n".join(
                f"{MARKS[check.verdict]} **{shell.plain(check.check)}** · {shell.escaped(check.evidence)}"
                for check in checks
            )
        )


def offer(work: shell.Workspace, told: Export) -> None:
    """The file, the bundle with its size, and both into the project's ``out`` folder."""
    bundle = _bundle(work, told)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download {SUBMISSION_NAME}",
            told.judged.data,
            file_name=SUBMISSION_NAME,
            mime="text/csv",
            key="ensemble.download",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        if isinstance(bundle, bytes):
            st.download_button(
                f"Download {BUNDLE_NAME} ({size(len(bundle))})",
                bundle,
                file_name=BUNDLE_NAME,
                mime="application/zip",
                key="ensemble.bundle",
                icon=":material/folder_zip:",
                on_click="ignore",
                help="The file with its models, settings, seeds, versions and checks: `python -m core reproduce"
                " bundle.zip --train … --test … --out …` makes the same file again, byte for byte.",
            )
        if st.button(f"Write to {OUT_FOLDER}/", key="ensemble.write", icon=":material/save:"):
            _write(told.judged, bundle, len(told.catalog.items.test))
    if isinstance(bundle, str) and bundle:
        st.caption(shell.escaped(f"No bundle: {bundle}"))


def size(n_bytes: int) -> str:
    """``12.3 MB``, ``640 kB``."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(1, round(n_bytes / 1e3))} kB"


def _bundle(work: shell.Workspace, told: Export) -> bytes | str:
    """The zip; why there is none; or ``""`` while it has not been asked for."""
    at_once = work.catalog.n_train + work.catalog.n_test <= AT_ONCE_ROWS
    make: Callable[[], bytes] = partial(bundle_bytes, told, store=work.store)
    if not at_once and not st.toggle(
        f"Make {BUNDLE_NAME} too",
        key="ensemble.make_bundle",
        help="With models, settings, versions and checks, to make the same file again; some seconds at this size.",
    ):
        return ""
    # Beside the file's bytes, which follow from data, models and weights, the manifest tells what was found of them.
    said = hash_bytes(repr((told.mixed.weights, told.judged.checks, told.forecast, told.sentinel)).encode())
    key = ("ensemble.bundle", told.judged.sha256, told.catalog.key, *(run.key for run in told.runs), told.reason, said)
    try:
        with st.spinner(f"Packing {BUNDLE_NAME} …", show_time=True):
            return shell.kept(key, make)
    except (StorageError, InputError) as error:
        return str(error)


def _write(found: Judged, bundle: bytes | str, n_rows: int) -> None:
    folder = config.PROJECT_ROOT / OUT_FOLDER
    write_atomic(folder / SUBMISSION_NAME, found.data)
    names = [SUBMISSION_NAME]
    if isinstance(bundle, bytes):
        names.append(write_bundle(bundle, folder).name)
    st.success(f"Written: {', '.join(str(Path(OUT_FOLDER) / name) for name in names)}, {shell.rows(n_rows)}.")
