"""Training while it runs: the validation curve of each fold as it grows, and what finished folds reached."""

from __future__ import annotations

import streamlit as st

from core.figures import runs as figures
from core.jobs import JobStatus, list_jobs, read_feed
from pages import _shell as shell

LOOK_EVERY_S = 1.0


def live_curves(work: shell.Workspace) -> None:
    """The curves of the training job that runs on this data, if one does; they look again every second."""
    source = work.source.to_json()
    running = [job for job in list_jobs() if job.kind == "train" and job.active and job.params.get("source") == source]
    if running:
        # The oldest is the one at work; the others wait behind it.
        shell.fragment(run_every=LOOK_EVERY_S)(_curves)(running[-1], len(running) - 1)


def _curves(job: JobStatus, waiting: int) -> None:
    # In the folds' order and not in that of their first rounds: a fold keeps its colour.
    curves = {title: curve for title, curve in sorted(read_feed(job.job_id).items()) if curve.x}
    with st.container(border=True):
        more = f" · {shell.rows(waiting, 'more run')} queued" if waiting else ""
        st.markdown(f"**{shell.escaped(job.title)}, folds at work**{more}")
        if not curves:
            st.caption("Reading and making the blocks; the curves start with the first round.")
            return
        shell.chart(
            figures.live_curves({title: (curve.x, curve.y) for title, curve in curves.items()}),
            key="train.live",
            alt="validation SMAPE by round for each fold",
        )
        done = [f"{title} {curve.said}" for title, curve in curves.items() if curve.said]
        st.caption(
            ("Finished: " + "; ".join(done) + ". " if done else "")
            + "A fold's own best round is a little too good: the run's score gives each fold the rounds that the others"
            " chose."
        )
