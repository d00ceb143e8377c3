"""Choosing a run by what it is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.folds import on_folds
from core.train import RunRecord, model_title
from pages import _shell as shell


def pick_run(runs: Sequence[RunRecord], label: str, *, key: str, index: int = 0) -> RunRecord:
    """A run chosen by its score, blocks and note."""
    by_id = {run.run_id: run for run in runs}
    picked = st.selectbox(
        label,
        list(by_id),
        index=min(index, len(by_id) - 1),
        format_func=lambda run_id: run_title(by_id[run_id]),
        key=key,
    )
    return by_id[picked if picked in by_id else next(iter(by_id))]


def run_title(run: RunRecord) -> str:
    """A run in one line."""
    star = "★ " if run.star else ""
    note = f", “{run.note}”" if run.note else ""
    blocks = shell.rows(len(run.blocks), "block")
    title = f"{star}{shell.smape(run.oof_smape_pct)}, {model_title(run.family, run.loss)}, {blocks}"
    return f"{title}, seed {run.seed}{on_folds(run.plan_kind)}{note} · {run.run_id[:6]}"
