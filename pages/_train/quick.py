"""The quick look below the block toggles: the score of the present choice, and what the last toggle did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd
import streamlit as st

from core.figures import toggles as figures
from core.folds import FoldPlan, PlanName, plan_title
from core.gains import Change, brand_clusters, toggle_change
from core.pipeline.run import N_FOLDS
from core.train import QuickLook, QuickSpec, RunRecord, blocks_to_make, family_title, quick_look
from core.types import BlockInfo
from pages import _shell as shell
from pages._train.plans import drawn, plan_param, titled

MOST_REMEMBERED: Final = 100
_COLOURS: Final[Mapping[str, Literal["green", "red", "gray"]]] = {"better": "green", "worse": "red", "noise": "gray"}
_SAID: Final = {
    "better": (":material/trending_down:", "likely real: better"),
    "worse": (":material/trending_up:", "likely real: worse"),
    "noise": (":material/trending_flat:", "noise: no difference shown"),
}


@dataclass(frozen=True)
class Seen:
    """A line of the session's history: a look, what was switched to come to it, and what that did."""

    key: str
    blocks: tuple[str, ...]
    smape_pct: float
    seconds: float
    cached: bool
    changed: str
    change: Change | None


def quick_panel(
    work: shell.Workspace,
    chosen: Sequence[str],
    infos: Mapping[str, BlockInfo],
    runs: Sequence[RunRecord],
    name: PlanName,
) -> None:
    """Score of the chosen blocks by the quick look, its change, the session's history; or the job that it needs first.

    Args:
        runs: Full runs of the catalogue, best first; one of exactly this choice is shown beside the look.
        name: Of the plan that it is taken on.
    """
    if not chosen:
        shell.empty_state("Switch a block on: its score appears here at once.", icon=":material/toggle_on:")
        return
    plan = drawn(work, name)
    with st.container(border=True):
        if plan is None:
            _offer(work, chosen, ["Brands, which these folds look at"], name)
            return
        missing = blocks_to_make(work.catalog, plan, chosen, store=work.store)
        if missing:
            _offer(work, chosen, [infos[block].title for block in missing], name)
            return
        line = st.empty()
        # In the place of a line that stays, so that nothing below jumps when it comes and goes.
        with line, st.spinner("Quick look …", show_time=True):
            look = quick_look(work.catalog, plan, QuickSpec(tuple(chosen)), store=work.store)
            seen = _remember(work, plan, look, infos)
        line.caption(
            f"Quick look at {shell.rows(len(chosen), 'block')}: {N_FOLDS} {plan_title(plan.kind).lower()} folds, each"
            " scored on rows it never saw."
        )
        score, said, trail = st.columns([1.6, 2.0, 2.0], vertical_alignment="center")
        with score:
            _score(look, seen[-1])
        with said:
            _verdict(seen[-1])
            _full_run(plan, chosen, runs)
        with trail:
            shell.chart(
                figures.toggle_trail(_table(seen)), key="train.toggle_trail", alt="quick scores of this session"
            )
        _history(work, seen)


def _offer(work: shell.Workspace, chosen: Sequence[str], missing: Sequence[str], name: PlanName) -> None:
    """What has to be computed first, and the job for it."""
    said = ", ".join(missing)
    shell.empty_state(
        f"{shell.escaped(said)}: not computed for these rows yet. Once {'it is' if len(missing) == 1 else 'they are'},"
        " a toggle is scored in seconds."
    )
    shell.start_job_button(
        "Compute and look",
        "quick",
        {"source": work.source.to_json(), "blocks": [*chosen], **plan_param(name)},
        title=titled(f"Quick look, {shell.rows(len(chosen), 'block')}", name),
        key="train.quick.make",
        primary=False,
        icon=":material/bolt:",
    )


def _remember(work: shell.Workspace, plan: FoldPlan, look: QuickLook, infos: Mapping[str, BlockInfo]) -> list[Seen]:
    """The session's history with this look as its last line; the same look again adds nothing."""
    seen: list[Seen] = shell.session_list(f"train.toggles.{plan.key}")
    if seen and seen[-1].key == look.key:
        return seen
    changed, change = shell.rows(len(look.spec.blocks), "block"), None
    if seen:
        before = quick_look(work.catalog, plan, QuickSpec(seen[-1].blocks), store=work.store)
        clusters = shell.kept(
            ("train.clusters", work.catalog.read_key, str(work.store.root)),
            lambda: brand_clusters(work.catalog, store=work.store),
        )
        change = toggle_change(before.row_smape_pct, look.row_smape_pct, clusters)
        changed = switched(seen[-1].blocks, look.spec.blocks, infos)
    seen.append(Seen(look.key, look.spec.blocks, look.smape_pct, look.seconds, look.cached, changed, change))
    del seen[:-MOST_REMEMBERED]
    return seen


