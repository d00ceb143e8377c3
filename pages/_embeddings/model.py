"""The choice of the model."""

from __future__ import annotations

import streamlit as st

from core.embed import MODELS, ModelSpec, folder_licence
from pages import _shell as shell

CUSTOM = "Another: any open_clip or sentence model, a folder, random weights"


def draw() -> ModelSpec:
    """One of the list, or whatever the user types."""
    named = {f"{info.spec.label} · {info.licence}": info for info in MODELS}
    chosen = st.selectbox(
        "Model",
        [*named, CUSTOM],
        key="embed.model",
        persist_state="session",
        help="The challenge asks for MIT or Apache-2.0 weights; all of the list are.",
    )
    if chosen in named:
        info = named[chosen]
        st.caption(
            f"{info.dim} numbers a vector, {info.image_px} px, {info.parameters_m:.0f} M parameters. {info.note}"
        )
        return info.spec
    left, right = st.columns(2)
    tag = left.text_input(
        "Name",
        "ViT-B-32",
        key="embed.tag",
        persist_state="session",
        help="An architecture of open_clip, local-dir:PATH for a folder in its format, or hf-hub:owner/name. A sentence"
        " model of transformers, for texts alone: hf-dir:PATH, or hf-text:owner/name.",
    )
    weights = right.text_input(
        "Weights of an architecture",
        key="embed.weights",
        persist_state="session",
        help="A published tag, or the path of a checkpoint (.safetensors, or .pt without code). Empty: random weights.",
    )
    spec = ModelSpec(tag.strip(), weights.strip() or None)
    if spec.reads_text_only:
        licence = folder_licence(spec)
        said = f"its folder names the licence {shell.escaped(licence)}" if licence else "its licence is not known here"
        st.caption(f"Reads texts, no photos; {said}. The challenge asks for MIT or Apache-2.0, 8 B parameters at most.")
    if spec.random_weights:
        st.caption("Random weights know nothing of products; they show that the way works.")
    return spec
