"""Strategies of one's own: from the runs that are there, or from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping

import streamlit as st

from core.errors import InputError
from core.strategies import BUILTIN, MemberRecipe, Strategy, forget_strategy, name_for, read_strategy, save_strategy
from core.train import RunRecord, list_runs, model_title
from pages import _shell as shell


def own_tab(work: shell.Workspace, strategies: dict[str, Strategy], wrong: list[str]) -> None:
    """Save one, bring one, take one away."""
    for said in wrong:
        st.warning(shell.escaped(said), icon=":material/warning:")
    left, right = st.columns(2)
    with left:
        _from_run(work, strategies)
    with right:
        _from_file(strategies)
    own = [name for name in strategies if name not in BUILTIN]
    st.subheader("Recipes", anchor=False)
    name = st.selectbox(
        "Strategy", list(strategies), format_func=lambda one: strategies[one].title, key="strategies.recipe"
    )
    recipe = json.dumps(strategies[name].to_json(), indent=2, ensure_ascii=False)
    st.code(recipe, language="json")
    with st.container(horizontal=True):
        st.download_button(
            "Download", recipe, file_name=f"{name}.json", mime="application/json", key="strategies.download_recipe"
        )
        if name in own and st.button("Take away", key="strategies.forget", icon=":material/delete:"):
            forget_strategy(name)
            st.rerun()


def _from_run(work: shell.Workspace, strategies: Mapping[str, Strategy]) -> None:
    st.subheader("Save a run's settings", anchor=False)
    runs = {run.run_id: run for run in list_runs(work.catalog.key, store=work.store)}
    if not runs:
        shell.empty_state("No run yet. Train one under Train & explain, then save its settings here.")
        st.page_link("pages/train.py", label="Train & explain", icon=":material/model_training:")
        return
    chosen = st.multiselect(
        "Runs, blended when there are several",
        list(runs),
        format_func=lambda one: _run(runs[one]),
        key="strategies.runs",
    )
    title = st.text_input("Name", max_chars=60, key="strategies.title").strip()
    replace = _replace(name_for(title), strategies, key="strategies.replace") if title else False
    if st.button("Save", key="strategies.save", disabled=not (chosen and title), icon=":material/save:"):
        save_strategy(_strategy(title, [runs[one] for one in chosen]), replace=replace)
        st.rerun()


def _replace(name: str, strategies: Mapping[str, Strategy], *, key: str) -> bool:
    """Asked only where one of that name is there."""
    there = strategies.get(name)
    if there is None or name in BUILTIN:
        return False
    return st.checkbox(f"Replace “{shell.escaped(there.title)}”, which has this name", key=key)


def _strategy(title: str, runs: list[RunRecord]) -> Strategy:
    if len({run.blocks for run in runs}) > 1:
        raise InputError(
            "the chosen runs use different blocks.", "A strategy has one set of blocks; choose runs alike."
        )
    if any(run.plan_kind != "random" for run in runs):
        raise InputError("a strategy is scored on random folds, and one of the runs was not.", "Choose others.")
    members = tuple(MemberRecipe.of(run.spec) for run in runs)
    return Strategy(name_for(title), title, "", runs[0].blocks, members, folds=runs[0].n_folds, seed=runs[0].plan_seed)


def _from_file(strategies: Mapping[str, Strategy]) -> None:
    st.subheader("Bring a recipe", anchor=False)
    brought = st.file_uploader("Recipe, a JSON file", type="json", key="strategies.upload", max_upload_size=1)
    if brought is None:
        return
    strategy = read_strategy(brought.getvalue(), where=brought.name)
    replace = _replace(strategy.name, strategies, key="strategies.replace_brought")
    if st.button("Add to the board", key="strategies.add", icon=":material/add:"):
        save_strategy(strategy, replace=replace)
        st.rerun()


def _run(run: RunRecord) -> str:
    blocks = shell.rows(len(run.blocks), "block")
    return f"{model_title(run.family, run.loss)} {run.run_id[:6]} · {shell.smape(run.oof_smape_pct)} · {blocks}"