def switched(before: Sequence[str], after: Sequence[str], infos: Mapping[str, BlockInfo]) -> str:
    """``Words off, Size on``; readings that changed under the same blocks are said to be so."""
    said = [
        f"{infos[name].title if name in infos else name} {'on' if name in after else 'off'}"
        for name in sorted({*before} ^ {*after})
    ]
    return ", ".join(said) or "same blocks, read otherwise"


def _score(look: QuickLook, last: Seen) -> None:
    change = last.change
    # The arrow and the colour are said in words, because a true minus sign is not read as one.
    st.metric(
        "SMAPE, quick look",
        shell.smape(look.smape_pct),
        None if change is None else shell.delta(change.change_pct),
        delta_color=_COLOURS[change.verdict if change else "noise"],
        delta_arrow="up" if change is not None and change.change_pct > 0 else "down",
        help=f"Out of fold over all {shell.rows(len(look.row_smape_pct), 'train row')}, by a small LightGBM of"
        f" {look.spec.rounds} rounds on {shell.rows(look.fit_rows)} a fold, whatever the family below. It ranks sets of"
        " blocks; a full run scores better.",
    )
    shell.badge(look)


def _verdict(last: Seen) -> None:
    if last.change is None:
        st.markdown("Switch a block above: what it does to the score, and whether that is real, appears here.")
        return
    icon, said = _SAID[last.change.verdict]
    low, high = shell.delta(last.change.low_pct), shell.delta(last.change.high_pct)
    st.markdown(f"**{shell.escaped(last.changed)}**: {shell.delta(last.change.change_pct)}, 95 % {low} to {high}")
    st.badge(
        said,
        icon=icon,
        color=_COLOURS[last.change.verdict],
        help="Points of SMAPE against the choice before, row by row, rows of one brand together, so that the noise of"
        " fitting again is in the interval. Below zero is better.",
    )


def _full_run(plan: FoldPlan, chosen: Sequence[str], runs: Sequence[RunRecord]) -> None:
    """The full run of exactly this choice, when there is one on the same folds."""
    full = next((run for run in runs if set(run.blocks) == set(chosen) and run.plan_key == plan.key), None)
    if full is None:
        st.caption("No full run of exactly these blocks yet; Train starts it.")
        return
    st.badge(
        f"full run: {shell.smape(full.oof_smape_pct)}, {family_title(full.family)}",
        icon=":material/verified:",
        color="green",
        help=f"Run {full.run_id}: the best of the same blocks on the same folds.",
    )


def _history(work: shell.Workspace, seen: Sequence[Seen]) -> None:
    if len(seen) < 2:
        return
    best = min(seen, key=lambda line: line.smape_pct)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Back to the choice before",
            key="train.quick.back",
            icon=":material/undo:",
            on_click=shell.choose_blocks,
            args=(work.catalog.key, seen[-2].blocks),
        )
        st.button(
            f"Best of this session, {shell.smape(best.smape_pct)}",
            key="train.quick.best",
            icon=":material/star:",
            on_click=shell.choose_blocks,
            args=(work.catalog.key, best.blocks),
            disabled=set(best.blocks) == set(seen[-1].blocks),
        )
    with st.expander(f"{shell.rows(len(seen) - 1, 'toggle')} of this session", icon=":material/history:"):
        number = st.column_config.NumberColumn
        shell.table(
            _table(seen).iloc[::-1][["changed", "smape_pct", "change", "low", "high", "verdict", "blocks", "seconds"]],
            key="train.quick.history",
            columns={
                "changed": "switched",
                "smape_pct": number("quick SMAPE", format="%.2f %%"),
                "change": number("change", format="%+.2f"),
                "low": number("from, 95 %", format="%+.2f"),
                "high": number("to, 95 %", format="%+.2f"),
                "seconds": number("seconds", format="%.1f"),
            },
        )


def _table(seen: Sequence[Seen]) -> pd.DataFrame:
    missing = float("nan")
    return pd.DataFrame(
        [
            {
                "changed": line.changed,
                "smape_pct": line.smape_pct,
                "change": line.change.change_pct if line.change else missing,
                "low": line.change.low_pct if line.change else missing,
                "high": line.change.high_pct if line.change else missing,
                "verdict": line.change.verdict if line.change else "",
                "blocks": len(line.blocks),
                "seconds": line.seconds,
            }
            for line in seen
        ]
    )
