"""A language model: where it is asked, what it knows of prices, what it reads in products, and the rules for it."""

from __future__ import annotations

import streamlit as st

from core.llm import OPEN_MODELS, RULES
from pages import _shell as shell
from pages._strategies.llm_attributes import attributes
from pages._strategies.llm_endpoint import asked_where
from pages._strategies.llm_probe import probe


def language_model(work: shell.Workspace) -> None:
    """The whole part: endpoint, probe, attributes, rules."""
    st.caption(
        "Any OpenAI-compatible endpoint: vLLM or Ollama on this machine, or a remote one. It is off until you name one,"
        " and nothing is sent before you press a button that says what, how much and where to."
    )
    asked = asked_where(work)
    names = ["Probe", "Attributes", "Rules of the challenge"] if asked is not None else ["Rules of the challenge"]
    if asked is None:
        shell.empty_state("No endpoint is named yet. Type its address and a model above, then press Use this endpoint.")
    for name, tab in zip(names, st.tabs(names, key="llm.tabs", on_change="rerun"), strict=True):
        if not tab.open:
            continue
        with tab, shell.guard():
            if name == "Probe" and asked is not None:
                probe(work, asked)
            elif name == "Attributes" and asked is not None:
                attributes(work, asked)
            else:
                rules()


def rules() -> None:
    """The challenge's rules, and well-known open models held against them."""
    st.markdown("\n".join(f"- {rule}" for rule in RULES))
    st.caption(
        "A model that tells prices from memory knows them from outside. Used for the probe it shows what such a path"
        " would be worth; attributes read from the text and the photo hold no price."
    )
    rows = [
        {
            "model": model.name,
            "parameters, billions": model.billions,
            "licence": model.licence,
            "takes photos": model.photos,
            "fits the rules": not model.why_not,
            "what stands against it": model.why_not,
        }
        for model in OPEN_MODELS
    ]
    billions = st.column_config.NumberColumn(format="%.1f")
    st.dataframe(
        rows, hide_index=True, width="stretch", key="llm.models", column_config={"parameters, billions": billions}
    )
    st.caption("Licence and size as the publishers state them; look at the model's own card before you rely on one.")
