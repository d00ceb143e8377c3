"""Products side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.embed import ProductCard
from pages import _shell as shell


def draw(cards: list[ProductCard]) -> None:
    """Products side by side, with photo, title and price."""
    for first in range(0, len(cards), 4):
        for column, card in zip(st.columns(4), cards[first : first + 4], strict=False):
            with column, st.container(border=True, height="stretch"):
                if card.photo is not None:
                    st.image(card.photo, width="stretch")
                else:
                    st.caption("no photo at hand")
                price = shell.money(card.price) if card.split == "train" else "test, no price"
                st.markdown(f"**{shell.escaped(price)}**  \n{shell.escaped(card.title)}")
                near = "" if np.isnan(card.similarity) else f" · cosine {card.similarity:.3f}"
                st.caption(f"{shell.escaped(card.sample_id)}{near}")
