"""Two runs side by side: why the number changed, by how much, and whether that is real."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.figures import runs as figures
from core.runs import Comparison, changes, compare_runs
from core.train import RunRecord, load_run
from core.types import BlockInfo
from pages import _shell as shell
from pages._train.pick import pick_run
from pages._train.plans import different_plans


def compare_tab(work: shell.Workspace, runs: list[RunRecord], infos: Mapping[str, BlockInfo]) -> None:
    """Pick two runs of this catalogue; what differs, and the verdict."""
    if len(runs) < 2:
        shell.empty_state("Two runs on this data are needed. Train another one, with other blocks or settings.")
        return
    left, right = st.columns(2)
    with left:
        one = pick_run(runs, "First run", key="train.first", index=1)
    with right:
        other = pick_run(runs, "Second run", key="train.second", index=0)
    if one.run_id == other.run_id:
        st.caption("Twice the same run: nothing differs.")
        return
    different_plans(one, other)
    _verdict(work, runs, one, other)
    _changes(one, other, infos)


def _verdict(work: shell.Workspace, runs: list[RunRecord], one: RunRecord, other: RunRecord) -> None:
    loaded = [load_run(run.run_id, store=work.store) for run in (one, other)]
    if loaded[0] is None or loaded[1] is None:
        shell.empty_state("The predictions of one of them are no longer in the cache. Train it again with its blocks.")
        return
    with st.spinner("Comparing row by row …"):
        found = compare_runs(loaded[0], loaded[1], work.catalog, runs, store=work.store)
    real = found.verdict == "real"
    better = found.gain.gain_pct > 0
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(
            found.verdict,
            icon=":material/check_circle:" if real else ":material/blur_on:",
            color=("green" if better else "red") if real else "gray",
        )
        st.markdown(shell.escaped(found.said))
    low, high = found.gain.interval_95_pct
    shell.chart(
        figures.difference(found.gain.gain_pct, low, high, found.fold_gain_pct, real=real),
        key="train.difference",
        alt="change of SMAPE with its interval",
    )
    st.caption(said_of(found))


def said_of(found: Comparison) -> str:
    """What the verdict rests on."""
    known = (
        f"from {shell.rows(found.noise.n_pairs, 'pair')} of these settings with other seeds and the measured default"
        if found.noise.n_pairs
        else "the measured default; train either again with other seeds to measure it here"
    )
    return (
        f"Paired by {shell.rows(found.n_rows, 'train row')} out of fold, in {found.n_clusters:,} brands and rows"
        f" without one; rows alone give a standard error of {found.gain.rows_se_pct:.2f}, fitting both again adds"
        f" {found.gain.refit_se_pct:.2f} ({known}). Real: a difference like this comes by chance in fewer than one"
        f" pair of equal runs in twenty (here p {found.gain.p_value:.3f}); who tries twenty things finds one."
    )


def _changes(one: RunRecord, other: RunRecord, infos: Mapping[str, BlockInfo]) -> None:
    found = changes(one, other, {name: info.title for name, info in infos.items()})
    st.markdown("**Why did this number change?**")
    if not found:
        st.caption("Nothing that was written down differs.")
        return
    table = pd.DataFrame(
        [{"what": change.what, "of": change.kind, "first": change.one, "second": change.other} for change in found]
    )
    shell.table(table, key="train.changes")
    if {change.kind for change in found} == {"settings"} and [change.what for change in found] == ["seed"]:
        st.caption("Only the seed differs: whatever the difference is, it is noise.")
    if not (one.facts.known and other.facts.known):
        st.caption("One of them is from a version that did not write down how its blocks were read.")
