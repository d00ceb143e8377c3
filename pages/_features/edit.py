"""Edit and see: write a text and watch what is read in it."""

from __future__ import annotations

import streamlit as st

from core.features import MAX_SHOWN_CHARS, RowView, brand_index, read_text
from core.store import hash_bytes
from core.types import SplitFrame
from pages import _shell as shell
from pages._features.text import fact_table, marked

OWN, EMPTY = "this product's text", "an empty text"
EXAMPLE = (
    "Item Name: Brand and product, 12 Ounce (Pack of 6)\nBullet Point 1: what is good about it\nValue: 72\nUnit: Ounce"
)


def edit_and_see(work: shell.Workspace, brand: SplitFrame, view: RowView) -> None:
    """A text area and all that is read in it, as if the text stood in the catalogue; no price has a say.

    Args:
        brand: Every product's brand.
        view: The product that the text starts with.
    """
    key = ("features.index", work.catalog.key, str(work.store.root))
    with st.spinner("Learning the catalogue's brands …"):
        index = shell.kept(key, lambda: brand_index(work.catalog, store=work.store))
    start = st.segmented_control(
        "Start with", [OWN, EMPTY], default=OWN, required=True, key="features.start", persist_state="session"
    )
    own = view.text if start == OWN else None
    place = hash_bytes(repr((work.catalog.key, view.split, view.sample_id, start)).encode())
    left, right = st.columns([3, 2])
    with left:
        text = st.text_area(
            "Catalogue text",
            value=(own or "")[:MAX_SHOWN_CHARS],
            height=280,
            max_chars=MAX_SHOWN_CHARS,
            key=f"features.text.{place}",
            placeholder=EXAMPLE,
            help="Read when you press Ctrl+Enter or click elsewhere.",
        )
    if own is not None and text == own[:MAX_SHOWN_CHARS]:
        # A longer text is read whole, and the untouched one as it stands in the catalogue.
        text = own
    found = read_text(text or "", index, brand, work.catalog.overrides, of=own)
    with left:
        st.html(marked(found.marks))
    with right:
        st.html(fact_table(found.facts))
        if own is None:
            st.caption("Read as one product more of this catalogue.")
        else:
            st.caption("Read as if it stood in place of the product; your corrections of it are left out.")
