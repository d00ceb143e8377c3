"""The nearest products to a product, to typed words, or to a photo that the user hands in."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.embed import (
    Embedding,
    Neighbours,
    find_products,
    nearest_products,
    photo_query,
    product_titles,
    row_prices,
    small_photo,
    text_query,
)
from core.store import hash_bytes
from core.types import Float32Array
from pages import _shell as shell
from pages._embeddings import gallery
from pages._embeddings.view import View

NEAR = (8, 16, 32)
WAYS = {"product": "A product", "words": "Words", "photo": "A photo"}
PHOTO_TYPES = ("jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff")
MAX_UPLOAD_MB = 32


def draw(view: View, found: Embedding) -> None:
    """What to look for, then the nearest products with their prices."""
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    shell.first_value("embed.search_by", "product")
    way = left.segmented_control(
        "Search by",
        list(WAYS),
        required=True,
        format_func=WAYS.__getitem__,
        key="embed.search_by",
        persist_state="session",
    )
    shell.first_value("embed.near", NEAR[0])
    count = middle.segmented_control("Show", NEAR, required=True, key="embed.near", persist_state="session")
    shell.first_value("embed.train_only", True)
    train_only = right.toggle("Only train (with prices)", key="embed.train_only", persist_state="session")
    query = {"product": _product, "words": _words, "photo": _photo}[str(way)](view, found)
    if query is not None:
        _nearest(view, nearest_products(found, query, int(count), train_only=train_only))


def _product(view: View, found: Embedding) -> int | None:
    """The position of a product by its id or words of its title."""
    typed = st.text_input("sample_id, or words of a title", key="embed.product", persist_state="session")
    catalog = view.work.catalog
    titles = shell.kept(("embed.titles", catalog.key), lambda: product_titles(catalog))
    rows = find_products(catalog, typed, np.concatenate(found.present), titles=titles)
    if not rows:
        st.caption("No product with a vector is called that.")
        return None
    names = {row: f"{card.sample_id} · {card.title}" for row, card in zip(rows, view.cards(rows), strict=True)}
    row = st.selectbox("Product", rows, format_func=names.__getitem__, key="embed.match") if len(rows) > 1 else rows[0]
    gallery.draw(view.cards([row]))
    return int(row)


def _words(view: View, found: Embedding) -> Float32Array | None:
    """The vector of typed words."""
    typed = st.text_input("Words, as one would say what is in the photo", key="embed.words", persist_state="session")
    if not typed.strip():
        st.caption("Type a few words and press Enter; the text tower of the same model reads them.")
        return None
    with st.spinner("Opening the text tower …"):
        return shell.kept(("embed.query", found.key, typed), lambda: text_query(typed, found.spec))


def _photo(view: View, found: Embedding) -> Float32Array | None:
    """The vector of a photo handed in, which is read in memory and kept nowhere."""
    handed = st.file_uploader(
        "A photo", type=list(PHOTO_TYPES), key="embed.upload", max_upload_size=MAX_UPLOAD_MB, help="It stays here."
    )
    if handed is None:
        st.caption("Drop a photo of a product here; the image tower of the same model looks at it.")
        return None
    data = handed.getvalue()
    with st.spinner("Opening the image tower …"):
        vector = shell.kept(("embed.upload", found.key, hash_bytes(data)), lambda: photo_query(data, found.spec))
    small = small_photo(data)
    if small is not None:
        st.image(small, width=160)
    return vector


def _nearest(view: View, near: Neighbours) -> None:
    price = row_prices(view.work.catalog, near.rows)
    known = price[np.isfinite(price)]
    st.markdown("**Nearest**")
    if len(known):
        low, middle, high = (shell.escaped(shell.money(value)) for value in np.quantile(known, [0.25, 0.5, 0.75]))
        st.caption(f"Median price of the {len(known)} with a price: {middle}; half of them {low} to {high}.")
    gallery.draw(view.cards(near.rows.tolist(), near.similarity.tolist()))
