"""The map of the products."""

from __future__ import annotations

import streamlit as st

from core.embed import Embedding, map_table, project_map
from core.features import brands
from core.figures import embeddings as figures
from pages import _shell as shell

MAP_POINTS = 20_000


def draw(work: shell.Workspace, found: Embedding) -> None:
    """The map of the products, drawn once and kept."""
    colour = st.segmented_control(
        "Colour by",
        list(figures.MAP_COLOURS),
        default="price",
        required=True,
        format_func=figures.MAP_COLOURS.__getitem__,
        key="embed.colour",
        persist_state="session",
    )
    with st.spinner("Drawing the map …"):
        places = project_map(found, store=work.store)
    shell.badge(places, what="map")
    brand = brands(work.catalog, store=work.store).value if colour == "brand" else None
    table = map_table(work.catalog, places.value, brand, max_points=MAP_POINTS, seed=0)
    shell.chart(figures.product_map(table, str(colour)), key="embed.map", alt="Map of the products")
    shown, whole = len(table), int(sum(mask.sum() for mask in found.present))
    rule = f"A random {shown:,} of the {whole:,}" if shown < whole else f"All {whole:,}"
    st.caption(f"{rule} products with a vector. Near each other means alike to the model; a long way says little.")
