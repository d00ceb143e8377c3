"""Spellings: the brands nearest to one by spelling, and merges that the user makes and takes back."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.catalog import drop_overrides, keep_overrides
from core.features import brands_as_read
from core.overrides import Override
from core.shift import catalog_overlap, nearest_brands, suggested_merges
from pages import _shell as shell

COLUMNS = {
    "alike": st.column_config.NumberColumn(
        format="%.0f %%", help="Letters that stay in place; a name that begins the other is 85 % alike."
    ),
    "median price": st.column_config.NumberColumn(format="dollar"),
    "price of the merged": st.column_config.NumberColumn(format="dollar"),
    "price of the other": st.column_config.NumberColumn(format="dollar"),
}


def spellings(work: shell.Workspace, key: str) -> None:
    """What is merged into a brand, what is spelled like it, and the pairs that the whole catalogue suggests.

    Args:
        key: The brand's key.
    """
    table = shell.kept(
        ("spellings.table", work.catalog.read_key, str(work.store.root)),
        lambda: catalog_overlap(work.catalog, store=work.store).table,
    )
    if key in table.index:
        st.markdown("**Spellings**")
        _merged(work, key)
        _nearest(work, table, key)
    _suggested(work, table)


def _merged(work: shell.Workspace, key: str) -> None:
    """The spellings merged into this brand, each with the way back."""
    lines = [line for line in work.catalog.overrides.lines if line.what == "merge"]
    ends = work.catalog.overrides.merges()
    mine = [line for line in lines if ends[line.of] == key]
    if not mine:
        return
    names = _names_as_read(work)
    with st.container(horizontal=True):
        for line in mine:
            name = shell.escaped(names.get(line.of, f"{line.of} (no product)"))
            if st.button(f"Undo merge of {name}", key=f"spellings.undo.{line.of}", icon=":material/undo:"):
                drop_overrides(work.overrides, [line])
                st.rerun(scope="app")


def _names_as_read(work: shell.Workspace) -> Mapping[str, str]:
    """Brand keys before any merge, with their names."""

    def names() -> dict[str, str]:
        table = brands_as_read(work.catalog, store=work.store).value.stacked()
        return dict(zip(table["brand_key"].tolist(), table["brand"].tolist(), strict=True))

    return shell.kept(("spellings.names", work.catalog.key, str(work.store.root)), names)


def _nearest(work: shell.Workspace, table: pd.DataFrame, key: str) -> None:
    near = nearest_brands(table, key)
    if near.empty:
        st.caption("No other brand is spelled like it.")
        return
    shown = pd.DataFrame(
        {
            "brand": near["label"],
            "alike": near["like_pct"],
            "how": near["how"],
            "train rows": near["train_rows"],
            "test rows": near["test_rows"],
            "median price": near["median_price"],
        }
    )
    picked = shell.pick_row(shown.to_dict("records"), key=f"spellings.near.{key}", columns=COLUMNS)
    other = str(near.index[picked])
    name, other_name = str(table["label"].loc[key]), str(near["label"].iloc[picked])
    with st.container(horizontal=True):
        _merge_button(work, other, key, f"Merge {_quoted(other_name)} into this brand", "spellings.merge", other_name)
        _merge_button(work, key, other, f"Merge this brand into {_quoted(other_name)}", "spellings.merge_away", name)


def _merge_button(work: shell.Workspace, of: str, to: str, label: str, key: str, name: str) -> None:
    said = f"The products of {_quoted(name)} count as the other brand's everywhere, until you undo it."
    if st.button(label, key=key, icon=":material/merge:", help=said):
        keep_overrides(work.overrides, [Override("merge", to, of=of)])
        st.rerun(scope="app")


def _quoted(name: str) -> str:
    return f"“{shell.escaped(name)}”"


def _suggested(work: shell.Workspace, table: pd.DataFrame) -> None:
    """Pairs of the whole catalogue that may be one brand."""
    part = st.expander(
        "Suggested merges over the whole catalogue",
        icon=":material/join:",
        key="spellings.suggested",
        on_change="rerun",
    )
    if not part.open:
        return
    with part, st.spinner("Comparing names …"):
        pairs = shell.kept(
            ("spellings.pairs", work.catalog.read_key, str(work.store.root)), lambda: suggested_merges(table)
        )
    with part:
        if pairs.empty:
            st.caption("No two brands are spelled so much alike that they may be one.")
            return
        st.caption(
            f"{shell.rows(len(pairs), 'pair')} spelled much alike, the ones with most test rows first. Spelling is all"
            " that is compared: look at the names and prices before you merge."
        )
        shown = pd.DataFrame(
            {
                "merge": pairs["of_label"],
                "into": pairs["to_label"],
                "how": pairs["how"],
                "test rows": pairs["of_test_rows"],
                "train rows": pairs["of_train_rows"],
                "train rows of the other": pairs["to_train_rows"],
                "price of the merged": pairs["of_median_price"],
                "price of the other": pairs["to_median_price"],
            }
        )
        picked = shell.pick_row(shown.to_dict("records"), key="spellings.pairs_table", columns=COLUMNS)
        pair = pairs.iloc[picked]
        label = f"Merge {_quoted(pair['of_label'])} into {_quoted(pair['to_label'])}"
        _merge_button(work, str(pair["of"]), str(pair["to"]), label, "spellings.merge_pair", str(pair["of_label"]))
