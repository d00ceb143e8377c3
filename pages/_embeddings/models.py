"""The models side by side: licence, size, speed here, what encoding would take, and the measured gain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from core.embed import TOWERS, MeasuredGain, best_gains, compare_models
from core.folds import random_plan
from core.gains import latest_gains
from core.types import Tower
from pages import _shell as shell
from pages._embeddings.view import View

SEED = 0


def draw(view: View) -> None:
    """The table, and what its numbers rest on."""
    gains = best_gains(_measured(view))
    table = compare_models(view.spec, _whole(view), gains, store=view.work.store)
    shown = pd.DataFrame(
        {
            "model": table["model"].where(~table["in_use"], "▸ " + table["model"]),
            "licence": [
                f"{licence} ✓" if allowed is True else licence or "not known here"
                for licence, allowed in zip(table["licence"], table["open_licence"], strict=True)
            ],
            "numbers": table["dim"],
            "weights": table["size_mb"],
            "photos a second": table["image_per_s"],
            "titles a second": table["text_per_s"],
            "takes": table["hours"],
            "gain": table["gain_pct"],
            "90 % interval": [
                f"{shell.delta(low)} to {shell.delta(high)}" if np.isfinite(low) else ""
                for low, high in zip(table["low_pct"], table["high_pct"], strict=True)
            ],
            "by its block": table["block"].str.partition("@")[0],
            "pixels": table["image_px"],
            "parameters": table["parameters_m"],
            "why one would take it": table["note"],
        }
    ).replace({np.nan: None})
    shell.table(shown, key="embed.models", columns=_columns())
    st.caption(
        "✓: MIT or Apache-2.0, as the challenge demands. Speeds are those last measured on this machine:"
        " choose a model above and take a timed sample, which opens it. Gains are measured on this data under Features,"
        " in points of SMAPE beside the blocks that were on; none is borrowed from elsewhere."
    )


def _columns() -> dict[str, object]:
    number = st.column_config.NumberColumn
    return {
        "numbers": number(format="%d", help="Numbers of one vector"),
        "pixels": number(format="%d px"),
        "parameters": number(format="%.0f M"),
        "weights": number(format="%.0f MB", help="About: published weights of four bytes a parameter"),
        "photos a second": number(format="%.1f"),
        "titles a second": number(format="%.1f"),
        "takes": number(format="%.1f h", help="Every photo at hand and every title, at the measured speeds"),
        "gain": number(format="%+.2f", help="SMAPE points that the best block of its vectors gains; more is better"),
    }


def _whole(view: View) -> dict[Tower, int]:
    """Items of each tower in the chosen files."""
    catalog = view.work.catalog
    photos = 0 if view.files is None else int(view.files.stacked()["file"].ne("").sum())
    counts: dict[Tower, int] = {"image": photos, "text": catalog.n_train + catalog.n_test}
    return {tower: counts[tower] for tower in TOWERS if counts[tower]}


def _measured(view: View) -> list[MeasuredGain]:
    """The lines of the last measurement of gains on the folds of the pages."""
    catalog = view.work.catalog
    plan = shell.kept(("folds.random", catalog.key, str(SEED)), lambda: random_plan(catalog, seed=SEED))
    report = latest_gains(plan, store=view.work.store)
    lines = () if report is None else report.lines
    return [MeasuredGain(line.block, line.away.gain_pct, *line.away.interval_90_pct) for line in lines]
