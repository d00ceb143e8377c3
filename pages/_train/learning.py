"""The learning curve: what more rows would bring, measured with fewer and extrapolated to the full size."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd
import streamlit as st

from core.figures import runs as figures
from core.jobs import JobStatus, read_feed
from core.plans import plan_asked
from core.runs import CurveSpec, LearningCurve, curve_seconds, latest_curve
from core.train import TrainSpec
from core.types import JsonDict
from pages import _shell as shell
from pages._train.foretold import foretold
from pages._train.plans import NOT_YET, drawn, titled

SUB_SAMPLES = 3


def learning_tab(work: shell.Workspace, spec: TrainSpec, params: JsonDict) -> None:
    """The last curve, and the button that measures one for the settings chosen above.

    Args:
        spec: Of the run chosen above.
        params: The same as a job takes it.
    """
    name = plan_asked(params)
    plan = drawn(work, name)
    if plan is None:
        shell.empty_state(f"{NOT_YET}. Train a run on them, or take a quick look above.")
        return
    found = latest_curve(plan, store=work.store)
    if found is None:
        shell.empty_state("No learning curve on this data yet. It says what more rows like these would bring.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        full = st.number_input(
            "Full size, train rows", min_value=100, value=75_000, step=1000, key="train.curve_rows", width=170
        )
        wanted = CurveSpec(spec, seeds=SUB_SAMPLES, full_rows=int(full))
        seconds = curve_seconds(foretold(work, spec, plan).seconds, wanted)
        done = found is not None and found.spec == wanted
        job = shell.start_job_button(
            "Measured" if done else f"Measure, about {seconds / 60:.0f} min" if seconds > 90 else "Measure the curve",
            "curve",
            {**params, "seeds": SUB_SAMPLES, "full_rows": int(full)},
            title=titled(f"Learning curve to {shell.rows(int(full))}", name),
            key="train.curve",
            disabled=done,
            help="Fits the blocks chosen above on a tenth to all of the fit rows, three sub-samples each; every point"
            " is scored on the same rows, and all that is made for a sub-sample is made from its rows alone.",
        )
    if job is not None and job.active:
        _running(job)
    if found is not None:
        _show(found)


def _running(job: JobStatus) -> None:
    @shell.fragment(run_every=2.0)
    def so_far() -> None:
        points = [
            (n, score) for curve in read_feed(job.job_id).values() for n, score in zip(curve.x, curve.y, strict=True)
        ]
        if points:
            said = "; ".join(f"{n:,.0f}: {score:.2f} %" for n, score in sorted(points))
            st.caption(f"So far, by fit rows: {said}")

    so_far()


def _show(found: LearningCurve) -> None:
    full, (low, high) = found.full, found.full_interval_90_pct
    now = max(point.n_fit for point in found.points)
    last = [point.smape_pct for point in found.points if point.n_fit == now]
    shell.headlines(
        [
            shell.Headline(f"SIMULATED, {found.spec.full_rows:,} rows", shell.smape(full.smape_pct), "extrapolated"),
            shell.Headline(
                "90 % of it, these rows",
                f"{full.low_pct:.2f} to {full.high_pct:.2f}",
                f"{low:.2f} to {high:.2f} on other rows of this kind",
                "Noise of the sub-samples and of fitting, and doubt about the curve's form; not that it might bend.",
            ),
            shell.Headline(f"Now, {found.n_rows:,} rows", shell.smape(sum(last) / len(last)), "mean over model seeds"),
        ]
    )
    shell.chart(
        figures.learning_curve(
            pd.DataFrame([asdict(point) for point in found.points]),
            pd.DataFrame([asdict(point) for point in found.line]),
            now,
        ),
        key="train.learning",
        alt="score over rows with its extrapolation",
    )
    tested = ""
    if found.left_out is not None and found.left_out_smape_pct is not None:
        before = max(point.n_fit for point in found.points if point.n_fit < now)
        held = found.left_out.low_pct <= found.left_out_smape_pct <= found.left_out.high_pct
        ends = shell.interval(found.left_out.low_pct, found.left_out.high_pct, 0.9)
        tested = (
            f" Tested on what is known: from the smaller sizes alone the largest was foretold as"
            f" {shell.smape(found.left_out.smape_pct)} ({ends}),"
            f" measured {shell.smape(found.left_out_smape_pct)}: {'inside' if held else 'OUTSIDE'}. That reaches"
            f" {now / before:.1f} times as far as was measured, the full size {full.n_fit / now:.1f} times."
        )
    st.caption(
        f"{shell.rows(len(found.spec.train.blocks), 'block')}, {shell.rows(len(found.points), 'point')}, each scored"
        f" out of fold on the same {shell.rows(found.n_rows, 'train row')}. The form a + b·n^−c is averaged over c; a"
        f" line in log n is one of them.{tested}"
    )
