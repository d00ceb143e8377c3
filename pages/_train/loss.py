"""The loss of a run: a choice, what it does in a line, and the share where it aims at a quantile."""

from __future__ import annotations

import streamlit as st

from core.train import BEST_LOSS, LOSSES, TrainSpec


def loss_choice(family: str) -> dict[str, str | float]:
    """The settings that differ from a plain :class:`core.train.TrainSpec`; the best loss at first."""
    left, right, _ = st.columns([2, 1, 3], vertical_alignment="bottom")
    chosen = left.segmented_control(
        "Loss",
        list(LOSSES),
        default=BEST_LOSS,
        required=True,
        format_func=lambda name: LOSSES[name].title,
        key=f"train.loss.{family}",
        persist_state="session",
        help="What each round lessens on log price. Folds stop early by SMAPE and are scored by it whatever the loss.",
    )
    settings: dict[str, str | float] = {}
    if chosen != TrainSpec.loss:
        settings["loss"] = str(chosen)
    if chosen == "quantile":
        settings["quantile"] = float(
            right.number_input("Share below", 0.05, 0.95, value=0.5, step=0.05, key="train.quantile")
        )
    st.caption(LOSSES[chosen].meaning)
    return settings
