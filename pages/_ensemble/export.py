"""The submission: checked, cleared by the leak sentinel, then taken as a file or with all that makes it again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
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
    Judged,
    Wanted,
    bundle_bytes,
    judged,
    submission_frame,
    write_bundle,
)
from core.sentinel import Verdict
from core.store import write_atomic
from core.train import load_run, plan_of
from core.types import JsonDict
from pages import _shell as shell
from pages._ensemble.clearance import reason_for, sentinel_verdicts
from pages._ensemble.difference import difference

OUT_FOLDER = "out"
MARKS = {"pass": ":material/check_circle:", "warn": ":material/warning:", "fail": ":material/error:"}
AT_ONCE_ROWS = 10_000
"""Up to so many rows of both files the bundle is made with the page, in less than a second."""


def export(
    work: shell.Workspace,
    chosen: Blend,
    *,
    imported: Sequence[Member] = (),
    verdicts: Sequence[Verdict] = (),
    earlier: Sequence[Earlier] = (),
    forecast: JsonDict | None = None,
) -> None:
    """The whole part.

    Args:
        imported: Members of the blend that came from elsewhere.
        verdicts: What the sentinel says of those.
        earlier: Submissions made before.
        forecast: Of the blend, as in a report; None where nothing was foretold.
    """
    st.subheader("Submission", anchor=False)
    own = {one.name for one in imported}
    runs = [run for name in chosen.weights if name not in own and (run := load_run(name, store=work.store))]
    if not runs:
        shell.empty_state("No member of this blend was trained here, so that there are no folds to export with it.")
        return
    plan = plan_of(runs[0], work.catalog, store=work.store)
    seen = sentinel_verdicts(work, chosen, runs, plan)
    clearance = Clearance(() if seen is None else (*seen, *verdicts))
    frame = submission_frame(chosen.test_log_price)
    found = judged(frame, Wanted.of(work.catalog, earlier=earlier, clearance=clearance))
    show_checks(found.checks)
    against = found.failed
    if against and all(check.check in OVERRIDABLE for check in against):
        clearance = replace(clearance, reason=reason_for(against))
        found = judged(frame, Wanted.of(work.catalog, earlier=earlier, clearance=clearance))
    if not found.failed:
        told = Export(
            work.catalog,
            work.source,
            plan,
            runs,
            chosen,
            found,
            imported,
            clearance.reason,
            forecast,
            [one.to_json() for one in clearance.verdicts],
        )
        offer(work, told)
    difference(work, chosen, frame, earlier, None if forecast is None else float(str(forecast["smape_pct"])))


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
    key = ("ensemble.bundle", told.judged.sha256, told.catalog.read_key, *(run.key for run in told.runs), told.reason)
    try:
        with st.spinner(f"Packing {BUNDLE_NAME} …", show_time=True):
            return shell.kept((*key, str(told.forecast)), make)
    except (StorageError, InputError) as error:
        return str(error)


def _write(found: Judged, bundle: bytes | str, n_rows: int) -> None:
    folder = config.PROJECT_ROOT / OUT_FOLDER
    write_atomic(folder / SUBMISSION_NAME, found.data)
    names = [SUBMISSION_NAME]
    if isinstance(bundle, bytes):
        names.append(write_bundle(bundle, folder).name)
    st.success(f"Written: {', '.join(str(Path(OUT_FOLDER) / name) for name in names)}, {shell.rows(n_rows)}.")
