"""The encoding while it runs: how fast, what is the limit, how long still, what failed; pause and resume."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.embed import Gauge, read_gauge
from core.jobs import JobStatus, cancel_job, list_jobs, pause_job, resume_job
from pages import _shell as shell

LOOK_EVERY_S: Final = 1.0
KIND: Final = "embed"
_LIMITS: Final = {
    "decoding": "The model waits for photos: more cores, or a faster disk, would help.",
    "computing": "Photos wait for the model: a smaller model, or a graphics card, would help.",
}
_STOPPED: Final = ("paused", "interrupted")


def draw() -> None:
    """The panel; nothing where no encoding runs, waits or is paused."""
    job = _latest()
    if job is None or not (job.active or job.state in _STOPPED):
        return
    shell.fragment(run_every=LOOK_EVERY_S if job.active else None)(_panel)()


def _latest() -> JobStatus | None:
    jobs = [job for job in list_jobs() if job.kind == KIND]
    return next((job for job in jobs if job.active), jobs[0] if jobs else None)


def _panel() -> None:
    job = _latest()
    if job is None:
        return
    with st.container(border=True):
        st.markdown(f"**{shell.escaped(job.title)}**: {_state(job)}")
        gauge = read_gauge(job.message)
        if job.active and gauge is not None:
            shell.headlines(_numbers(gauge))
        st.progress(job.fraction, text=_progress(job, gauge))
        _buttons(job)


def _state(job: JobStatus) -> str:
    if job.pausing:
        return "pausing after the batch under way"
    if job.state == "paused":
        return "paused; what is finished is kept, and nothing of it is done again"
    if job.state == "interrupted":
        return "interrupted; what is finished is kept"
    return job.state


def _numbers(gauge: Gauge) -> list[shell.Headline]:
    noun = gauge.noun.capitalize()
    left = shell.seconds(gauge.left_s) if gauge.items_per_second else "not known yet"
    return [
        shell.Headline(f"{noun} a second", f"{gauge.items_per_second:,.1f}", help="Over the last quarter of a minute."),
        shell.Headline("The limit is", gauge.limit, help=_LIMITS.get(gauge.limit, "")),
        shell.Headline("Time left", left, help="At this rate, for this part; the next part has its own."),
        shell.Headline("Failed", f"{gauge.failed:,}", help="The tab Statuses says why, once the job has ended."),
    ]


def _progress(job: JobStatus, gauge: Gauge | None) -> str:
    done = shell.percent(100.0 * job.fraction, 0)
    if gauge is None:
        return f"{done} · {shell.escaped(job.message)}" if job.active else done
    return f"{done} · {gauge.noun}, {gauge.done:,} of {gauge.total:,}"


def _buttons(job: JobStatus) -> None:
    with st.container(horizontal=True):
        if job.active:
            if st.button("Pause", key="embed.pause", icon=":material/pause:", disabled=job.pausing, help=_PAUSE_HELP):
                pause_job(job.job_id)
                st.rerun(scope="app")
            if st.button("Cancel", key="embed.cancel", icon=":material/stop:"):
                cancel_job(job.job_id)
                st.rerun(scope="app")
        elif job.state in _STOPPED and st.button("Resume", key="embed.resume", icon=":material/play_arrow:"):
            resume_job(job.job_id)
            st.rerun(scope="app")


_PAUSE_HELP: Final = "Stops after the batch under way and frees processor and memory; jobs behind it go ahead."
