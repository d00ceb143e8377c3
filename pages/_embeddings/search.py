"""The nearest products to a product or to typed words."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.embed import Embedding, find_products, nearest_products, product_cards, text_query
from pages import _shell as shell
from pages._embeddings import gallery
from pages._embeddings.view import View

NEAR = 8


def by_product(view: View, found: Embedding) -> None:
    """The nearest products to one product."""
    typed, train_only = _ask("sample_id, or words of a title", "embed.product")
    rows = find_products(view.work.catalog, typed, np.concatenate(found.present))
    if not rows:
        st.caption("No product with a vector is called that.")
        return
    cards = product_cards(view.work.catalog, None, None, rows, [float("nan")] * len(rows))
    titles = {row: f"{card.sample_id} · {card.title}" for row, card in zip(rows, cards, strict=True)}
    row = st.selectbox("Product", rows, format_func=titles.__getitem__, key="embed.match") if len(rows) > 1 else rows[0]
    near = nearest_products(found, row, NEAR, train_only=train_only)
    gallery.draw(view.cards([row]))
    st.markdown("**Nearest**")
    gallery.draw(view.cards(near.rows.tolist(), near.similarity.tolist()))


def by_words(view: View, found: Embedding) -> None:
    """The nearest products to typed words."""
    typed, train_only = _ask("Words, as one would say what is in the photo", "embed.words")
    if not typed.strip():
        st.caption("Type a few words and press Enter; the text tower of the same model reads them.")
        return
    with st.spinner("Opening the text tower …"):
        query = shell.kept(("embed.query", found.key, typed), lambda: text_query(typed, found.spec))
    near = nearest_products(found, query, NEAR, train_only=train_only)
    gallery.draw(view.cards(near.rows.tolist(), near.similarity.tolist()))


def _ask(label: str, key: str) -> tuple[str, bool]:
    """What to look for, and whether only among train products."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    typed = left.text_input(label, key=key, persist_state="session")
    return typed, right.toggle("Only train (with prices)", key=f"{key}.train", persist_state="session")
