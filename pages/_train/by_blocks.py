"""Score against number of blocks: the best run of each number, and a forward path by quick looks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from core.figures import blocks as figures
from core.folds import FoldPlan
from core.gains import latest_gains
from core.jobs import JobStatus, read_feed
from core.runs import (
    ForwardPath,
    baseline_of,
    frontier_steps,
    latest_path,
    path_looks,
    path_seconds,
    path_table,
    points_by_blocks,
    runs_table,
    small_model_points,
)
from core.train import QuickSpec, RunRecord, block_keys, blocks_to_make, quick_look
from core.types import BlockInfo, JsonDict
from pages import _shell as shell
from pages._train.foretold import plan_of_page

_CHANGES = {
    "smape_pct": st.column_config.NumberColumn("SMAPE", format="%.2f %%"),
    "n_blocks": "blocks",
    "change_pct": st.column_config.NumberColumn("change", format="%+.2f"),
    "low_pct": st.column_config.NumberColumn("from, 95 %", format="%+.2f"),
    "high_pct": st.column_config.NumberColumn("to, 95 %", format="%+.2f"),
}


def blocks_tab(
    work: shell.Workspace, runs: Sequence[RunRecord], infos: Mapping[str, BlockInfo], params: JsonDict | None
) -> None:
    """The picture, its tables, and the job that measures a path.

    Args:
        runs: Of this catalogue.
        params: Of the job that the Train button starts; None when no block is chosen.
    """
    plan = plan_of_page(work)
    mine = _on_one_plan(runs, plan)
    titles = {name: info.title for name, info in infos.items()}
    path = latest_path(plan, store=work.store)
    if params is None:
        st.caption("Switch blocks on above to measure a forward path of them.")
    else:
        _path_button(work, plan, params, path)
    gains = latest_gains(plan, store=work.store)
    if not mine and path is None and gains is None:
        shell.empty_state("No run on this data yet. Train some with few blocks and some with many, or measure a path.")
        return
    points = points_by_blocks(mine)
    key = ("runs.frontier", work.catalog.read_key, str(work.store.root), *(run.run_id for run in mine))
    with st.spinner("Comparing neighbours of the frontier …"):
        steps = shell.kept(key, lambda: frontier_steps(points, work.catalog, mine, store=work.store))
    table, walked = runs_table(points, steps, titles), path_table(path, titles)
    small = small_model_points(gains) if gains else pd.DataFrame(columns=["n_blocks", "smape_pct", "said"])
    baseline = baseline_of(mine)
    figure = figures.score_by_blocks(
        table, small, walked, baseline_smape_pct=None if baseline is None else baseline.oof_smape_pct
    )
    shell.chart(figure, key="train.by_blocks", alt="score against number of blocks")
    _said(work, mine, baseline, len(small) > 0, path)
    _frontier_table(table)
    if path is not None:
        _path(work, plan, path, walked)


def _on_one_plan(runs: Sequence[RunRecord], page: FoldPlan) -> list[RunRecord]:
    """The runs on one fold plan, chosen where there are several; the page's own first."""
    plans = {run.plan_key: f"{run.n_folds} {run.plan_kind.replace('_', '-')}, seed {run.plan_seed}" for run in runs}
    keys = sorted(plans, key=lambda key: (key != page.key, plans[key]))
    if len(keys) < 2:
        return list(runs)
    picked = st.selectbox(
        "Folds",
        keys,
        format_func=plans.__getitem__,
        key="train.by_blocks_plan",
        help="Runs are set beside each other on the same folds only; on others the same blocks score otherwise.",
        width=300,
    )
    return [run for run in runs if run.plan_key == picked]


def _said(
    work: shell.Workspace,
    runs: Sequence[RunRecord],
    baseline: RunRecord | None,
    small: bool,
    path: ForwardPath | None,
) -> None:
    parts = [
        f"Blue: {shell.rows(len(runs), 'full run')}, out of fold, {shell.rows(work.catalog.n_train, 'train row')}."
        " On the frontier no run with as many blocks or fewer scores better; real or noise is said row by row against"
        " the frontier's run before it."
    ]
    if baseline is None:
        parts.append("No run of the five simple columns alone yet, so their line is missing.")
    if small:
        parts.append("Diamonds: the small model of the block gains; it reads worse than a full run.")
    if path is not None:
        parts.append("Dashed: quick looks, a small model too; their scores do not compare with those of full runs.")
    st.caption(" ".join(parts))


