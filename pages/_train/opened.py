"""A run opened for single products, held in memory while its readings stay as they are."""

from __future__ import annotations

import streamlit as st

from core.explain import OpenRun, open_run
from core.folds import FoldPlan
from core.train import Run, plan_of
from pages import _shell as shell


def plan_for(work: shell.Workspace, run: Run) -> FoldPlan:
    """The run's fold plan."""
    key = ("train.plan", run.key, work.catalog.key)
    return shell.kept(key, lambda: plan_of(run, work.catalog, store=work.store))


def opened(work: shell.Workspace, run: Run) -> OpenRun:
    """The run with its models and rows."""
    key = ("train.opened", run.key, work.catalog.read_key, str(work.store.root))
    with st.spinner("Opening the run's models and rows …", show_time=True):
        return shell.kept(key, lambda: open_run(run, work.catalog, plan_for(work, run), store=work.store))


def look_at(split: str, sample_id: str) -> None:
    """Show a product in the tab One product; to be called before the page is drawn."""
    shell.set_widget("train.tabs", "One product")
    shell.set_widget("train.product.words", sample_id)
    shell.set_widget("train.product.split", split)
    shell.set_widget("train.product.row", 1)
