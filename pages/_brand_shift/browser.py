"""The values of a column and the rows behind them, as far as the charts' choices keep them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.shift import ORDERS, Choice, Overlap, chosen_values, find_values, joined, plural, product_rows
from pages import _shell as shell
from pages._brand_shift.compared import PRICES, RATIOS, SHOWN, overlap_at, sizes_of
from pages._brand_shift.one_value import one_brand, rows_table

VALUES, ROWS = "values", "rows"


@shell.fragment()
def browser(column: str, scope: str, rare_below: int, found: dict[str, Choice]) -> None:
    """The values, or the rows that ``found`` keeps; a chosen value shows its own.

    The choices come from whoever draws the charts, for they change only when those are drawn anew.
    """
    work = shell.workspace()
    overlap = overlap_at(work, column, rare_below)
    if not found:
        _values(work, overlap, None, scope)
        return
    choice = joined(overlap, list(found.values()))
    many = plural(column)
    view = st.segmented_control(
        "Show",
        [VALUES, ROWS],
        default=VALUES,
        required=True,
        format_func={VALUES: many.capitalize(), ROWS: f"Rows of the choice ({choice.n_rows:,})"}.__getitem__,
        key=f"{scope}.view",
        persist_state="session",
        label_visibility="collapsed",
    )
    if not choice.n_rows:
        shell.empty_state("No row is in all of these choices. Clear one of them.", icon=":material/filter_alt_off:")
    elif view == ROWS:
        _rows(work, choice, scope)
    else:
        _values(work, chosen_values(overlap, choice), len(overlap.table), scope)


def _rows(work: shell.Workspace, choice: Choice, scope: str) -> None:
    """The chosen rows, the first of each file."""
    rows = product_rows(work.catalog, sizes_of(work), train=choice.train, test=choice.test, limit=SHOWN)
    counts = {"train": int(choice.train.sum()), "test": int(choice.test.sum())}
    rows_table(rows, key=f"{scope}.chosen_rows", counts=counts)


def _values(work: shell.Workspace, overlap: Overlap, of: int | None, scope: str) -> None:
    noun, many = overlap.column, plural(overlap.column)
    if overlap.table.empty:
        shell.empty_state(f"The chosen rows have no readable {noun}. Look at the rows themselves.")
        return
    left, right = st.columns([2, 1])
    search = left.text_input(f"Search a {noun}", key=f"{scope}.search", persist_state="session")
    order = right.selectbox("Order", list(ORDERS), key=f"{scope}.order", persist_state="session")
    table = find_values(overlap, search=search, order=order, limit=SHOWN)
    if table.empty:
        among = "" if of is None else " among the chosen"
        shell.empty_state(f"No {noun}{among} holds “{search}”. Try fewer letters.")
        return
    among = f"{len(overlap.table):,} {many}" if of is None else f"{len(overlap.table):,} chosen of {of:,} {many}"
    st.caption(f"{len(table):,} of {among}, at most {SHOWN:,}. Choose a row to see its products and prices.")
    lines = _shown(table).to_dict("records")
    picked = shell.pick_row(lines, key=f"{scope}.table", columns={**PRICES, **RATIOS})
    one_brand(work, overlap, str(table.index[picked]), str(table["label"].iloc[picked]), scope=scope)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that a screen shows of an overlap table."""
    shown = pd.DataFrame(
        {
            "name": table["label"],
            "train rows": table["train_rows"],
            "test rows": table["test_rows"],
            "test / train": table["ratio"],
            "at least": table["ratio_low"],
            "at most": table["ratio_high"],
            "surprising": table["surprising"].map({True: "yes", False: ""}),
            "median price": table["median_price"],
            "lowest": table["low_price"],
            "highest": table["high_price"],
        }
    )
    whole = table["train_rows"] + table["test_rows"]
    if "chosen_rows" in table and not table["chosen_rows"].equals(whole):
        shown.insert(1, "chosen rows", table["chosen_rows"])
    return shown
