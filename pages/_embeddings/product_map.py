"""The map of the products: what its points are coloured by, and what a lasso drawn on it chooses."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from core.embed import Embedding, map_table, places_of, project_map, rows_within
from core.features import compute_block
from core.figures import embeddings as figures
from core.metrics import signed_row_smape_pct, to_price
from core.train import RunRecord, list_runs, load_run
from core.types import SplitFrame
from pages import _shell as shell
from pages._embeddings import chosen
from pages._embeddings.view import View, brand_names

MAP_POINTS = 20_000
Column = npt.NDArray[Any]


def draw(view: View, found: Embedding) -> None:
    """The map, drawn once and kept, and the products within the lasso."""
    work, whole = view.work, int(sum(mask.sum() for mask in found.present))
    colour, run_id = _colour(view)
    with st.spinner("Drawing the map …"):
        places = project_map(found, store=work.store)
        key = ("embed.map_table", found.key, work.catalog.read_key, colour, run_id)
        table = shell.kept(key, lambda: _table(view, places.value, colour, run_id))
    shell.badge(places, what="map")
    chart = f"embed.map.{found.key[:12]}"
    figure = figures.product_map(table, colour)
    picked = shell.choose(figure, key=chart, identity=1, modes=("lasso", "box"), alt="Map of the products")
    drawn = f"A random {len(table):,} of the {whole:,}" if len(table) < whole else f"All {whole:,}"
    st.caption(
        f"{drawn} products with a vector. Near each other means alike to the model; a long way says little. Draw a line"
        " around some with the mouse to see them below, also those that are not drawn."
    )
    if picked.outlines:
        rows = rows_within(places_of(places.value), picked.outlines)
        shell.chips({chart: f"{shell.rows(len(rows), 'product')} on the map"})
        chosen.draw(view, found, rows)


def _colour(view: View) -> tuple[str, str]:
    """What the points are coloured by, and the run whose error that is."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    runs = list_runs(view.work.catalog.key, store=view.work.store)
    offered = [name for name in figures.MAP_COLOURS if name != "error" or runs]
    shell.first_value("embed.colour", "price")
    colour = left.segmented_control(
        "Colour by",
        offered,
        required=True,
        format_func=figures.MAP_COLOURS.__getitem__,
        key="embed.colour",
        persist_state="session",
    )
    if colour != "error":
        return str(colour), ""
    named = {run.run_id: _run_name(run) for run in runs}
    run = right.selectbox("Run", [*named], format_func=named.__getitem__, key="embed.colour_run")
    return "error", str(run)


def _run_name(run: RunRecord) -> str:
    noted = f" · {run.note}" if run.note else ""
    return f"{shell.smape(run.oof_smape_pct)} · {run.family} · {run.run_id}{noted}"


def _table(view: View, places: SplitFrame, colour: str, run_id: str) -> pd.DataFrame:
    told: dict[str, Column] = {}
    if colour == "brand":
        told["brand"] = brand_names(view)
    elif colour == "category":
        block = compute_block(view.work.catalog, "category", store=view.work.store)
        told["category"] = block.frame.stacked()["category_top"].astype(object).fillna("").to_numpy()
    elif colour == "error":
        told["error"] = _errors(view, run_id)
    return map_table(view.work.catalog, places, told, max_points=MAP_POINTS, seed=0)


def _errors(view: View, run_id: str) -> Column:
    """Signed out-of-fold SMAPE of every train product by the run; NaN in test and where the run is gone."""
    catalog = view.work.catalog
    error_pct = np.full(catalog.n_train + catalog.n_test, np.nan)
    run = load_run(run_id, store=view.work.store)
    if run is not None:
        oof = to_price(run.oof_log_price.reindex(catalog.items.train.index))
        error_pct[: catalog.n_train] = signed_row_smape_pct(catalog.price, oof)
    return error_pct
