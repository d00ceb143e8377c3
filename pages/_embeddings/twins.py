"""Products of the two files that are nearly the same to the model, with their prices and what those are worth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.embed import Embedding, set_name, with_vectors
from core.encode import Nearest, has_vector_nearest, twin_levels, twin_table, twins_of, vector_nearest
from core.types import Tower
from pages import _shell as shell
from pages._embeddings import gallery
from pages._embeddings.view import View

AT_ONCE = 20_000
"""Products up to which they are compared while the page waits; a job does larger files."""
FROM_PCT = 95
SHOWN = 2_000
TWINS_SHOWN = 7
KIND: dict[Tower, str] = {"image": "photo", "text": "text"}


def draw(view: View, found: Embedding) -> None:
    """Counts at several thresholds, then the pairs at the one that is chosen."""
    near = _nearest(view, found)
    if near is None:
        return
    st.markdown("**How many test products have a twin in train, and what a twin's price is worth**")
    _levels(view, found, near)
    least_pct = st.slider(
        "Two products are twins from a cosine of",
        80,
        100,
        FROM_PCT,
        format="%d %%",
        key="embed.twins_from",
        persist_state="session",
        help="What counts as near differs from model to model; the table above says what it means for this one.",
    )
    table = shell.kept(
        ("embed.twins", found.key, view.work.catalog.key, str(least_pct)),
        lambda: twin_table(view.work.catalog, near, found.rows, least_pct / 100),
    )
    if table.empty:
        st.caption(f"No test product has a train product this near by its {KIND[found.tower]}.")
        return
    _pairs(view, found, near, table, least_pct / 100)


def _nearest(view: View, found: Embedding) -> Nearest | None:
    """The nearest train products: from the cache, made here in small files, or the button of the job."""
    work, store, model = view.work, view.work.store, set_name(view.spec)
    if found.pending:
        shell.empty_state(f"{shell.rows(found.pending, 'product')} not encoded yet. Press Encode, then come back.")
        return None
    catalog = with_vectors(work.catalog, [found])
    small = int(sum(mask.sum() for mask in found.present)) <= AT_ONCE
    if not small and not has_vector_nearest(catalog, found.tower, model, store=store):
        shell.empty_state("Comparing every product with every train product takes minutes in files this large.")
        shell.start_job_button(
            "Look for twins",
            "vector_nearest",
            {"source": work.source.to_json(), "tower": found.tower, "model": model},
            title=f"Twins by vector, {view.spec.short_label}",
            key="embed.twins_start",
            help="The blocks of neighbours by vector need the same, so it is not lost.",
        )
        return None
    with st.spinner("Comparing the vectors …"):
        key = ("embed.nearest", found.key, work.catalog.key)
        return shell.kept(key, lambda: vector_nearest(catalog, found.tower, model, store=store))


def _levels(view: View, found: Embedding, near: Nearest) -> None:
    present = np.concatenate(found.present)
    key = ("embed.twin_levels", found.key, view.work.catalog.key)
    levels = shell.kept(key, lambda: twin_levels(view.work.catalog, near, present))
    lines = pd.DataFrame(
        {
            "cosine from": [level.least for level in levels],
            "test products": [level.test_rows for level in levels],
            "of those with a vector": [level.test_pct for level in levels],
            "train products": [level.train_rows for level in levels],
            "by their twins": [level.twin_smape_pct for level in levels],
            "by the median price": [level.median_smape_pct for level in levels],
        }
    ).replace({np.nan: None})
    percent = {"format": "%.1f %%"}
    columns = {
        "cosine from": st.column_config.NumberColumn(format="%.2f"),
        "of those with a vector": st.column_config.NumberColumn(**percent),
        "train products": st.column_config.NumberColumn(help="Train products with another train product this near"),
        "by their twins": st.column_config.NumberColumn(
            **percent, help="SMAPE of those train products, each foretold by the geometric mean of its twins' prices"
        ),
        "by the median price": st.column_config.NumberColumn(
            **percent, help="SMAPE of the same products, all foretold by the median price of train"
        ),
    }
    shell.table(lines, key="embed.twin_levels", columns=columns)


def _pairs(view: View, found: Embedding, near: Nearest, table: pd.DataFrame, least: float) -> None:
    """The pairs, and the chosen product beside its twins."""
    kind, same = KIND[found.tower], int(table["same"].sum())
    limited = f"; the first {SHOWN:,} below" if len(table) > SHOWN else ""
    st.caption(
        f"{shell.rows(len(table), 'test product')} with a twin, {same:,} of them with the very same {kind}{limited}."
        " Choose a line to see the products."
    )
    shown = table.head(SHOWN)
    lines = pd.DataFrame(
        {
            "test product": shown["sample_id"],
            "nearest in train": shown["twin_id"],
            "cosine": shown["cosine"],
            f"same {kind}": shown["same"],
            "price": shown["price"],
            "twins": shown["twins"],
            "lowest": shown["low_price"],
            "highest": shown["high_price"],
        }
    )
    money = st.column_config.NumberColumn(format="dollar")
    columns = {
        "cosine": st.column_config.NumberColumn(format="%.4f"),
        "price": money,
        "lowest": money,
        "highest": money,
    }
    picked = shell.pick_row(lines.to_dict("records"), key="embed.twin_pairs", columns=columns)
    row = int(shown["row"].iloc[picked])
    rows, cosines = twins_of(near, row, least)
    gallery.draw(view.cards([row, *rows[:TWINS_SHOWN]], [float("nan"), *cosines[:TWINS_SHOWN]]))
    if len(rows) > TWINS_SHOWN:
        st.caption(f"The {TWINS_SHOWN} nearest of its {len(rows)} twins.")
