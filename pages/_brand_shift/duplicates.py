"""Duplicates, exact and near: how many, their prices, and the error that they say nobody can avoid."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from core.features import parsed_catalog
from core.figures import twins as figures
from core.shift import (
    LEAST,
    SAME,
    TWIN_KINDS,
    NearTwins,
    Twins,
    catalog_near,
    catalog_twins,
    find_near,
    offers,
    product_rows,
    twin_groups,
    twin_keys,
)
from core.types import SplitFrame
from pages import _shell as shell
from pages._brand_shift.compared import PRICES, SHOWN, sizes_of
from pages._brand_shift.measure import measure_button
from pages._brand_shift.one_value import rows_table

NEAR_AT_ONCE = 20_000
"""Products up to which near duplicates are looked for while the page waits, a few seconds; a job does larger files."""
NEAR_FROM = 90
FEW_GROUPS = 10
ALL, WITHIN, ACROSS = "All groups", "Within train", "Across the files"


@shell.fragment()
def duplicates() -> None:
    """Counts of every kind, the floor, then the groups of one kind with their rows."""
    work = shell.workspace()
    near = near_of(work)
    least_pct = NEAR_FROM
    if near is not None:
        least_pct = st.slider(
            "Two products are near when they share so much of their words",
            round(100 * LEAST),
            100,
            NEAR_FROM,
            format="%d %%",
            key="brand.near_from",
            persist_state="session",
            help="Distinct words that both have, of all that either has (Jaccard similarity). Numbers are words too.",
        )
    kept = ("shift.twins", work.catalog.read_key, str(least_pct), str(near is None))
    with st.spinner("Comparing texts and photo links …"):
        keys = shell.kept(
            (*kept, "keys"), lambda: twin_keys(work.catalog, store=work.store, near=near, least=least_pct / 100)
        )
        found = shell.kept(kept, lambda: catalog_twins(work.catalog, keys, offers_of(work)))
    if near is None:
        measure_button(work, "brand.measure_near")
    elif not all(twins.exact for twins in near.values()):
        st.caption("Files this large and this alike are compared by hashing: about 1 near pair in 100 may be missing.")
    counts(found)
    floor(work, found)
    examples(work, keys, found, kept)


def near_of(work: shell.Workspace) -> Mapping[str, NearTwins] | None:
    """Near duplicates from the cache; made here in small files; None where a job has yet to make them."""
    near = find_near(work.catalog, store=work.store)
    if near is None and work.catalog.n_train + work.catalog.n_test <= NEAR_AT_ONCE:
        with st.spinner("Looking for near duplicates …"):
            near = catalog_near(work.catalog, store=work.store)
    return near


def offers_of(work: shell.Workspace) -> SplitFrame:
    """Every product's size as a code, from memory."""
    return shell.kept(("shift.offers", work.catalog.read_key), lambda: offers(sizes_of(work)))


def counts(found: Mapping[str, Twins]) -> None:
    """A line a kind."""
    lines = [
        {
            "kind": kind,
            "train rows": twins.n_train_rows,
            "groups in train": twins.n_train_groups,
            "test rows": twins.n_test_rows,
            "groups across": twins.n_across_groups,
            "its rows have": TWIN_KINDS[kind],
        }
        for kind, twins in found.items()
    ]
    columns = {
        "train rows": st.column_config.NumberColumn(help="Train rows with a twin in train"),
        "test rows": st.column_config.NumberColumn(help="Test rows with a twin in train"),
        "groups across": st.column_config.NumberColumn(help="Groups that hold rows of both files"),
    }
    shell.table(pd.DataFrame(lines), key="brand.twin_counts", columns=columns)


def floor(work: shell.Workspace, found: Mapping[str, Twins]) -> None:
    """What twins of the same size say of the error that nobody can avoid, and of which rows they say it."""
    st.markdown("**What is left to err: the same offer at different prices**")
    floors = [
        {
            "name": kind,
            "lower": twins.same_size.lower.smape_pct,
            "centre": twins.same_size.centre.smape_pct,
            "low": twins.same_size.centre.low,
            "high": twins.same_size.centre.high,
            "upper": twins.same_size.upper.smape_pct,
            "rows": twins.same_size.n_rows,
            "groups": twins.same_size.n_groups,
        }
        for kind, twins in found.items()
        if twins.same_size is not None
    ]
    for kind in _binding(found):
        st.markdown(shell.escaped(_verdict(found[kind])))
    if not floors:
        return
    shell.chart(figures.floor_bounds(pd.DataFrame(floors)), key="brand.floors", alt="noise floor by kind of twins")
    st.caption(
        "Train rows with a twin of the same pack and size. Left end: the best single price of each group, chosen after"
        " seeing its prices, so surely not above the floor on average. Right end: each row predicted by its twins,"
        " surely not below it. Diamond: the floor itself if prices scatter normally, with its interval over the groups."
        " Only rows that share all their words (and the photo) bind a model; the others differ in something that it may"
        " read."
    )
    st.caption(_who(found))
    sizes(found)


