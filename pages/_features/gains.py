"""The tab Blocks: which blocks are in use, what each costs, covers and gains, and the job that measures it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from core.encode import ENCODERS, encode_block, is_encoded
from core.features import column_table, distribution_table
from core.figures import features as spreads
from core.figures import gains as figures
from core.folds import FoldPlan, random_plan
from core.gains import (
    ANCHOR,
    SORTS,
    BlockCost,
    Foretold,
    GainReport,
    GainSpec,
    block_keys,
    find_cost,
    foretell,
    latest_gains,
    overview,
    timed_sample,
)
from core.pipeline.run import N_FOLDS
from core.presets import DEFAULT_PRESET, PRESETS
from core.train import known_blocks
from core.types import BlockInfo, FeatureBlock
from pages import _shell as shell

LOG_OF: Final = "natural log of "
ORDERINGS: Final = {0: "none", 4: "4 orderings", 10: "10 orderings", 30: "30 orderings"}
WIDTHS: Final = (2.6, 1.5, 1.6, 1.1, 0.9, 1.0, 2.6)
HEADS: Final = ("in use", "taken away", "added alone", "cost", "a second", "train, test", "verdict")
VERDICTS: Final = {
    "gain": (":material/trending_up:", "green"),
    "no gain": (":material/trending_flat:", "gray"),
    "hurts": (":material/trending_down:", "red"),
}


def blocks_tab(work: shell.Workspace, blocks: Mapping[str, FeatureBlock]) -> None:
    """Toggles with their numbers, the measurement, its figure, and one block in detail.

    Args:
        blocks: The blocks that the page has read.
    """
    infos = {name: info for name, info in known_blocks(work.catalog).items() if info.fits(work.catalog.n_train)}
    default = PRESETS[DEFAULT_PRESET].blocks_for(work.catalog)
    chosen = shell.chosen_blocks(work.catalog.key, default, among=infos)
    plan = shell.kept(("gains.plan", work.catalog.key), lambda: random_plan(work.catalog, n_folds=N_FOLDS))
    keys = shell.kept(
        ("gains.keys", plan.key, str(work.store.root), *infos),
        lambda: block_keys(work.catalog, plan, list(infos), store=work.store),
    )
    report = current(latest_gains(plan, store=work.store), keys)
    choice_line(work, chosen, default, report)
    measurement(work, plan, infos, chosen, keys, report)
    sort = st.segmented_control(
        "Sort by", list(SORTS), default=next(iter(SORTS)), required=True, key="features.gains_sort"
    )
    table = overview(infos, chosen, costs_of(work, infos, keys, blocks), report, sort=str(sort))
    if report is not None:
        shell.chart(
            figures.gain_intervals(table[table["verdict"] != ""]), key="features.gains", alt="gains with intervals"
        )
    toggles(work, table, default, infos)
    st.divider()
    details(work, plan, blocks, infos)


def current(report: GainReport | None, keys: Mapping[str, str]) -> GainReport | None:
    """The report, unless a block that it names is gone or has changed since."""
    if report is None or any(keys.get(name) != key for name, key in report.block_keys.items()):
        return None
    return report


def choice_line(work: shell.Workspace, chosen: list[str], default: tuple[str, ...], report: GainReport | None) -> None:
    """How many blocks are in use, and buttons that set the choice."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{shell.rows(len(chosen), 'block')} in use**, here and on Train", width="content")
        st.button(
            "Default blocks",
            key="features.default_blocks",
            on_click=shell.choose_blocks,
            args=(work.catalog.key, default),
            disabled=set(chosen) == set(default),
        )
        if report is not None:
            suggested = report.suggestion
            lost = suggested.against_chosen
            low, high = lost.interval_90_pct
            st.button(
                f"Suggested {shell.rows(len(suggested.blocks), 'block')}",
                key="features.suggested_blocks",
                on_click=shell.choose_blocks,
                args=(work.catalog.key, suggested.blocks),
                disabled=set(chosen) == set(suggested.blocks),
                help=f"Blocks with a gain, and of the others as many as it takes to come within one standard error of"
                f" the set that was measured: {shell.smape(suggested.smape_pct)}, which loses"
                f" {shell.delta(lost.gain_pct)} ({shell.delta(low)} to {shell.delta(high)} at 90 %).",
            )


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
        spec = GainSpec(
            tuple(chosen), tuple(infos), anchor=tuple(name for name in ANCHOR if name in infos), orderings=orderings
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
            help=f"{ahead.n_fits} small fits, {ahead.n_cached} of them cached; the time is by "
            + ("what those cost here." if ahead.measured else "a timed sample on this machine."),
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


def costs_of(
    work: shell.Workspace,
    infos: Mapping[str, BlockInfo],
    keys: Mapping[str, str],
    blocks: Mapping[str, FeatureBlock],
) -> dict[str, BlockCost]:
    """Costs of the blocks that were made: as measured, or as the page has them."""
    found = {}
    for name in infos:
        cost = find_cost(keys[name], store=work.store)
        if cost is None and name in blocks:
            cost = shell.kept(("gains.cost", blocks[name].key), lambda block=blocks[name]: BlockCost.of(block))
        if cost is not None:
            found[name] = cost
    return found


def toggles(
    work: shell.Workspace, table: pd.DataFrame, default: tuple[str, ...], infos: Mapping[str, BlockInfo]
) -> None:
    """A line a block: its toggle, then its numbers."""
    for column, head in zip(st.columns(WIDTHS), HEADS, strict=True):
        column.caption(head)
    for line in table.to_dict("records"):
        cells = st.columns(WIDTHS, vertical_alignment="center")
        with cells[0]:
            shell.block_toggle(
                line["block"],
                work.catalog.key,
                default,
                among=infos,
                key=f"features.use.{work.catalog.key}.{line['block']}",
            )
        cells[1].markdown(gain_text(line, "away"))
        cells[2].markdown(gain_text(line, "alone"))
        cells[3].markdown(cost_text(line))
        cells[4].markdown(shell.delta(line["gain_a_second"]))
        cells[5].markdown(f"{shell.percent(line['train_pct'], 0)}  \n{shell.percent(line['test_pct'], 0)}")
        with cells[6]:
            verdict(line)


def gain_text(line: Mapping[str, object], name: str) -> str:
    """``**+0.45**`` over ``0.20 to 0.70``."""
    middle, low, high = (float(str(line[f"{name}_{end}"])) for end in ("pct", "low_pct", "high_pct"))
    if middle != middle:
        return shell.delta(middle)
    return f"**{shell.delta(middle)}**  \n:small[{shell.delta(low)} to {shell.delta(high)}]"


def cost_text(line: Mapping[str, object]) -> str:
    """Seconds of making the block and, below, of fitting with it."""
    made, fitted = float(str(line["block_seconds"])), float(str(line["fit_seconds"]))
    if made != made:
        return shell.delta(made)
    return shell.seconds(made) if fitted != fitted else f"{shell.seconds(made)}  \n:small[fit +{shell.seconds(fitted)}]"


def verdict(line: Mapping[str, object]) -> None:
    """The badge with its reason on hover; for a block that is off by default also why."""
    said = str(line["verdict"])
    if said:
        icon, color = VERDICTS[said]
        st.badge(said, icon=icon, color=color, help=shell.escaped(str(line["reason"])))
    if line["why_off"]:
        st.caption(f"Off by default: {shell.escaped(str(line['why_off']))}")


def details(
    work: shell.Workspace, plan: FoldPlan, blocks: Mapping[str, FeatureBlock], infos: Mapping[str, BlockInfo]
) -> None:
    """Columns of one block, and how train and test spread over one of them."""
    aware = [name for name in infos if name in ENCODERS and is_encoded(work.catalog, plan, name, store=work.store)]
    name = st.selectbox(
        "Look into a block",
        [*blocks, *aware],
        format_func=lambda name: infos[name].title if name in infos else name,
        key="features.block",
        width=420,
    )
    block = blocks[name] if name in blocks else as_first_fold_sees(work, plan, name)
    left, right = st.columns(2)
    with left:
        st.markdown(f"**{shell.escaped(block.info.title)}**: {shell.escaped(block.info.meaning)}")
        shell.badge(block, what=block.info.title)
        columns = column_table(block)
        picked = shell.pick_row(
            columns.to_dict("records"),
            key=f"features.columns.{name}",
            columns={
                "train_pct": st.column_config.NumberColumn("in train", format="%.1f %%"),
                "test_pct": st.column_config.NumberColumn("in test", format="%.1f %%"),
            },
        )
    with right:
        spread_of(block, str(columns["column"].iloc[picked]))
        if name in aware:
            st.caption("This block sees prices and is made for each fold anew; shown as the first fold sees it.")


def as_first_fold_sees(work: shell.Workspace, plan: FoldPlan, name: str) -> FeatureBlock:
    """A fold-aware block's columns for the first fold."""

    def read() -> FeatureBlock:
        made = encode_block(work.catalog, plan, name, store=work.store)
        return FeatureBlock(made.info, made.folds[0], made.key, made.seconds, made.cached)

    return shell.kept(("features.first_fold", plan.key, str(work.store.root), name), read)


def spread_of(block: FeatureBlock, column: str) -> None:
    """Train beside test over one column of a block."""
    meaning = block.info.columns.get(column, column)
    is_log = meaning.startswith(LOG_OF)
    spread = shell.kept(
        ("features.spread", block.key, column), lambda: distribution_table(block.frame, column, is_log=is_log)
    )
    st.markdown(f"**How train and test spread over {shell.escaped(column)}**")
    title = f"{meaning.removeprefix(LOG_OF)}, logarithmic axis" if is_log else meaning
    shell.chart(spreads.distribution_bars(spread, title), key="features.spread_of", alt=f"spread of {column}")
