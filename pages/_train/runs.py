"""The runs kept for ever: the leaderboard with its notes and stars, and the tabs that set runs beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pandas as pd
import streamlit as st

from core.folds import plan_title
from core.runs import Standing, board, standings, with_settings
from core.store import canonical_json, hash_bytes
from core.train import FamilyName, RunRecord, TrainSpec, all_runs, set_run_note
from core.types import BlockInfo, JsonDict
from pages import _shell as shell
from pages._train.by_blocks import blocks_tab
from pages._train.compare import compare_tab
from pages._train.learning import learning_tab
from pages._train.pick import pick_run
from pages._train.plans import several_plans
from pages._train.tuning import tuning_tab

SAID: Mapping[Standing, str] = {
    "current": "this data",
    "former readings": "former readings",
    "not recorded": "this data, readings not recorded",
    "other data": "OTHER DATA",
}


def runs_area(
    work: shell.Workspace, runs: list[RunRecord], infos: Mapping[str, BlockInfo], params: JsonDict | None
) -> RunRecord | None:
    """Leaderboard, comparison, score by blocks, learning curve and search in tabs.

    Args:
        runs: Of this catalogue, plan by plan, best first.
        params: Of the job that the Train button starts; None when no block is chosen.

    Returns:
        The run whose details are shown, or None.
    """
    names = ["Leaderboard", "Compare two", "Score by blocks", "Learning curve", "Search settings"]
    leaderboard, compare, blocks, learning, tuning = st.tabs(names, key="train.between", on_change="rerun")
    chosen = None
    with leaderboard, shell.guard():
        chosen = _leaderboard(work, runs, infos)
    if compare.open:
        with compare, shell.guard():
            compare_tab(work, runs, infos)
    if blocks.open:
        with blocks, shell.guard():
            blocks_tab(work, runs, infos, params)
    for tab, draw in ((learning, learning_tab), (tuning, tuning_tab)):
        if tab.open:
            with tab, shell.guard():
                if params is None:
                    st.caption("Switch a block on first.")
                else:
                    draw(work, spec_of(params), params)
    return chosen


def spec_of(params: JsonDict) -> TrainSpec:
    """The run that a job with these parameters trains."""
    blocks = params["blocks"]
    names = tuple(str(name) for name in blocks) if isinstance(blocks, list) else ()
    spec = TrainSpec(cast(FamilyName, str(params["family"])), names, seed=int(cast(int, params["seed"])))
    return with_settings(spec, params.get("settings"))


def _leaderboard(work: shell.Workspace, runs: list[RunRecord], infos: Mapping[str, BlockInfo]) -> RunRecord | None:
    every = all_runs(store=work.store)
    shown = runs
    if len(every) > len(runs) and st.toggle(
        f"All runs ever, {len(every) - len(runs):,} of them on other data",
        key="train.every",
        help="Their scores are of other rows and do not compare with these.",
    ):
        shown = every
    if not shown:
        st.caption("No run on this data yet.")
        return None
    standing = standings(shown, work.catalog, store=work.store)
    table = board(shown, standing, {name: info.title for name, info in infos.items()})
    several_plans([run for run in shown if standing[run.run_id] != "other data"])
    _editor(work, table)
    stale = sum(1 for said in standing.values() if said == "former readings")
    if stale:
        st.caption(
            f"{shell.rows(stale, 'run')} of former readings: a block was read otherwise then, by other corrections or"
            " another version. The rows are the same, so that the scores compare; trained again the run differs."
        )
    return pick_run(runs, "Details of", key="train.run") if runs else None


def _editor(work: shell.Workspace, table: pd.DataFrame) -> None:
    table = table.assign(standing=table["standing"].map(SAID))
    # The browser keeps edits by a row's position: another list of runs, or a saved edit, is another editor.
    print_of = hash_bytes(canonical_json(table[["run_id", "star", "note"]].to_dict("records")).encode())[:12]
    key = f"train.board.{print_of}"

    def save(place: int, change: Mapping[str, Any]) -> None:
        note = str(change["note"] or "").strip() if "note" in change else None
        set_run_note(str(table["run_id"].iloc[place]), store=work.store, note=note, star=change.get("star"))

    unsaid = {"standing", "data"} if set(table["standing"]) == {SAID["current"]} else set()
    if set(table["plan"]) == {plan_title("random")}:
        unsaid.add("plan")
    shell.edit_rows(
        table,
        key=key,
        editable=("star", "note"),
        on_edit=save,
        shown=[name for name in table.columns if name not in unsaid],
        columns={
            "star": st.column_config.CheckboxColumn("★", width=60, help="Click to star"),
            "note": st.column_config.TextColumn("note", width=150, max_chars=200, help="Double-click to write"),
            "smape_pct": st.column_config.NumberColumn("out of fold", format="%.2f %%"),
            "against_best": st.column_config.NumberColumn("against the best", format="%+.2f", help="Of the same plan"),
            "standing": st.column_config.TextColumn("trained on"),
            "fold_scores": st.column_config.TextColumn("SMAPE by fold"),
            "fit_seconds": st.column_config.NumberColumn("fit, s", format="%.1f"),
            "predict_seconds": st.column_config.NumberColumn(
                "predict, s", format="%.2f", help="Every train row once, every test row by each fold's model"
            ),
            "run_id": st.column_config.TextColumn("run"),
        },
    )
