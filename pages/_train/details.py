"""What is known of one run, each part computed when its tab is opened."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from core.figures import train as figures
from core.metrics import to_price
from core.train import Run
from core.types import BlockInfo
from pages import _shell as shell
from pages._train import errors, moved, product

TABS = ("What moved the price", "One product", "Errors", "Folds", "Predictions")


def details(work: shell.Workspace, run: Run, infos: Mapping[str, BlockInfo]) -> None:
    """The tabs of a run."""
    shap, one, wrong, folds, prices = st.tabs(list(TABS), key="train.tabs", on_change="rerun")
    if shap.open:
        with shap, shell.guard():
            moved.draw(work, run, infos)
    if one.open:
        with one, shell.guard():
            product.draw(work, run, infos)
    if wrong.open:
        with wrong, shell.guard():
            errors.draw(work, run)
    if folds.open:
        with folds:
            shell.chart(figures.fold_scores(run.fold_smape_pct, run.oof_smape_pct), key="train.folds")
            st.caption(f"Rounds by fold: {', '.join(map(str, run.rounds))}.")
    if prices.open:
        with prices:
            shell.chart(figures.price_density(work.catalog.price, to_price(run.oof_log_price)), key="train.density")
            st.caption(
                f"All {shell.rows(work.catalog.n_train, 'train row')}, counted in squares; a stronger blue holds more"
                " of them (logarithmic). On the dotted line a prediction is right."
            )
