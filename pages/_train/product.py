"""One product: its prediction from the mean to the price, its neighbours, photo and text, and what if."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.explain import RowReasons, worst_rows
from core.features import RowQuery, RowView, brands, compute_blocks, find_rows, read_row
from core.metrics import row_smape_pct, to_price
from core.train import Run
from core.types import BlockInfo, FeatureBlock, SplitFrame
from pages import _shell as shell
from pages._features.near import neighbours
from pages._features.picture import product_photo
from pages._features.text import fact_table, marked
from pages._train.opened import opened
from pages._train.reasons import photo_said, waterfalls
from pages._train.what_if import what_if


@shell.fragment()
def draw(work: shell.Workspace, run: Run, infos: Mapping[str, BlockInfo]) -> None:
    """The tab One product."""
    found = ask(work, run)
    if found.empty:
        shell.empty_state("No product fits. Search for another word.", icon=":material/search:")
        return
    split, sample_id = choose_row(found)
    ready = opened(work, run)
    position = ready.position(split, sample_id)
    key = ("train.reasons", run.key, split, sample_id, work.catalog.read_key)
    reasons = shell.kept(key, lambda: ready.reasons(split, position))
    view = view_of(work, split, sample_id)
    headline(work, run, reasons, split, sample_id)
    left, right = st.columns([3, 2])
    with left:
        waterfalls(ready, reasons, infos)
    with right:
        with shell.guard():
            product_photo(work, split, sample_id)
            photo_said(reasons)
        st.html(fact_table(view.facts))
    with st.expander("The text, with the words that gave the features", expanded=True):
        st.html(marked(view.marks))
    neighbours(work, split, sample_id)
    what_if(work, ready, reasons, view, infos)


def ask(work: shell.Workspace, run: Run) -> pd.DataFrame:
    """Search box; the worst rows while nothing is searched for."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    words = left.text_input(
        "Search",
        key="train.product.words",
        placeholder="words of the text, or a sample_id; blank: the worst rows first",
        max_chars=200,
        on_change=shell.set_widget,
        args=("train.product.row", 1),
    )
    shell.first_value("train.product.split", "both")
    split = right.segmented_control("Rows", ["both", "train", "test"], required=True, key="train.product.split")
    if not (words or "").strip() and split != "test":
        worst = shell.kept(("train.worst", run.key, work.catalog.key), lambda: worst_rows(run, work.catalog))
        return pd.DataFrame({"split": "train", "sample_id": worst["sample_id"]})
    query = RowQuery(words=words or "", split=split)
    key = ("features.rows", work.catalog.read_key, str(work.store.root), repr(query))
    return shell.kept(key, lambda: find_rows(work.catalog, query, store=work.store))


def choose_row(found: pd.DataFrame) -> tuple[str, str]:
    """Previous, next, or a number, counted from 1; returns split and ``sample_id``."""
    key = "train.product.row"
    shell.first_value(key, 1)
    shell.clamp_widget(key, len(found))
    before, number, after, said = st.columns([2, 3, 2, 4], vertical_alignment="bottom")
    row = int(number.number_input(f"Product 1 to {len(found):,}", min_value=1, max_value=len(found), step=1, key=key))
    for place, label, to, stop in (
        (before, "Previous", row - 1, row <= 1),
        (after, "Next", row + 1, row >= len(found)),
    ):
        place.button(
            label,
            key=f"train.product.{label.lower()}",
            disabled=stop,
            on_click=shell.set_widget,
            args=(key, to),
            shortcut=label[0],
            help=f"Key {label[0]}",
        )
    said.caption(f"{shell.rows(len(found), 'product')} found")
    split, sample_id = found.iloc[row - 1]
    return str(split), str(sample_id)


def view_of(work: shell.Workspace, split: str, sample_id: str) -> RowView:
    """What was read of the product."""

    def read() -> tuple[Mapping[str, FeatureBlock], SplitFrame]:
        blocks = compute_blocks(work.catalog, ["category", "quality"], store=work.store)
        return blocks, brands(work.catalog, store=work.store).value

    blocks, brand = shell.kept(("train.read", work.catalog.read_key, str(work.store.root)), read)
    return read_row(work.catalog, blocks, brand, "train" if split == "train" else "test", sample_id)


def headline(work: shell.Workspace, run: Run, reasons: RowReasons, split: str, sample_id: str) -> None:
    """Predicted and true price."""
    predicted = float(to_price(reasons.log_price))
    numbers = [
        shell.Headline(
            "Predicted",
            shell.money(predicted),
            "by the model that did not see it" if split == "train" else f"mean of {run.n_folds} fold models",
        )
    ]
    if split == "train":
        price = float(work.catalog.price.loc[sample_id])
        error = float(row_smape_pct([price], [predicted])[0])
        numbers += [
            shell.Headline("True price", shell.money(price), f"{split} row {sample_id}"),
            shell.Headline("Error", shell.smape(error), "of at most 200 %", "SMAPE of this row."),
        ]
    else:
        numbers.append(shell.Headline("True price", "unknown", f"test row {shell.escaped(sample_id)}"))
    shell.headlines(numbers)
