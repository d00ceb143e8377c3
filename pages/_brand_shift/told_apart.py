"""Train against test: the verdict, the classifier, the spread of the propensity, the columns, the words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.features import brands, distribution_table
from core.figures import brand_shift as auc_figures
from core.figures import features as spread_figures
from core.figures import told_apart as figures
from core.folds import random_plan
from core.shift import (
    ToldApart,
    auc_cut,
    beyond_support_pct,
    catalog_told,
    column_meaning,
    effective_rows,
    find_vector_aucs,
    most_alike,
    propensity_bins,
    told_key,
    unpriced_columns,
)
from core.types import SplitFrame
from pages import _shell as shell

SEED = 0
MOST_COLUMNS = 40
PARTS = ("Columns", "Words", "Rows", "Classifier")
SHARE = st.column_config.NumberColumn(format="%.2f %%")
NUMBER = st.column_config.NumberColumn(format="%.3f")
EFFECTS = {
    "differs by": st.column_config.NumberColumn(
        format="%.2f %%",
        help="Share of rows: the largest difference at or below any cut of a number, the rows that would have to change"
        " level in a category, or the difference of the missing shares",
    ),
    "at least": SHARE,
    "at most": SHARE,
    "by chance": st.column_config.NumberColumn(format="%.2f %%", help="Median of alike files"),
    "train": SHARE,
    "test": SHARE,
    "p": st.column_config.NumberColumn(
        format="%.3f", help="Adjusted for all columns: below 0.05 in any column in one of twenty alike files"
    ),
    "AUC": NUMBER,
}


def find(work: shell.Workspace) -> ToldApart | None:
    """What the diagnosis found, from memory or the cache."""
    plan, key = random_plan(work.catalog, seed=SEED), found_key(work)
    if key is None:
        return None
    return shell.kept(("shift.told", key), lambda: catalog_told(work.catalog, plan, store=work.store, seed=SEED))


def found_key(work: shell.Workspace) -> str | None:
    """Moves with the files and with every correction made to them; None where nothing was measured."""
    return told_key(work.catalog, random_plan(work.catalog, seed=SEED), store=work.store, seed=SEED)


def told_apart(work: shell.Workspace) -> bool:
    """Draw all of it; False, and nothing drawn, where it has not been measured yet."""
    told = find(work)
    if told is None:
        return False
    say, icon = (st.success, ":material/check_circle:") if told.no_shift else (st.warning, ":material/warning:")
    say(shell.escaped(told.verdict), icon=icon)
    numbers(told)
    left, right = st.columns(2)
    with left:
        st.markdown("**Can a classifier tell the files apart?**")
        shell.chart(
            auc_figures.auc_intervals(auc_lines(work, told), alike_below=auc_cut(told.adversarial)),
            key="told.aucs",
            alt="AUC by kind of column",
        )
    with right:
        st.markdown("**How likely is each row to be a test row?**")
        found = told.adversarial
        bins = propensity_bins(found)
        shell.chart(
            figures.propensity_steps(bins, n_train=found.n_train, n_test=found.n_test),
            key="told.propensity",
            alt="propensity of train and test rows",
        )
    details()
    return True


def numbers(told: ToldApart) -> None:
    """What alarms, and what weighting train to test would cost."""
    found, drift, words = told.adversarial, told.drift, told.words
    kept = effective_rows(found)
    shell.headlines(
        [
            shell.Headline(
                "Columns that alarm",
                f"{len(drift.alarms)} of {drift.n_columns}",
                "5 % chance of any in alike files",
                "Each column's labels are permuted together with all others', and the clearest differences are held"
                " against the clearest ones of chance (Westfall and Young).",
            ),
            shell.Headline(
                "Words that differ",
                f"{words.n_told:,} of {words.n_terms:,}",
                "at most 5 % of them by chance",
                "Words and pairs of words in titles and the first bullets, by the odds to stand in a row of each file"
                " (Monroe et al. 2008); Benjamini and Hochberg's false discovery rate.",
            ),
            shell.Headline(
                "Train rows left by weighting",
                f"{kept:,.0f}",
                f"of {shell.rows(found.n_train, 'train row')}; all where the files are alike",
                "Effective sample size when train rows are weighted to look like test: (sum of weights)² over the sum"
                " of squared weights.",
            ),
            shell.Headline(
                "Test beyond train",
                shell.percent(beyond_support_pct(found)),
                "of test rows; 1 % where the files are alike",
                "Test rows that look more like test than 99 % of the train rows do.",
            ),
        ]
    )


def auc_lines(work: shell.Workspace, told: ToldApart) -> pd.DataFrame:
    """Everything, then one line a modality, then one a block of vectors that was ready for the diagnosis."""
    found = told.adversarial
    vectors = find_vector_aucs(work.catalog, store=work.store, seed=SEED)
    lines = [("everything", found.auc, found.low, found.high)]
    lines += [(name, auc.value, auc.low, auc.high) for name, auc in {**found.by_modality, **vectors}.items()]
    return pd.DataFrame(lines, columns=["name", "auc", "low", "high"])


@shell.fragment()
def details() -> None:
    """The part that is chosen; choosing a row redraws only this."""
    work = shell.workspace()
    told = find(work)
    if told is None:
        return
    part = st.segmented_control(
        "Look at", PARTS, default=PARTS[0], required=True, key="told.part", persist_state="session"
    )
    {"Columns": columns, "Words": words, "Rows": rows, "Classifier": classifier}[str(part)](work, told)


def columns(work: shell.Workspace, told: ToldApart) -> None:
    """Every column's effect and verdict; the chosen one's spread in both files."""
    drift = told.drift
    if drift.table.empty:
        shell.empty_state("Too few rows to compare columns: each file needs 20.")
        return
    named = drift.table.assign(name=drift.table["column"] + drift.table["kind"].map(missing_mark))
    shell.chart(figures.column_effects(named), key="told.effects", alt="effect of the clearest columns")
    st.caption(
        f"{drift.n_columns} columns, {drift.n_tested} different comparisons, labels permuted over"
        f" {shell.rows(drift.n_permuted_rows)}; no price is seen. An interval (90 %) speaks of its own column, p and"
        " the verdict of all columns together. Choose a row to see both files' values."
    )
    picked = shell.pick_row(effect_table(named).to_dict("records"), key="told.columns", columns=EFFECTS)
    one_column(work, str(drift.table["column"].iloc[picked]))


def missing_mark(kind: str) -> str:
    """What follows a column's name where its missing values are compared."""
    return " (missing)" if kind == "missing" else ""


