"""Features: what the studio reads in each product, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.features import (
    RowQuery,
    RowView,
    block_names,
    blocks_are_cached,
    brands,
    compute_blocks,
    coverage_table,
    distribution_table,
    feature_parquet,
    find_rows,
    read_row,
)
from core.figures import features as figures
from core.store import hash_bytes
from core.types import FeatureBlock, SplitFrame
from pages import _shell as shell
from pages._features import dictionary, gains
from pages._features.corrections import correct, corrections_made
from pages._features.edit import edit_and_see
from pages._features.near import neighbours
from pages._features.picture import product_photo
from pages._features.text import fact_table, marked

DEFAULT_COLUMN = ("size", "log_total")
LOG_OF = "natural log of "
READ, CORRECT, EDIT = "Read", "Wrong? Correct it", "Edit and see"


@dataclass(frozen=True)
class Read:
    """All that the page shows, held in memory by the catalogue's key."""

    blocks: Mapping[str, FeatureBlock]
    brand: SplitFrame
    coverage: pd.DataFrame


def read_all(work: shell.Workspace) -> Read:
    """Every block of the catalogue, with a bar while they are computed for the first time."""
    names = block_names(work.catalog)
    if not blocks_are_cached(work.catalog, names, store=work.store):
        bar = st.empty()
        # What is kept in memory must not draw, so the bar stands out here; the blocks come from the cache below.
        compute_blocks(
            work.catalog, names, store=work.store, report=lambda share, said: bar.progress(share, text=f"{said} …")
        )
        bar.empty()

    def collect() -> Read:
        blocks = compute_blocks(work.catalog, names, store=work.store)
        brand = brands(work.catalog, store=work.store).value
        return Read(blocks, brand, coverage_table(work.catalog, store=work.store))

    return shell.kept(("features.all", work.catalog.read_key, str(work.store.root)), collect)


def headlines(work: shell.Workspace, read: Read) -> None:
    """How much of the catalogue was read."""
    known = read.coverage.set_index("feature")
    contradictions = find_rows(work.catalog, RowQuery(contradiction=True), store=work.store)
    unsure = find_rows(work.catalog, RowQuery(low_confidence=True), store=work.store)
    everything = work.catalog.n_train + work.catalog.n_test

    def covered(feature: str, help_text: str) -> shell.Headline:
        train, test = (float(known.loc[feature, f"{side}_pct"]) for side in ("train", "test"))
        return shell.Headline(
            feature, shell.percent(train), f"of train rows; {shell.percent(test)} of test rows", help_text
        )

    shell.headlines(
        [
            covered("Brand", "Products whose brand could be told from the catalogue; the others stay blank."),
            covered("Weight or volume", "Products whose whole content is known in grams or millilitres."),
            covered("Category", "Products that a keyword puts on a shelf."),
            shell.Headline(
                "Doubtful brands",
                f"{len(unsure):,}",
                f"of {shell.rows(everything)}, below 50 % confidence",
                "The reading is shown all the same; a model sees its confidence beside it.",
            ),
            shell.Headline(
                "Contradictions",
                f"{len(contradictions):,}",
                f"of {shell.rows(everything)}",
                "Title, pack phrase, Value and Unit cannot all be right.",
            ),
        ]
    )


@shell.fragment()
def pictures(read: Read) -> None:
    """Coverage on the left, one feature's spread on the right."""
    left, right = st.columns(2)
    with left:
        st.markdown("**What was read**")
        shell.chart(figures.coverage_bars(read.coverage), key="features.coverage", alt="coverage of the main features")
    with right:
        st.markdown("**How train and test spread**")
        columns = {
            (name, column): f"{block.info.title}: {column}"
            for name, block in read.blocks.items()
            for column in block.frame.columns
        }
        options = list(columns)
        name, column = st.selectbox(
            "Feature",
            options,
            index=options.index(DEFAULT_COLUMN) if DEFAULT_COLUMN in columns else 0,
            format_func=columns.__getitem__,
            key="features.column",
            persist_state="session",
            label_visibility="collapsed",
        )
        block = read.blocks[name]
        meaning = block.info.columns.get(column, column)
        is_log = meaning.startswith(LOG_OF)
        if is_log:
            inside = meaning.removeprefix(LOG_OF)
            meaning = block.info.columns.get(inside, inside)
        table = shell.kept(
            ("features.spread", block.key, column), lambda: distribution_table(block.frame, column, is_log=is_log)
        )
        title = "logarithmic axis" if is_log else ""
        shell.chart(figures.distribution_bars(table, title), key="features.spread", alt=f"spread of {column}")
        st.caption(
            f"{shell.escaped(meaning)}: share of the rows that have a value. The outer bars hold what lies beyond."
        )


