"""The tab Blocks: which blocks are in use, what each costs, covers and gains, and the job that measures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.features import BLOCKS, artifact_key
from core.figures import gains as figures
from core.folds import random_plan
from core.gains import SORTS, BlockCost, GainReport, find_cost, latest_gains, overview
from core.pipeline.run import N_FOLDS
from core.presets import DEFAULT_PRESET, PRESETS
from core.train import block_keys, known_blocks
from core.types import BlockInfo, FeatureBlock
from pages import _shell as shell
from pages._features.look import look_into
from pages._features.measurement import measurement
from pages._features.toggles import toggles


def blocks_tab(work: shell.Workspace, blocks: Mapping[str, FeatureBlock]) -> None:
    """Toggles with their numbers, the measurement, its figure, and one block in detail.

    Args:
        blocks: The blocks that the page has read.
    """
    infos = {name: info for name, info in known_blocks(work.catalog).items() if info.fits(work.catalog.n_train)}
    default = PRESETS[DEFAULT_PRESET].blocks_for(work.catalog)
    chosen = shell.chosen_blocks(work.catalog.key, default, among=infos)
    plan = shell.kept(("gains.plan", work.catalog.key), lambda: random_plan(work.catalog, n_folds=N_FOLDS))
    # What has seen no price is keyed without reading anything; those keys stand for all that the others hang on.
    read_keys = [artifact_key(work.catalog, name) for name in ("brands", *BLOCKS)]
    read_keys += [found.key for found in (*work.catalog.vectors, *work.catalog.attached, *work.catalog.sides)]
    keys = shell.kept(
        ("gains.keys", plan.key, str(work.store.root), *infos, *read_keys),
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
    look_into(work, plan, blocks, infos, keys)


def in_use(work: shell.Workspace, blocks: Mapping[str, FeatureBlock]) -> dict[str, FeatureBlock]:
    """The chosen ones among the blocks that the page has read."""
    infos = known_blocks(work.catalog)
    chosen = shell.chosen_blocks(work.catalog.key, PRESETS[DEFAULT_PRESET].blocks_for(work.catalog), among=infos)
    return {name: block for name, block in blocks.items() if name in chosen}


def current(report: GainReport | None, keys: Mapping[str, str]) -> GainReport | None:
    """The report, unless a block that it names is gone or has changed since."""
    if report is None or any(keys.get(name) != key for name, key in report.block_keys.items()):
        return None
    return report


def choice_line(work: shell.Workspace, chosen: list[str], default: Sequence[str], report: GainReport | None) -> None:
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