def sizes(found: Mapping[str, Twins]) -> None:
    """Twins of the same pack and size apart from the others."""
    lines = [
        {
            "kind": kind,
            "same size": 0 if twins.same_size is None else twins.same_size.n_rows,
            "same price": None if twins.same_size is None else twins.same_size.same_price_pct,
            "by its twins": None if twins.same_size is None else twins.same_size.upper.smape_pct,
            "other size": twins.n_other_size,
            "by those": _number(twins.other_size_smape_pct),
            "by their unit price": _number(twins.other_size_unit_smape_pct),
        }
        for kind, twins in found.items()
        if twins.floor is not None
    ]
    error = "SMAPE of predicting a train row by the geometric mean of its twins, itself left out"
    columns = {
        "same size": st.column_config.NumberColumn(help="Train rows with a twin of the same pack and size"),
        "same price": st.column_config.NumberColumn(format="%.0f %%", help="Groups of one size that have one price"),
        "by its twins": st.column_config.NumberColumn(format="%.1f %%", help=f"{error}; of the same pack and size"),
        "other size": st.column_config.NumberColumn(help="Train rows with a twin of another pack or size"),
        "by those": st.column_config.NumberColumn(format="%.1f %%", help=f"{error}; of another pack or size"),
        "by their unit price": st.column_config.NumberColumn(
            format="%.1f %%", help="The same from their price per gram, millilitre or piece"
        ),
    }
    shell.table(pd.DataFrame(lines), key="brand.twin_sizes", columns=columns)


def _binding(found: Mapping[str, Twins]) -> list[str]:
    """The kinds that bind a model; words alone only where they say something else than words and photo."""
    both, words = (found[kind].floor for kind in (SAME, "same text"))
    return [SAME] if both is not None and words is not None and both.n_rows == words.n_rows else [SAME, "same text"]


def _verdict(twins: Twins) -> str:
    """The bound that twins which cannot be told apart set, in a sentence."""
    seen = "text and photo" if twins.kind == SAME else "text alone"
    found = twins.floor
    if found is None:
        shared = "text and photo" if twins.kind == SAME else "text"
        return f"No train row shares its {shared} with another: no bound for a model that sees {seen}."
    where = f"{shell.rows(found.n_rows, 'row')} in {shell.rows(found.n_groups, 'group')} of {twins.kind}"
    low = found.lower
    if found.n_groups < FEW_GROUPS:
        return (
            f"{where}: between {shell.smape(low.smape_pct)} and {shell.smape(found.upper.smape_pct)} on those rows, but"
            " so few groups prove nothing."
        )
    return (
        f"No model that sees {seen} can be expected below {shell.smape(low.smape_pct)} (90 % interval"
        f" {shell.smape(low.low)} to {shell.smape(low.high)}) on the {where}; about"
        f" {shell.smape(found.centre.smape_pct)} if prices scatter normally. Of the other rows this says nothing."
    )


def _who(found: Mapping[str, Twins]) -> str:
    """How rows with a twin differ from the others."""
    said = [
        f"{kind} {shell.money(twins.median_price)} against {shell.money(twins.other_median_price)}"
        for kind, twins in found.items()
        if twins.n_train_rows
    ]
    return f"Median price of the rows with a twin against all others: {'; '.join(said)}.".replace("$", r"\$")


def examples(
    work: shell.Workspace, keys: Mapping[str, SplitFrame], found: Mapping[str, Twins], kept: tuple[str, ...]
) -> None:
    """The groups of one kind, the widest spread of prices first; the chosen one's rows."""
    kinds = [kind for kind, twins in found.items() if twins.n_train_rows or twins.n_test_rows]
    if not kinds:
        st.caption("No two products are twins of any of these kinds.")
        return
    left, right = st.columns([1, 1])
    first = next((place for place, kind in enumerate(kinds) if found[kind].n_train_rows), 0)
    kind = left.selectbox("Groups of", kinds, index=first, key="brand.twin_kind", persist_state="session")
    where = right.segmented_control(
        "Where", [ALL, WITHIN, ACROSS], default=ALL, required=True, key="brand.twin_where", persist_state="session"
    )
    groups = shell.kept((*kept, str(kind)), lambda: _groups(work, keys[str(kind)]))
    if where == WITHIN:
        groups = groups[groups["train_rows"] > 1]
    elif where == ACROSS:
        groups = groups[groups["test_rows"] > 0]
    if groups.empty:
        st.caption("No such group.")
        return
    limited = f", the first {SHOWN:,}" if len(groups) > SHOWN else ""
    st.caption(f"{shell.rows(len(groups), 'group')}{limited}. Choose one to see its rows.")
    picked = shell.pick_row(_shown(groups.head(SHOWN)), key="brand.twin_groups", columns=PRICES | _RATIO)
    _group_rows(work, keys[str(kind)], int(groups.index[picked]))


_RATIO = {"highest / lowest": st.column_config.NumberColumn(format="%.2f")}


def _groups(work: shell.Workspace, keys: SplitFrame) -> pd.DataFrame:
    titles = parsed_catalog(work.catalog, store=work.store).value
    return twin_groups(keys, offers_of(work), work.catalog.price, titles)


def _shown(groups: pd.DataFrame) -> list[dict[str, object]]:
    shown = pd.DataFrame(
        {
            "train rows": groups["train_rows"],
            "test rows": groups["test_rows"],
            "lowest": groups["low_price"],
            "highest": groups["high_price"],
            "highest / lowest": groups["ratio"],
            "sizes": groups["same_size"].map({True: "same", False: "differ"}),
            "title": groups["title"],
        }
    )
    return shown.to_dict("records")


def _group_rows(work: shell.Workspace, keys: SplitFrame, group: int) -> None:
    train, test = ((side["key"] == group).to_numpy(dtype=bool) for side in (keys.train, keys.test))
    rows = product_rows(work.catalog, sizes_of(work), train=train, test=test, limit=SHOWN)
    rows_table(rows, key="brand.twin_rows", counts={"train": int(train.sum()), "test": int(test.sum())})


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
