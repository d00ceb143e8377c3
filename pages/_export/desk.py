"""The submission: checked, cleared by the leak sentinel, then taken as a file or with all that makes it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import streamlit as st

from core import config
from core.blend import Blend, Member
from core.errors import InputError, StorageError
from core.export import (
    BUNDLE_NAME,
    OVERRIDABLE,
    SUBMISSION_NAME,
    Check,
    Clearance,
    Earlier,
    Export,
    Foretold,
    Judged,
    Wanted,
    bundle_bytes,
    judged,
    submission_frame,
    write_bundle,
)
from core.folds import FoldPlan
from core.store import hash_bytes, write_atomic
from core.train import Run
from pages import _shell as shell
from pages._export.clearance import reason_for
from pages._submissions.reading import read_ledger

OUT_FOLDER = "out"
MARKS = {"pass": ":material/check_circle:", "warn": ":material/warning:", "fail": ":material/error:"}
AT_ONCE_ROWS = 10_000
"""Up to so many rows of both files the bundle is made with the page, in less than a second."""


@dataclass(frozen=True)
class Outgoing:
    """What a file is made of; every member with a weight has predictions of the test rows.

    Attributes:
        key: Beginning of the widgets' keys.
        imported: Members that are no runs.
        told: The forecast that goes into the manifest; None for none.
        clearance: What the leak sentinel said.
    """

    key: str
    plan: FoldPlan
    runs: Sequence[Run]
    imported: Sequence[Member]
    chosen: Blend
    told: Foretold | None
    clearance: Clearance


def desk(work: shell.Workspace, going: Outgoing) -> Judged:
    """Checks, a field for the reason where one may overrule them, and the file as soon as nothing stands against it."""
    earlier, clearance = read_ledger(work).earlier, going.clearance
    found = _judged(work, going, earlier, clearance)
    show_checks(found.checks, key=going.key)
    against = found.failed
    if against and all(check.check in OVERRIDABLE for check in against):
        clearance = replace(clearance, reason=reason_for(against, key=going.key))
        found = _judged(work, going, earlier, clearance)
    if not found.failed:
        told = Export(
            work.catalog,
            work.source,
            going.plan,
            list(going.runs),
            going.chosen,
            found,
            list(going.imported),
            clearance.reason,
            None if going.told is None else dict(vars(going.told)),
            [one.to_json() for one in clearance.verdicts],
        )
        _offer(work, told, going.key)
    return found


def _judged(work: shell.Workspace, going: Outgoing, earlier: Sequence[Earlier], clearance: Clearance) -> Judged:
    """Looked at once: writing the rows and holding them against every file before takes long at full size."""
    test = going.chosen.test_log_price
    prices = hash_bytes(test.to_numpy(dtype="float64").tobytes())
    key = (
        "export.judged",
        work.catalog.key,
        prices,
        repr(clearance),
        *(f"{one.sha256} {one.name}" for one in earlier),
    )
    wanted = Wanted.of(work.catalog, earlier=earlier, clearance=clearance)
    return shell.kept(key, lambda: judged(submission_frame(test), wanted))


def show_checks(checks: Sequence[Check], *, key: str) -> None:
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
    with st.expander(f"{shell.rows(len(checks), 'check')}, {said}", key=f"{key}.checks"):
        st.markdown(
            "\n\n".join(
                f"{MARKS[check.verdict]} **{shell.plain(check.check)}** · {shell.escaped(check.evidence)}"
                for check in checks
            )
        )


def _offer(work: shell.Workspace, told: Export, key: str) -> None:
    """The file, the bundle with its size, and both into the project's ``out`` folder."""
    bundle = _bundle(work, told, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            f"Download {SUBMISSION_NAME}",
            told.judged.data,
            file_name=SUBMISSION_NAME,
            mime="text/csv",
            key=f"{key}.download",
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
                key=f"{key}.bundle",
                icon=":material/folder_zip:",
                on_click="ignore",
                help="The file with its models, settings, seeds, versions and checks: `python -m core reproduce"
                " bundle.zip --train … --test … --out …` makes the same file again, byte for byte.",
            )
        if st.button(f"Write to {OUT_FOLDER}/", key=f"{key}.write", icon=":material/save:"):
            _write(told.judged, bundle, len(told.catalog.items.test))
    if isinstance(bundle, str) and bundle:
        st.caption(shell.escaped(f"No bundle: {bundle}"))


def size(n_bytes: int) -> str:
    """``12.3 MB``, ``640 kB``."""
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e6 else f"{max(1, round(n_bytes / 1e3))} kB"


def _bundle(work: shell.Workspace, told: Export, key: str) -> bytes | str:
    """The zip; why there is none; or ``""`` while it has not been asked for."""
    at_once = work.catalog.n_train + work.catalog.n_test <= AT_ONCE_ROWS
    make: Callable[[], bytes] = partial(bundle_bytes, told, store=work.store)
    if not at_once and not st.toggle(
        f"Make {BUNDLE_NAME} too",
        key=f"{key}.make_bundle",
        help="With models, settings, versions and checks, to make the same file again; some seconds at this size.",
    ):
        return ""
    # Beside the file's bytes, which follow from data, models and weights, the manifest tells what was found of them.
    said = hash_bytes(repr((told.mixed.weights, told.judged.checks, told.forecast, told.sentinel)).encode())
    kept = ("export.bundle", told.judged.sha256, told.catalog.key, *(run.key for run in told.runs), told.reason, said)
    try:
        with st.spinner(f"Packing {BUNDLE_NAME} …", show_time=True):
            return shell.kept(kept, make)
    except (StorageError, InputError) as error:
        return str(error)


def _write(found: Judged, bundle: bytes | str, n_rows: int) -> None:
    folder = config.PROJECT_ROOT / OUT_FOLDER
    write_atomic(folder / SUBMISSION_NAME, found.data)
    names = [SUBMISSION_NAME]
    if isinstance(bundle, bytes):
        names.append(write_bundle(bundle, folder).name)
    st.success(f"Written: {', '.join(str(Path(OUT_FOLDER) / name) for name in names)}, {shell.rows(n_rows)}.")
