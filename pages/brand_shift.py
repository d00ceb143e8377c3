"""Brand shift: what train shows of test's brands, and whether the two files can be told apart."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.features import brands, compute_block
from core.figures import brand_shift as figures
from core.folds import random_plan
from core.pipeline import latest_report
from core.sentinel import verdict_table
from core.shift import (
    COMPARED,
    ORDERS,
    RARE_BELOW,
    Adversarial,
    Overlap,
    brand_rows,
    catalog_duplicates,
    catalog_overlap,
    find_adversarial,
    find_values,
    overlap_by,
    overlap_by_price,
    unseen_change,
    verdict,
)
from core.types import SplitFrame
from pages import _shell as shell
from pages._brand_shift import forecast, gap
from pages._brand_shift.spellings import spellings

SHOWN = 500
MOST_RARE = 30
MOST_COLUMNS = 40
SEED = 0
PRICES = {
    name: st.column_config.NumberColumn(format="dollar")
    for name in ("price", "median price", "lowest", "highest", "price of its twins")
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
    return base.at(rare_below)


def named_rows(work: shell.Workspace) -> SplitFrame:
    """Every product's brand, from memory."""
    return shell.kept(("shift.brands", work.catalog.read_key), lambda: brands(work.catalog, store=work.store).value)


def measured(work: shell.Workspace) -> Adversarial | None:
    """The adversarial validation if it has been made."""
    plan = random_plan(work.catalog, seed=SEED)
    return find_adversarial(work.catalog, plan, store=work.store, seed=SEED)


def plain_verdict(work: shell.Workspace, found: Adversarial) -> str:
    """What the AUC and the unseen brands say together."""
    change = unseen_change(named_rows(work), random_plan(work.catalog, seed=SEED), seed=SEED)
    return verdict(found, unseen_change=change)


def headlines(overlap: Overlap, found: Adversarial | None) -> None:
    """Shares of the test rows by what train shows of their brand, and the AUC."""
    rows, values = overlap.rows_pct, overlap.values_pct
    notes = {level: f"of {shell.rows(overlap.n_test, 'test row')}" for level in rows}
    if rows["unknown"]:
        notes["unseen"] += f"; {shell.percent(rows['unknown'])} have no readable brand"
    names = figures.level_names(overlap.rare_below)
    shares = [
        shell.Headline(
            names[level].split(":")[0].capitalize(),
            shell.percent(rows[level]),
            notes[level],
            f"{names[level]}. Of the {overlap.n_test_values:,} test brands: {shell.percent(values[level])}.",
        )
        for level in ("unseen", "rare", "well")
    ]
    auc = shell.Headline(
        "Told apart (AUC)",
        "–" if found is None else f"{found.auc:.3f}",
        "not measured yet" if found is None else f"{found.low:.3f} to {found.high:.3f} at 90 %; 0.5 is not at all",
        "How often a classifier ranks a test row above a train row, by text, sizes and brand; no price is used.",
    )
    shell.headlines([*shares, auc])


def picture(overlap: Overlap) -> None:
    """Levels, the coverage curve, and each brand's frequency on both sides."""
    shares = {"test rows": overlap.rows_pct, "test brands": overlap.values_pct}
    left, right = st.columns(2)
    with left:
        st.markdown("**What train shows of test's brands**")
        shell.chart(figures.level_bars(shares, overlap.rare_below), key="brand.levels", alt="test rows by level")
        st.markdown("**Test rows whose brand has at least so many train rows**")
        shell.chart(figures.coverage_curve(overlap.coverage(), overlap.rare_below), key="brand.curve")
    with right:
        st.markdown("**Each brand's rows in both files**")
        shell.chart(
            figures.frequency_scatter(overlap.table, n_train=overlap.n_train, n_test=overlap.n_test),
            key="brand.scatter",
            alt="rows of each brand in train and in test",
        )
        surprising = int(overlap.table["surprising"].sum())
        st.caption(
            f"{shell.rows(surprising, 'brand')} more or less frequent in test than chance allows (5 % false discovery)."
            " Brands with the same two counts share a point, larger the more they are."
        )


