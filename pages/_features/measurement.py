"""Starting a measurement of gains, with the time that it takes, and saying what the last one rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from core.embed import is_whole
from core.folds import FoldPlan
from core.gains import ANCHOR, Foretold, GainReport, GainSpec, foretell, timed_sample
from core.types import BlockInfo
from pages import _shell as shell

ORDERINGS: Final = {0: "none", 4: "4 orderings", 10: "10 orderings", 30: "30 orderings"}


def measurement(
    work: shell.Workspace,
    plan: FoldPlan,
    infos: Mapping[str, BlockInfo],
    chosen: list[str],
    keys: Mapping[str, str],
    report: GainReport | None,
) -> None:
    """What was measured and on what; the button that measures, with the time that it will take."""
    if report is None:
        shell.empty_state("No gain was measured on this data yet. The button says how long it takes.")
    else:
        st.caption(said_of(report, infos))
    if not chosen:
        st.caption("Switch a block on to measure.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        orderings = st.selectbox(
            "Shapley shares",
            list(ORDERINGS),
            format_func=ORDERINGS.__getitem__,
            key="features.orderings",
            help="A block's part of the whole gain over the median price, averaged over orders in which the blocks"
            " could have come. Each ordering is fitted with its reverse; more of them, narrower intervals.",
            width=160,
        )
        measured = tuple(name for name in infos if name in chosen or not is_whole(name))
        spec = GainSpec(
            tuple(chosen), measured, anchor=tuple(name for name in ANCHOR if name in infos), orderings=orderings
        )
        pace = shell.kept(("gains.pace", str(work.catalog.n_train)), lambda: timed_sample(plan, rounds=spec.rounds))
        ahead = foretell(work.catalog, plan, spec, pace, keys, store=work.store)
        done = report is not None and report.spec == spec
        shell.start_job_button(
            "Measured" if done else ahead_text(ahead),
            "gains",
            {"source": work.source.to_json(), "spec": spec.to_json()},
            title=f"Gains of {shell.rows(len(spec.measured), 'block')}",
            key="features.measure",
            disabled=done,
            help=f"{ahead.n_fits} small fits, {ahead.n_cached} of them cached, and some for the suggested set; the"
            " time is by " + ("what those cost here." if ahead.measured else "a timed sample on this machine."),
        )
    if ahead.to_make and not done:
        made = ", ".join(infos[name].title for name in ahead.to_make)
        st.caption(f"Still to be made for these folds, which comes on top: {shell.escaped(made)}.")
    if report is not None and set(report.spec.chosen) != set(chosen):
        st.info("The gains below were measured around another set of blocks. Measure again; what is cached is reused.")


def ahead_text(ahead: Foretold) -> str:
    """The button's words, with the time that it will take."""
    if ahead.n_cached == ahead.n_fits:
        return "Measure gains, every fit is cached"
    return f"Measure gains, about {shell.seconds(max(1.0, ahead.seconds))}"


def said_of(report: GainReport, infos: Mapping[str, BlockInfo]) -> str:
    """Rows, folds, model, seeds, scores and rule, in a few sentences."""
    spec = report.spec
    anchor = ", ".join(infos[name].title for name in spec.anchor if name in infos) or "the median price"
    seeds = f"seeds {spec.seed} to {spec.seed + spec.seeds - 1}" if spec.seeds > 1 else f"seed {spec.seed}"
    return (
        f"Measured on {shell.rows(report.n_rows, 'train row')}, out of fold on {report.n_folds} {report.plan_kind}"
        f" folds (seed {report.plan_seed}), by a small LightGBM of {spec.rounds} rounds ({seeds}). SMAPE:"
        f" {shell.smape(report.chosen_smape_pct)} with {shell.rows(len(spec.chosen), 'chosen block')},"
        f" {shell.smape(report.anchor_smape_pct)} with what blocks are added to alone ({shell.escaped(anchor)}),"
        f" {shell.smape(report.median_smape_pct)} by the median price. Intervals are 90 %, rows clustered by brand,"
        f" with the noise of fitting again (one fit varies by {report.chosen_refit_sd_pct:.2f}). A verdict is by what"
        " happens when the block is taken away, and holds for all blocks together (Holm, 5 % each way)."
    )
