"""What the parts share: the overlap of a column from memory, the products' sizes, and what is chosen in the charts."""

from __future__ import annotations

import streamlit as st

from core.features import compute_block, size_table
from core.shift import (
    Choice,
    Overlap,
    catalog_overlap,
    choose_bands,
    choose_counts,
    choose_groups,
    choose_levels,
    choose_support,
)
from core.types import SplitFrame
from pages import _shell as shell

BRAND = "brand"
"""The scope of the page's own charts; the other columns' is ``brand.other.<column>``."""
SHOWN = 500
PRICES = {
    "price": st.column_config.NumberColumn(format="dollar"),
    "median price": st.column_config.NumberColumn(format="dollar"),
    "lowest": st.column_config.NumberColumn(format="dollar"),
    "highest": st.column_config.NumberColumn(format="dollar"),
    "unit price": st.column_config.NumberColumn(format="dollar", help="Price of one unit of what “per” says"),
}
RATIOS = {
    name: st.column_config.NumberColumn(format="%.2f", help="Test share over train share, with its 90 % interval")
    for name in ("test / train", "at least", "at most")
}
SHARES = {
    name: st.column_config.NumberColumn(format="%.1f %%")
    for name in ("unseen", "rare", "well", "unknown", "train share", "test share")
}


def overlap_at(work: shell.Workspace, column: str, rare_below: int) -> Overlap:
    """The overlap from memory, at the slider's threshold."""
    key = ("shift.overlap", work.catalog.read_key, column)
    with st.spinner("Reading the products …"):
        base = shell.kept(key, lambda: catalog_overlap(work.catalog, store=work.store, column=column))
    return base if base.rare_below == rare_below else base.at(rare_below)


def sizes_of(work: shell.Workspace) -> SplitFrame:
    """Every product's pack and size, from memory."""
    return shell.kept(("features.sizes", work.catalog.read_key), lambda: size_table(work.catalog, store=work.store))


def categories_of(work: shell.Workspace) -> SplitFrame:
    """Every product's category, from memory."""
    return shell.kept(
        ("features.category", work.catalog.read_key),
        lambda: compute_block(work.catalog, "category", store=work.store).frame,
    )


def choices(work: shell.Workspace, overlap: Overlap, scope: str) -> dict[str, Choice]:
    """What is picked in the charts of a scope, by the chart's key."""
    noun = overlap.column
    found: dict[str, Choice] = {}
    if picked := shell.chosen(f"{scope}.levels"):
        found[f"{scope}.levels"] = choose_levels(overlap, [level for (level,) in picked.points], noun=noun)
    if picked := shell.chosen(f"{scope}.curve"):
        found[f"{scope}.curve"] = _on_curve(overlap, picked)
    if picked := shell.chosen(f"{scope}.scatter"):
        found[f"{scope}.scatter"] = choose_counts(overlap, list(picked.points), noun=noun)
    if picked := shell.chosen(f"{scope}.by_category"):
        groups = categories_of(work)
        found[f"{scope}.by_category"] = choose_groups(overlap, groups, "category_top", list(picked.points), noun=noun)
    if picked := shell.chosen(f"{scope}.by_price"):
        found[f"{scope}.by_price"] = choose_bands(overlap, work.catalog.price, list(picked.points), noun=noun)
    return found


def chips(found: dict[str, Choice]) -> None:
    """What is chosen, each to be taken back."""
    shell.chips({key: choice.words for key, choice in found.items()})


def _on_curve(overlap: Overlap, picked: shell.Selection) -> Choice:
    """A point stands for so many train rows or more, a box for what lies in it."""
    if picked.x_range is not None:
        return choose_support(overlap, *picked.x_range, noun=overlap.column)
    return choose_support(overlap, min(point[0] for point in picked.points), noun=overlap.column)
