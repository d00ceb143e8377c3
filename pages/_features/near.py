"""The products whose titles are nearest to one, and what they cost."""

from __future__ import annotations

import streamlit as st

from core.embed import short_title
from core.encode import NearbyRows, nearby_is_cached, nearby_rows, neighbour_table
from core.features import artifact_key
from core.types import ID, TEXT
from pages import _shell as shell


def neighbours(work: shell.Workspace, split: str, sample_id: str) -> None:
    """The nearest train products with their prices; where they were not found yet, the button that finds them."""
    st.markdown("**Nearest train products, and what they cost**")
    if not nearby_is_cached(work.catalog, store=work.store):
        st.caption("Which titles lie near each other was not looked up yet. It is done once, for all products.")
        shell.start_job_button(
            "Find neighbours",
            "nearest",
            {"source": work.source.to_json()},
            title="Nearest products by title",
            key="near.find",
            primary=False,
            help="Some seconds for a few thousand products, a minute or two for 150,000. Training with the block"
            " Neighbours does it as well.",
        )
        return
    table = neighbour_table(work.catalog, "train" if split == "train" else "test", sample_id, nearby=held(work))
    if table.empty:
        st.caption("No train product shares a word of the title with it.")
        return
    table.insert(0, "title", [short_title(text) for text in table.pop(TEXT)])
    shell.table(
        table[["price", "adjusted_price", "title", "similarity", ID]],
        key="near.table",
        columns={
            "price": st.column_config.NumberColumn(format="dollar"),
            "adjusted_price": st.column_config.NumberColumn("for this amount", format="dollar"),
            "similarity": st.column_config.NumberColumn(format="%.2f"),
        },
    )
    st.caption(
        "By the words and letters of the titles; similarity 1 is the same title. “For this amount” allows for how much"
        " more or less the neighbour holds."
    )


def held(work: shell.Workspace) -> NearbyRows:
    """The nearest rows of all products, held in memory while the catalogue and its sizes stay as they are."""
    key = ("near.rows", artifact_key(work.catalog, "parse"), artifact_key(work.catalog, "size"), str(work.store.root))
    with st.spinner("Reading the nearest products …"):
        return shell.kept(key, lambda: nearby_rows(work.catalog, store=work.store))
