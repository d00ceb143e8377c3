"""What the dual-input network sees of the chosen blocks, said before it is trained."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.train import missing_inputs


def network_inputs(family: str, blocks: Sequence[str]) -> None:
    """A warning where the network lacks a branch, for that family alone."""
    lacking = missing_inputs(blocks) if family == "dual_input" else ""
    if lacking:
        st.warning(
            f"{lacking} Encode on Embeddings and switch the blocks on here: Title vectors, Photo vectors.",
            icon=":material/info:",
        )
