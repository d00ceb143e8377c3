"""The brands' levels within each category and each price band; a piece of a bar shows its rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.figures import brand_shift as figures
from core.shift import Choice, Overlap, overlap_by, overlap_by_price
from pages import _shell as shell
from pages._brand_shift.browser import browser
from pages._brand_shift.compared import BRAND, SHARES, categories_of


def by_category(work: shell.Workspace, overlap: Overlap, found: dict[str, Choice]) -> None:
    """Levels within each category of the test rows."""
    table = overlap_by(overlap, categories_of(work), "category_top")
    bars = figures.group_bars(table, "group", overlap.rare_below)
    shell.choose(bars, key=f"{BRAND}.by_category", identity=2, alt="levels within each category")
    _below(table, overlap, found, f"{BRAND}.by_category", "Pick a piece of a bar to see its brands and rows.")


def by_price(work: shell.Workspace, overlap: Overlap, found: dict[str, Choice]) -> None:
    """What a train row finds of its own brand when it is left out, by price band."""
    table = overlap_by_price(overlap, work.catalog.price)
    numbered = table.assign(number=range(len(table)))
    bars = figures.group_bars(numbered, "band", overlap.rare_below, identity="number")
    shell.choose(bars, key=f"{BRAND}.by_price", identity=2, alt="levels within each price band")
    st.caption(
        "Test has no prices, so these are train rows, each counted without itself. “Test rows” counts those whose"
        " brand's median train price lies in the band."
    )
    shown = table.drop(columns=["low_price", "high_price"])
    _below(shown, overlap, found, f"{BRAND}.by_price", "Pick a piece of a bar to see its train rows and their brands.")


def _below(table: pd.DataFrame, overlap: Overlap, found: dict[str, Choice], key: str, hint: str) -> None:
    """The groups in numbers, and what is picked among them."""
    words = table.rename(
        columns=lambda name: str(name).removesuffix("_pct").replace("_share", " share").replace("_", " ")
    )
    if key not in found:
        st.caption(hint)
        shell.table(words, key=f"{key}.table", columns={**SHARES})
        return
    with st.expander("All groups in numbers"):
        shell.table(words, key=f"{key}.table", columns={**SHARES})
    browser(BRAND, BRAND, overlap.rare_below, found)