def values_table(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that a screen shows of an overlap table."""
    return pd.DataFrame(
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


@shell.fragment()
def brand_browser(rare_below: int) -> None:
    """Search and order the brands; the chosen one shows its rows and prices."""
    work = shell.workspace()
    overlap = overlap_at(work, "brand", rare_below)
    left, right = st.columns([2, 1])
    search = left.text_input("Search a brand", key="brand.search", persist_state="session")
    order = right.selectbox("Order", list(ORDERS), key="brand.order", persist_state="session")
    table = find_values(overlap, search=search, order=order, limit=SHOWN)
    if table.empty:
        shell.empty_state(f"No brand holds “{search}”. Try fewer letters.")
        return
    st.caption(f"{len(table):,} of {len(overlap.table):,} brands, at most {SHOWN:,}. Choose a row to see its products.")
    picked = shell.pick_row(
        values_table(table).to_dict("records"),
        key="brand.table",
        columns={**PRICES, **RATIOS},
    )
    one_brand(work, str(table.index[picked]), str(table["label"].iloc[picked]))


def one_brand(work: shell.Workspace, key: str, name: str) -> None:
    """A brand's own products on both sides and its train prices."""
    rows = brand_rows(work.catalog, named_rows(work), key)
    prices = rows["price"].dropna()
    st.subheader(name, anchor=False)
    if prices.empty:
        st.caption(f"No train row shows this brand; {shell.rows(len(rows), 'test row')} must be priced by all else.")
    else:
        shell.chart(figures.brand_prices(prices.tolist(), work.catalog.price.tolist(), name), key="brand.prices")
    shell.table(rows, key="brand.rows", columns=PRICES)
    spellings(work, key)


def group_table(table: pd.DataFrame) -> pd.DataFrame:
    """A cross-section in the words of the screen."""
    return table.rename(
        columns=lambda name: str(name).removesuffix("_pct").replace("_share", " share").replace("_", " ")
    )


def by_category(work: shell.Workspace, overlap: Overlap) -> None:
    """Levels within each category of the test rows."""
    groups = compute_block(work.catalog, "category", store=work.store).frame
    table = overlap_by(overlap, groups, "category_top")
    shell.chart(figures.group_bars(table, "group", overlap.rare_below), key="brand.by_category")
    shell.table(group_table(table), key="brand.category_table", columns={**SHARES})


def by_price(work: shell.Workspace, overlap: Overlap) -> None:
    """What a train row finds of its own brand when it is left out, by price band."""
    table = overlap_by_price(overlap, named_rows(work), work.catalog.price)
    shell.chart(figures.group_bars(table, "band", overlap.rare_below), key="brand.by_price")
    st.caption(
        "Test has no prices, so these are train rows, each counted without itself. “Test rows” counts those whose"
        " brand's median train price lies in the band."
    )
    shell.table(
        group_table(table.drop(columns=["low_price", "high_price"])), key="brand.price_table", columns={**SHARES}
    )


def other_columns(work: shell.Workspace, rare_below: int) -> None:
    """The same comparison for category, unit and pack."""
    column = st.segmented_control(
        "Compare", COMPARED[1:], default=COMPARED[1], required=True, key="brand.other", persist_state="session"
    )
    overlap = overlap_at(work, str(column), rare_below)
    table = find_values(overlap, limit=SHOWN)
    shell.table(values_table(table), key="brand.other_table", columns={**PRICES, **RATIOS})


def duplicates(work: shell.Workspace) -> None:
    """Products that stand in both files."""
    key = ("shift.duplicates", work.catalog.key)
    with st.spinner("Comparing texts and photo links …"):
        found = shell.kept(key, lambda: catalog_duplicates(work.catalog, store=work.store))
    st.markdown(
        f"**{shell.rows(found.n_test_rows, 'test row')}** with a twin in train, by the exact text or by the photo link."
    )
    for how, count in found.train_rows.items():
        error = f"; predicting each by its twins scores {shell.smape(found.twin_smape_pct[how])}" if count else ""
        st.caption(f"Within train, {shell.rows(count)} share their {how}{error}.")
    if len(found.across):
        names = {"train_twins": "train twins", "train_id": "first twin", "median_price": "price of its twins"}
        shell.table(found.across.head(SHOWN).rename(columns=names), key="brand.duplicates", columns=PRICES)


def told_apart(work: shell.Workspace, found: Adversarial | None) -> None:
    """The adversarial validation in full, or the button that makes it."""
    if found is None:
        measure_button(work, "brand.measure_shift")
        return
    lines = [("everything", found.auc, found.low, found.high)]
    lines += [(name, auc.value, auc.low, auc.high) for name, auc in found.by_modality.items()]
    shell.chart(figures.auc_intervals(pd.DataFrame(lines, columns=["name", "auc", "low", "high"])), key="brand.aucs")
    st.caption("The columns that tell most; a positive weight means more of it in test.")
    st.caption("A column such as text.12 is one direction in the words of both files.")
    names = {"modality": "of", "auc_alone": "AUC alone"}
    columns = {name: st.column_config.NumberColumn(format="%.3f") for name in ("weight", "AUC alone")}
    shell.table(found.top_columns.head(MOST_COLUMNS).rename(columns=names), key="brand.top_columns", columns=columns)


def sentinel(work: shell.Workspace) -> None:
    """What the leak sentinel said of the last run, or of the last diagnosis where nothing was run."""
    reports = (latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose"))
    found = next((lines for report in reports if (lines := shell.listed(report, "sentinel"))), [])
    if found:
        shell.verdicts(verdict_table(found))
    else:
        measure_button(work, "brand.measure_sentinel")


def measure_button(work: shell.Workspace, key: str) -> None:
    """Start what takes longer than a page may."""
    shell.empty_state(
        "Not measured on this data yet: adversarial validation, the gap ladder and the leak sentinel, some seconds to"
        " minutes."
    )
    shell.start_job_button(
        "Measure",
        "diagnose",
        {"source": work.source.to_json(), "seed": SEED},
        title=f"Diagnosis, {work.catalog.name}",
        key=key,
        help="Tells train from test by text, sizes and brand, fits the ladder of settings, looks for leaks.",
    )


def details(work: shell.Workspace, overlap: Overlap, found: Adversarial | None) -> None:
    """The tabs, each made when it is opened."""
    parts = {
        "Brands": lambda: brand_browser(overlap.rare_below),
        "By category": lambda: by_category(work, overlap),
        "By price band": lambda: by_price(work, overlap),
        "Other columns": lambda: other_columns(work, overlap.rare_below),
        "Duplicates": lambda: duplicates(work),
        "Train against test": lambda: told_apart(work, found),
        "The gap": lambda: gap.draw(seed=SEED, measure=lambda: measure_button(work, "brand.measure_gap")),
        "Forecast": lambda: forecast.draw(
            work, seed=SEED, measure=lambda: measure_button(work, "brand.measure_forecast")
        ),
        "Leak sentinel": lambda: sentinel(work),
    }
    tabs = dict(zip(parts, st.tabs(list(parts), key="brand.tabs", on_change="rerun"), strict=True))
    for name, draw in parts.items():
        if tabs[name].open:
            with tabs[name], shell.guard():
                draw()


with shell.page("Brand shift", "Does the test file show brands that train never taught?"):
    work = shell.workspace()
    above = st.container()
    rare_below = st.slider(
        "A brand is rare below so many train rows",
        2,
        MOST_RARE,
        RARE_BELOW,
        key="brand.rare_below",
        persist_state="session",
    )
    overlap = overlap_at(work, "brand", rare_below)
    found = measured(work)
    with above:
        headlines(overlap, found)
        if found is not None:
            st.markdown(plain_verdict(work, found))
    picture(overlap)
    details(work, overlap, found)