def effect_table(named: pd.DataFrame) -> pd.DataFrame:
    """The columns that a screen shows."""
    return pd.DataFrame(
        {
            "column": named["name"],
            "differs by": 100.0 * named["effect"],
            "at least": 100.0 * named["low"],
            "at most": 100.0 * named["high"],
            "by chance": 100.0 * named["chance"],
            "p": named["p_value"],
            "verdict": named["alarm"].map({True: "differs", False: ""}),
            "most at": named["where"],
            "train": named["train_pct"],
            "test": named["test_pct"],
            "AUC": named["auc"],
        }
    )


def one_column(work: shell.Workspace, column: str) -> None:
    """How both files spread over one column's values."""
    key = ("shift.unpriced", found_key(work) or work.catalog.key)
    split: SplitFrame = shell.kept(key, lambda: unpriced_columns(work.catalog, store=work.store))
    meaning, is_log = column_meaning(column)
    st.markdown(f"**{shell.escaped(column)}**" + (f": {shell.escaped(meaning)}" if meaning else ""))
    title = "logarithmic axis" if is_log else ""
    spread = distribution_table(split, column, is_log=is_log)
    shell.chart(spread_figures.distribution_bars(spread, title), key="told.spread", alt=f"spread of {column}")


def words(work: shell.Workspace, told: ToldApart) -> None:
    """The words of either side, brand names left out on demand."""
    table = told.words.table
    if table.empty:
        shell.empty_state("No word stands in ten rows or more, so there is nothing to compare.")
        return
    if st.toggle("Leave brand names out", key="told.no_brands", persist_state="session"):
        table = table[~table["is_brand"]]
    if not told.words.n_told:
        st.caption("None of these differs by more than chance: the clearest of thousands always look like something.")
    shell.chart(figures.word_odds(table), key="told.odds", alt="odds ratios of the clearest words")
    st.caption(
        f"The clearest {len(table):,} of {told.words.n_terms:,} words and pairs that stand in ten rows or more, read"
        f" in {shell.rows(told.words.n_train, 'train row')} and {shell.rows(told.words.n_test, 'test row')}."
    )
    shell.table(word_table(table), key="told.words", columns={"q": NUMBER, "train": SHARE, "test": SHARE, "odds": ODDS})


ODDS = st.column_config.NumberColumn(format="×%.2f", help="Odds of a test row over those of a train row, shrunk")


def word_table(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that a screen shows."""
    return pd.DataFrame(
        {
            "word": table["term"],
            "odds": table["odds"],
            "train rows": table["train_rows"],
            "test rows": table["test_rows"],
            "train": table["train_pct"],
            "test": table["test_pct"],
            "q": table["q_value"],
            "verdict": table["told"].map({True: "differs", False: ""}),
            "brand name": table["is_brand"].map({True: "yes", False: ""}),
        }
    )


def rows(work: shell.Workspace, told: ToldApart) -> None:
    """The train rows that stand for test, and the test rows that train lacks."""
    named = brands(work.catalog, store=work.store).value
    if told.no_shift:
        st.caption("The files are alike, so that the order of these rows is little more than chance.")
    money = {"propensity": NUMBER, "price": st.column_config.NumberColumn(format="dollar")}
    for side, title in (("train", "Train rows most like test"), ("test", "Test rows least like train")):
        st.markdown(f"**{title}**")
        table = most_alike(work.catalog, named, told.adversarial, store=work.store, side=side)
        shell.table(table, key=f"told.rows.{side}", columns=money)


def classifier(work: shell.Workspace, told: ToldApart) -> None:
    """The classifier's strongest columns, its text directions in words."""
    st.caption("The columns that tell most; a positive weight means more of it in test.")
    top = told.adversarial.top_columns.head(MOST_COLUMNS)
    table = top.assign(column=top["column"].map(lambda name: in_words(told, name)))
    names = {"modality": "of", "auc_alone": "AUC alone"}
    shell.table(table.rename(columns=names), key="told.top_columns", columns={"weight": NUMBER, "AUC alone": NUMBER})


def in_words(told: ToldApart, column: str) -> str:
    """A column's name; of a text direction also the words at both its ends."""
    said = told.directions.get(column, "")
    return f"{column}: {said}" if said else column