def _frontier_table(table: pd.DataFrame) -> None:
    best = table[table["best"]]
    if best.empty:
        return
    marked = best["frontier"].map({True: "frontier", False: ""})
    shown = best.assign(place=marked)[
        ["n_blocks", "smape_pct", "place", "change_pct", "low_pct", "high_pct", "verdict", "title", "run_id"]
    ]
    with st.expander("Best run of each number of blocks", icon=":material/table_rows:"):
        shell.table(shown, key="train.by_blocks_table", columns={**_CHANGES, "place": "", "run_id": "run"})


def _path_button(work: shell.Workspace, plan: FoldPlan, params: JsonDict, path: ForwardPath | None) -> None:
    blocks = params["blocks"]
    names = tuple(sorted(str(name) for name in blocks)) if isinstance(blocks, list) else ()
    missing = blocks_to_make(work.catalog, plan, names, store=work.store)
    looks = shell.rows(path_looks(len(names)), "quick look")
    cost = looks
    if not missing:
        # The look that stands above has been taken already.
        one = quick_look(work.catalog, plan, QuickSpec(names), store=work.store)
        cost = f"about {shell.seconds(path_seconds(len(names), one.seconds, path))}"
    done = path is not None and _is_of(work, plan, path, names)
    job = shell.start_job_button(
        "Path measured" if done else f"Add {shell.rows(len(names), 'block')} one by one, {cost}",
        "forward",
        {"source": params["source"], "blocks": [*names]},
        title=f"Forward path, {shell.rows(len(names), 'block')}",
        key="train.forward",
        primary=False,
        disabled=done,
        help=f"{looks}: each step tries every block that is left beside those that are in, and keeps the one that"
        " lowers the quick look's score the most. Blocks that are not computed yet are made first, which comes on top.",
    )
    if job is not None and job.active:
        _running(job)


def _is_of(work: shell.Workspace, plan: FoldPlan, path: ForwardPath, names: Sequence[str]) -> bool:
    """True when the path is of exactly these blocks as they read now."""
    return path.blocks == tuple(names) and path.block_keys == block_keys(work.catalog, plan, names, store=work.store)


def _running(job: JobStatus) -> None:
    @shell.fragment(run_every=2.0)
    def so_far() -> None:
        curve = read_feed(job.job_id).get("path")
        if curve is not None and curve.x:
            said = ", ".join(f"{count:.0f}: {score:.2f} %" for count, score in zip(curve.x, curve.y, strict=True))
            st.caption(f"So far, quick SMAPE by number of blocks: {said}; last added {shell.escaped(curve.said)}")

    so_far()


def _path(work: shell.Workspace, plan: FoldPlan, path: ForwardPath, table: pd.DataFrame) -> None:
    """The order of the blocks, and the way to switch the first of them on."""
    st.markdown("**Forward path, by quick looks**")
    if not _is_of(work, plan, path, path.blocks):
        st.caption("Of former readings: a block has changed since.")
    shell.table(table, key="train.path", columns={**_CHANGES, "title": "added", "verdict": "this step, against noise"})
    real = path.shortest
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input(
            "First blocks", min_value=1, max_value=len(path.steps), value=max(1, real), key="train.path_take", width=140
        )
        st.button(
            "Use these blocks",
            key="train.path_use",
            icon=":material/toggle_on:",
            on_click=shell.choose_blocks,
            args=(work.catalog.key, path.first(int(count))),
            help="Switches them on above and all others off",
        )
    st.caption(
        f"Quick-look numbers, {shell.rows(path.n_rows, 'train row')} out of fold. After {shell.rows(real, 'block')} no"
        " single step is told from noise. Each block was chosen for scoring best among those left, so its gain is a"
        " little too good; blocks that only help together can come late."
    )
