"""Search of settings within a budget, and what the winner gains on rows that the search did not see."""

from __future__ import annotations

import streamlit as st

from core.figures import runs as figures
from core.jobs import JobStatus, read_feed
from core.plans import plan_asked
from core.runs import Tuned, TuneSpec, latest_tuned
from core.train import TrainSpec
from core.types import JsonDict
from pages import _shell as shell
from pages._train.plans import NOT_YET, drawn, titled

TUNED_FAMILIES = ("lightgbm", "xgboost")


def tuning_tab(work: shell.Workspace, spec: TrainSpec, params: JsonDict) -> None:
    """The last search for the family chosen above, and the button that searches.

    Args:
        spec: Of the run chosen above.
        params: The same as a job takes it.
    """
    if spec.family not in TUNED_FAMILIES:
        shell.empty_state("This family has nothing to tune. Choose LightGBM or XGBoost above.")
        return
    name = plan_asked(params)
    plan = drawn(work, name)
    if plan is None:
        shell.empty_state(f"{NOT_YET}. Train a run on them, or take a quick look above.")
        return
    found = latest_tuned(plan, spec.family, store=work.store)
    if found is None:
        shell.empty_state("No search on this data yet. It tries settings for as long as you allow and can be stopped.")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = st.number_input(
            "Minutes", min_value=1, max_value=24 * 60, value=10, step=5, key="train.minutes", width=110
        )
        job = shell.start_job_button(
            "Search settings",
            "tune",
            {**params, "minutes": int(minutes)},
            title=titled(f"Settings, {minutes} min", name),
            key="train.tune",
            disabled=found is not None and found.spec == TuneSpec(spec, float(minutes)),
            help="For the blocks chosen above. Trials are kept: stopped, killed or asked for more minutes, the search"
            " goes on from where it was. The two runs at the end come on top of the minutes.",
        )
    if job is not None and job.active:
        _running(job)
    elif found is not None:
        _show(found)


def _running(job: JobStatus) -> None:
    @shell.fragment(run_every=2.0)
    def so_far() -> None:
        trials = read_feed(job.job_id).get("trials")
        if trials is None:
            st.caption("Reading and making the blocks of the search's folds.")
            return
        shell.chart(figures.search_history(trials.x, trials.y), key="train.search_live", alt="trials so far")

    so_far()


def _show(found: Tuned) -> None:
    real, better = found.verdict == "real", found.gain.gain_pct > 0
    low, high = found.gain.interval_95_pct
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(
            found.verdict,
            icon=":material/check_circle:" if real else ":material/blur_on:",
            color=("green" if better else "red") if real else "gray",
        )
        st.markdown(
            f"Against the settings it started from, SMAPE changes by **{shell.delta(-found.gain.gain_pct)}**"
            f" ({shell.delta(-high)} to {shell.delta(-low)} at 95 %) on the"
            f" {shell.rows(found.n_unseen, 'row')} that no trial was judged by."
        )
    said = ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in found.found.items())
    st.markdown(f"Best: {shell.escaped(said)} · run {found.best_run_id[:6]} on the leaderboard")
    left, right = st.columns([3, 2])
    with left:
        numbers = [number + 1 for number, _ in found.history]
        shell.chart(
            figures.search_history(numbers, [score for _, score in found.history]), key="train.search", alt="trials"
        )
    with right:
        if found.importance:
            shell.chart(figures.importance_bars(found.importance), key="train.importance", alt="importance of settings")
        else:
            st.caption("Too few completed trials to say which setting matters.")
    st.caption(
        f"{shell.rows(found.n_trials, 'trial')}, {found.n_pruned} of them stopped early, {found.minutes:.1f} min. The"
        f" search saw {shell.smape(found.start_search_smape_pct)} at the start and"
        f" {shell.smape(found.best_search_smape_pct)} at best, on two folds of another plan; the second was chosen for"
        f" being low. Over all rows the page's folds read"
        f" {shell.smape(found.start_oof_smape_pct)} and {shell.smape(found.best_oof_smape_pct)}."
    )
