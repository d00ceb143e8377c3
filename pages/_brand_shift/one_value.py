"""One brand (or category, unit, pack): its products on both sides and its train prices."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.figures import brand_shift as figures
from core.shift import Overlap, choose_value, product_rows, unit_prices
from pages import _shell as shell
from pages._brand_shift.compared import PRICES, SHOWN, sizes_of
from pages._brand_shift.spellings import spellings

BOTH, TRAIN, TEST = "Both files", "Train", "Test"


def one_brand(work: shell.Workspace, overlap: Overlap, key: str, name: str, *, scope: str = "brand") -> None:
    """A value's train prices among all, what it asks for a unit, and its products."""
    chosen = choose_value(overlap, key)
    prices = work.catalog.price[chosen.train]
    n_test = int(chosen.test.sum())
    st.subheader(name, anchor=False)
    if prices.empty:
        st.caption(
            f"No train row shows this {overlap.column}; {shell.rows(n_test, 'test row')} must be priced by all else."
        )
    else:
        bars = figures.brand_prices(prices.tolist(), work.catalog.price.tolist(), name)
        shell.chart(bars, key=f"{scope}.prices", alt=f"train prices of {name} among all train prices")
    rows = product_rows(work.catalog, sizes_of(work), train=chosen.train, test=chosen.test, limit=SHOWN)
    for line in unit_prices(rows).to_dict("records"):
        spread = f", from {shell.money(line['low'])} to {shell.money(line['high'])}" if line["rows"] > 1 else ""
        st.caption(
            f"{shell.rows(line['rows'], 'train row')} sold by {line['kind']}: median"
            f" {shell.money(line['median'])} per {line['per']}{spread}.".replace("$", r"\$")
        )
    rows_table(rows, key=f"{scope}.rows", counts={"train": len(prices), "test": n_test})
    if overlap.column == "brand":
        spellings(work, key)


def rows_table(rows: pd.DataFrame, *, key: str, counts: dict[str, int]) -> None:
    """Products of both files with a filter by file.

    Args:
        counts: All rows of each file, of which the table holds the first.
    """
    names = {BOTH: BOTH, TRAIN: f"Train ({counts['train']:,})", TEST: f"Test ({counts['test']:,})"}
    side = st.segmented_control(
        "Rows of",
        [BOTH, TRAIN, TEST],
        default=BOTH,
        required=True,
        format_func=names.__getitem__,
        key=f"{key}.side",
        persist_state="session",
        label_visibility="collapsed",
    )
    shown = rows if side == BOTH else rows[rows["side"] == str(side).lower()]
    if shown.empty:
        st.caption("No such row in this file.")
        return
    shell.table(shown.rename(columns={"unit_price": "unit price"}), key=key, columns=PRICES)
    if any(count > SHOWN for count in counts.values()):
        st.caption(f"The first {SHOWN:,} rows of each file.")
