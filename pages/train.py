"""Train & explain: which blocks earn their place, and what moved a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from core.folds import on_folds
from core.presets import DEFAULT_PRESET, PRESETS
from core.train import FamilyName, RunRecord, family_title, known_blocks, list_runs, load_run
from core.types import BlockInfo, JsonDict
from pages import _shell as shell
from pages._train.details import details
from pages._train.dual_input import network_inputs
from pages._train.foretold import foretold_caption
from pages._train.live import live_curves
from pages._train.loss import loss_choice
from pages._train.plans import (
    best_of_each_plan,
    by_plan,
    leads,
    plan_choice,
    plan_param,
    scored_on,
    seeds_averaged,
    titled,
)
from pages._train.quick import quick_panel
from pages._train.runs import runs_area, spec_of


def model_choice() -> tuple[str, int, dict[str, str | float]]:
    """Family, seed, and the settings that differ from the default."""
    left, middle, right, _ = st.columns([3, 1.5, 1.5, 3], vertical_alignment="bottom")
    family = left.segmented_control(
        "Model family",
        list(get_args(FamilyName)),
        default="lightgbm",
        required=True,
        format_func=family_title,
        key="train.family",
        persist_state="session",
    )
    seed = middle.number_input("Seed", min_value=0, value=0, step=1, key="train.seed", persist_state="session")
    with right:
        averaged = seeds_averaged(str(family))
    return str(family), int(seed), {**averaged, **loss_choice(str(family))}


@shell.fragment()
def settings(work: shell.Workspace, infos: Mapping[str, BlockInfo], runs: list[RunRecord], asked: JsonDict) -> None:
    """Presets, blocks with their plan and quick look, the model, and the button that trains; a toggle reruns only this.

    Args:
        asked: Filled with the parameters of the job that the button starts; left empty without a block.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("Presets", width="content")
        for preset in PRESETS.values():
            if st.button(preset.name, key=f"train.preset.{preset.name}", help=preset.meaning):
                shell.choose_blocks(work.catalog.key, preset.blocks_for(work.catalog))
    blocks = shell.block_pills(
        "Feature blocks",
        work.catalog.key,
        PRESETS[DEFAULT_PRESET].blocks_for(work.catalog),
        among=infos,
        key=f"train.blocks.{work.catalog.key}",
    )
    st.caption("The same choice as on Features, tab Blocks, which says what each is worth.")
    plan = plan_choice()
    quick_panel(work, blocks, infos, runs, plan)
    family, seed, changed = model_choice()
    chosen = sorted(blocks)
    network_inputs(str(family), chosen)
    params: JsonDict = {
        "source": work.source.to_json(),
        "family": family,
        "blocks": [*chosen],
        "seed": seed,
        "settings": {**changed},
        **plan_param(plan),
    }
    shell.start_job_button(
        "Train",
        "train",
        params,
        title=titled(f"{family_title(family)}, {shell.rows(len(chosen), 'block')}", plan),
        key="train.start",
        disabled=not chosen,
        help="Five folds with early stopping; each validation row is scored by a model that never saw it.",
    )
    if chosen:
        foretold_caption(work, spec_of(params), plan)
        asked.update(params)


with shell.page("Train & explain", "Which features earn their place, and what moved each prediction?"):
    work = shell.workspace()
    infos = known_blocks(work.catalog)
    runs = list_runs(work.catalog.key, store=work.store)
    if runs:
        shell.headlines(
            [
                *best_of_each_plan(runs, work.catalog.n_train),
                shell.Headline("Runs on this data", f"{len(runs):,}", leads(runs)),
            ]
        )
    else:
        shell.empty_state("No run on this data yet. The blocks below are a good start: press Train.")
    asked: JsonDict = {}
    settings(work, infos, runs, asked)
    live_curves(work)
    st.subheader("Runs", anchor=False)
    chosen = runs_area(work, by_plan(runs), infos, asked or None)
    if chosen is not None:
        run = load_run(chosen.run_id, store=work.store)
        family = family_title(chosen.family)
        score = f"{shell.smape(chosen.oof_smape_pct)}{on_folds(chosen.plan_kind)}"
        st.subheader(f"{family} {chosen.run_id[:6]}, {score}", anchor=False)
        if run is None:
            shell.empty_state("The predictions of this run are no longer in the cache. Train it again with its blocks.")
        else:
            scored_on(work, run)
            details(work, run, infos)
