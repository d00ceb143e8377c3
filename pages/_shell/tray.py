"""The job tray in the sidebar, and the button that puts a job into it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.jobs import JobStatus, cancel_job, forget_job, list_jobs, resume_job, start_job
from core.types import JsonDict
from pages._shell import words
from pages._shell.guard import fragment
from pages._shell.reports import section

LOOK_EVERY_S: Final = 1.0
ENDED_SHOWN: Final = 3
_ACTIVE = "shell.active_jobs"
_MARKS: Final = {
    "queued": ":material/schedule:",
    "running": ":material/progress_activity:",
    "done": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "paused": ":material/pause_circle:",
    "interrupted": ":material/power_off:",
}


def job_tray() -> None:
    """Active jobs with progress and a cancel button, then the last that ended; looks again while one is active."""
    jobs = list_jobs()
    active = [job.job_id for job in jobs if job.active]
    st.session_state[_ACTIVE] = active
    if jobs:
        st.caption("Jobs")
        fragment(run_every=LOOK_EVERY_S if active else None)(_tray)()


def start_job_button(
    label: str,
    kind: str,
    params: JsonDict,
    *,
    title: str,
    key: str,
    help: str | None = None,
    primary: bool = True,
    disabled: bool = False,
    icon: str = ":material/play_arrow:",
) -> JobStatus | None:
    """A button that starts a job, and that is off while the same job is active.

    Returns:
        The same work's latest job, by kind and parameters, or None when there has been none.
    """
    latest = latest_job(kind, params)
    active = latest is not None and latest.active
    clicked = st.button(
        f"{label} (running)" if active else label,
        key=key,
        type="primary" if primary else "secondary",
        disabled=disabled or active,
        help=help,
        icon=icon,
    )
    if clicked and not active:
        start_job(kind, params, title=title)
        st.rerun()
    if latest is not None and active:
        st.caption("Progress and cancel are in the sidebar; the page shows the result when it is there.")
    elif latest is not None and latest.state == "failed":
        st.error(words.escaped(latest.error or "the last attempt failed"), icon=":material/error:")
    return latest


def latest_job(kind: str, params: JsonDict) -> JobStatus | None:
    """The newest job of this kind with these parameters."""
    return next((job for job in list_jobs() if job.kind == kind and job.params == params), None)


def _tray() -> None:
    jobs = list_jobs()
    if {job.job_id for job in jobs if job.active} != set(st.session_state.get(_ACTIVE, [])):
        # A job has ended or appeared since the page was drawn: the page shows its result now.
        st.rerun(scope="app")
    active = [job for job in jobs if job.active]
    ended = [job for job in jobs if not job.active]
    for job in active + ended[:ENDED_SHOWN]:
        with st.container(border=True, gap="small"):
            _show(job)


def _show(job: JobStatus) -> None:
    took = "" if job.started is None or job.finished is None else f" · {words.seconds(job.finished - job.started)}"
    st.markdown(f"{_MARKS[job.state]} **{words.escaped(job.title)}**  \n{job.state}{took}")
    if job.active:
        st.progress(job.fraction, text=f"{words.percent(100 * job.fraction, 0)} · {words.escaped(job.message)}")
        if st.button("Cancel", key=f"shell.cancel.{job.job_id}", icon=":material/stop:"):
            cancel_job(job.job_id)
            st.rerun(scope="app")
        return
    if score := _score(job):
        st.caption(f"SMAPE {words.smape(score)}, out of fold")
    if job.error:
        st.caption(f":red[{words.escaped(job.error)}]")
    _ended_buttons(job)


def _ended_buttons(job: JobStatus) -> None:
    with st.container(horizontal=True):
        if job.state != "done" and st.button("Resume", key=f"shell.resume.{job.job_id}", icon=":material/replay:"):
            resume_job(job.job_id)
            st.rerun(scope="app")
        if st.button("Dismiss", key=f"shell.forget.{job.job_id}", icon=":material/close:"):
            forget_job(job.job_id)
            st.rerun(scope="app")


def _score(job: JobStatus) -> float | None:
    """The out-of-fold score in a job's result, of a run or of the whole way."""
    result = job.result or {}
    score = section(result, "cv").get("smape_pct", result.get("oof_smape_pct"))
    return float(score) if isinstance(score, int | float) else None