@shell.fragment()
def browser(work: shell.Workspace, read: Read) -> None:
    """One product at a time: to read, to put right, or as a text to try changes on."""
    query = ask()
    key = ("features.rows", work.catalog.read_key, str(work.store.root), repr(query))
    found = shell.kept(key, lambda: find_rows(work.catalog, query, store=work.store))
    sent = shell.sent_rows(work.catalog.key)
    if sent is not None:
        found = among_sent(work, found, sent, key)
    if found.empty:
        shell.empty_state("No product fits. Take a filter away or search for another word.", icon=":material/search:")
        return
    row = int(choose_row(len(found), f"features.row.{hash_bytes(repr((key, sent.key if sent else '')).encode())}")) - 1
    split, sample_id = found.iloc[row]
    view = read_row(work.catalog, read.blocks, read.brand, split, sample_id)
    mode = st.segmented_control(
        "Mode",
        [READ, CORRECT, EDIT],
        default=READ,
        required=True,
        key="features.mode",
        persist_state="session",
        label_visibility="collapsed",
    )
    if mode == EDIT:
        edit_and_see(work, read.brand, view)
        return
    if mode == CORRECT:
        correct(work, view)
    show(work, view)


def among_sent(work: shell.Workspace, found: pd.DataFrame, sent: shell.SentRows, key: tuple[str, ...]) -> pd.DataFrame:
    """Those of the rows that another page has sent, and the button that shows all again."""
    st.button(
        f"{shell.escaped(sent.label)}: {shell.rows(len(sent.sample_ids), 'train row')}",
        key="features.sent.clear",
        icon=":material/close:",
        help="Show all rows again",
        on_click=shell.clear_sent,
        args=(work.catalog.key,),
    )

    def keep() -> pd.DataFrame:
        mine = (found["split"] == "train") & found["sample_id"].isin(sent.sample_ids)
        return found[mine].reset_index(drop=True)

    return shell.kept((*key, sent.key), keep)


def ask() -> RowQuery:
    """Search box and filters."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    words = left.text_input(
        "Search", key="features.words", placeholder="words of the text, or a sample_id", max_chars=200
    )
    split = right.segmented_control(
        "Rows", ["both", "train", "test"], default="both", required=True, key="features.split"
    )
    filters = st.pills(
        "Only",
        ["no brand", "low confidence", "contradiction", "corrected"],
        selection_mode="multi",
        key="features.filters",
        wrap=True,
    )
    return RowQuery(
        words=words or "",
        split=split,
        no_brand="no brand" in filters,
        contradiction="contradiction" in filters,
        low_confidence="low confidence" in filters,
        corrected="corrected" in filters,
    )


def choose_row(count: int, key: str) -> int:
    """Previous, next, or a number; counted from 1."""
    before, number, after, said = st.columns([2, 3, 2, 4], vertical_alignment="bottom")
    shell.first_value(key, 1)
    row = number.number_input(f"Product 1 to {count:,}", min_value=1, max_value=count, step=1, key=key)
    before.button(
        "Previous",
        key="features.previous",
        disabled=row <= 1,
        on_click=shell.set_widget,
        args=(key, row - 1),
        shortcut="P",
        help="Key P",
    )
    after.button(
        "Next",
        key="features.next",
        disabled=row >= count,
        on_click=shell.set_widget,
        args=(key, row + 1),
        shortcut="N",
        help="Key N",
    )
    said.caption(f"{shell.rows(count, 'product')} found")
    return row


def show(work: shell.Workspace, view: RowView) -> None:
    """Text with its marks, photo, and the numbers beside."""
    text, numbers = st.columns([3, 2])
    with text:
        st.caption(f"{view.split} row {shell.escaped(view.sample_id)}")
        st.html(marked(view.marks))
        if view.cut:
            st.caption("The text goes on; its start is shown.")
        neighbours(work, view.split, view.sample_id)
    with numbers:
        with shell.guard():
            product_photo(work, view.split, view.sample_id)
        st.html(fact_table(view.facts))


def download(work: shell.Workspace, read: Read) -> None:
    """The feature table as one Parquet file, written when it is asked for."""
    blocks = gains.in_use(work, read.blocks)
    if not blocks:
        shell.empty_state("No block that fits one table is in use. Switch one on in the tab Blocks.")
        return
    n_columns = sum(len(block.frame.columns) for block in blocks.values())
    rows = work.catalog.n_train + work.catalog.n_test
    st.write(
        f"One file with {shell.rows(rows)} and {shell.rows(n_columns, 'column')} of the"
        f" {shell.rows(len(blocks), 'block')} in use that have seen no price, train and test together, named"
        " `block.column`, with the brand as read. Blocks that see prices differ from fold to fold and fit no one table."
    )
    names = list(blocks)
    st.download_button(
        "Download the feature table",
        lambda: feature_parquet(work.catalog, names, store=work.store).value,
        file_name="features.parquet",
        mime="application/vnd.apache.parquet",
        key="features.download",
        icon=":material/download:",
        on_click="ignore",
    )
    dictionary.download(work, names)


with shell.page("Features", "What does the studio read in each product, and how sure is it?"):
    work = shell.workspace()
    read = read_all(work)
    headlines(work, read)
    pictures(read)
    rows_tab, corrections_tab, blocks_tab, download_tab = st.tabs(
        ["Row browser", "Corrections", "Blocks", "Download"], key="features.tabs", on_change="rerun"
    )
    if rows_tab.open:
        with rows_tab:
            browser(work, read)
    if corrections_tab.open:
        with corrections_tab, shell.guard():
            corrections_made(work)
    if blocks_tab.open:
        with blocks_tab, shell.guard():
            gains.blocks_tab(work, read.blocks)
    if download_tab.open:
        with download_tab, shell.guard():
            download(work, read)
