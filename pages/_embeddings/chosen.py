"""The products that were chosen on the map: how many, their prices and brands, and a gallery in pages."""

from __future__ import annotations

import math

import numpy as np
import streamlit as st

from core.embed import ORDERS, QUANTILES, Chosen, Embedding, Order, ordered, summarise
from core.types import IntArray
from pages import _shell as shell
from pages._embeddings import gallery
from pages._embeddings.view import View, brand_names

PER_PAGE = 12


@shell.fragment()
def draw(view: View, found: Embedding, rows: IntArray) -> None:
    """A summary of the products at ``rows``, then page after page of them."""
    if not len(rows):
        st.caption("No product lies within the line.")
        return
    summary = summarise(view.work.catalog, rows, brand_names(view))
    _summary(summary)
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    shell.first_value("embed.chosen_order", "file")
    order: Order = left.segmented_control(
        "Order",
        list(ORDERS),
        required=True,
        format_func=ORDERS.__getitem__,
        key="embed.chosen_order",
        persist_state="session",
    )
    listed = ordered(view.work.catalog, rows, order)
    pages = math.ceil(len(listed) / PER_PAGE)
    with right:
        # Another choice starts on its first page.
        page = st.pagination(pages, key=f"embed.chosen_page.{found.key[:12]}.{pages}") if pages > 1 else 1
    gallery.draw(view.cards(listed[(page - 1) * PER_PAGE : page * PER_PAGE].tolist()))


def _summary(summary: Chosen) -> None:
    low, quarter, median, upper, high = summary.price_quantiles
    total = summary.n_train + summary.n_test
    of_test = f"{summary.n_train:,} train, {summary.n_test:,} test"
    middle = (
        f"half of them {shell.money(quarter)} to {shell.money(upper)}; all others {shell.money(summary.rest_median)}"
    )
    tail = f"{round(100 * QUANTILES[0])} %"
    shell.headlines(
        [
            shell.Headline("Products", f"{total:,}", of_test),
            shell.Headline("Median price", shell.money(median), middle if summary.n_train else "no train product"),
            shell.Headline("Cheap end", shell.money(low), f"{tail} cost less" if summary.n_train else ""),
            shell.Headline("Dear end", shell.money(high), f"{tail} cost more" if summary.n_train else ""),
            shell.Headline("Brands", f"{summary.n_brands:,}", f"{summary.unbranded:,} without a readable brand"),
        ]
    )
    if len(summary.brands):
        columns = {"median_price": st.column_config.NumberColumn("median price", format="dollar")}
        with st.expander(f"The {len(summary.brands)} largest brands among them"):
            shell.table(summary.brands.replace({np.nan: None}), key="embed.chosen_brands", columns=columns)
