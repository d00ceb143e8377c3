"""Train & explain: which blocks earn their place, and what moved a prediction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import streamlit as st

from core.presets import DEFAULT_PRESET, PRESETS
from core.train import FamilyName, RunRecord, family_title, known_blocks, list_runs, load_run
from core.types import BlockInfo, JsonDict
from pages import _shell as shell
from pages._train.details import details
from pages._train.dual_input import network_inputs
from pages._train.foretold import foretold_caption
from pages._train.live import live_curves
from pages._train.loss import loss_choice
from pages._train.quick import quick_panel
from pages._train.runs import runs_area, spec_of


@shell.fragment()
def settings(work: shell.Workspace, infos: Mapping[str, BlockInfo], runs: list[RunRecord], asked: JsonDict) -> None:
    """Presets, blocks with their quick look, family, seed, and the button that trains; a toggle reruns only this.

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
    quick_panel(work, blocks, infos, runs)
    left, right, _ = st.columns([3, 1, 2], vertical_alignment="bottom")
    family = left.segmented_control(
        "Model family",
        list(get_args(FamilyName)),
        default="lightgbm",
        required=True,
        format_func=family_title,
        key="train.family",
        persist_state="session",
    )
    seed = right.number_input("Seed", min_value=0, value=0, step=1, key="train.seed", persist_state="session")
    changed = loss_choice(str(family))
    chosen = sorted(blocks)
    network_inputs(str(family), chosen)
    params: JsonDict = {
        "source": work.source.to_json(),
        "family": str(family),
        "blocks": [*chosen],
        "seed": int(seed),
        "settings": {**changed},
    }
    shell.start_job_button(
        "Train",
        "train",
        params,
        title=f"{family_title(str(family))}, {shell.rows(len(chosen), 'block')}",
        key="train.start",
        disabled=not chosen,
        help="Five folds with early stopping; each validation row is scored by a model that never saw it.",
    )
    if chosen:
        foretold_caption(work, spec_of(params))
        asked.update(params)


with shell.page("Train & explain", "Which features earn their place, and what moved each prediction?"):
    work = shell.workspace()
    infos = known_blocks(work.catalog)
    runs = list_runs(work.catalog.key, store=work.store)
    if runs:
        best = runs[0]
        shell.headlines(
            [
                shell.Headline(
                    "Best run",
                    shell.smape(best.oof_smape_pct),
                    f"out of fold, {shell.rows(work.catalog.n_train, 'train row')}, {best.plan_kind} folds",
                    "SMAPE of each train row by the fold model that did not see it; 0 to 200 %, lower is better.",
                ),
                shell.Headline("Its folds", f"{min(best.fold_smape_pct):.2f} to {max(best.fold_smape_pct):.2f} %"),
                shell.Headline("Runs on this data", f"{len(runs):,}", family_title(best.family) + " leads"),
            ]
        )
    else:
        shell.empty_state("No run on this data yet. The blocks below are a good start: press Train.")
    asked: JsonDict = {}
    settings(work, infos, runs, asked)
    live_curves(work)
    st.subheader("Runs", anchor=False)
    chosen = runs_area(work, runs, infos, asked or None)
    if chosen is not None:
        run = load_run(chosen.run_id, store=work.store)
        family = family_title(chosen.family)
        st.subheader(f"{family} {chosen.run_id[:6]}, {shell.smape(chosen.oof_smape_pct)}", anchor=False)
        if run is None:
            shell.empty_state("The predictions of this run are no longer in the cache. Train it again with its blocks.")
        else:
            details(work, run, infos)
