"""Tab "Forecast": the test score to expect, beside plain cross-validation, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.features import brands
from core.figures import forecast as figures
from core.folds import random_plan
from core.pipeline import latest_report
from core.shift import unseen_change
from core.types import JsonDict
from pages import _shell as shell

METHOD = """
Each train row's out-of-fold error is weighted so that words, sizes, brand support and predicted price have test's
means. Where test shows more unseen brands than the folds, a second set of errors joins in, from folds that hold whole
brands out. The more alike train and test are, the more this gives way to the plain mean, which has the least noise.
Test is priced by the mean of the fold models, which errs a little less than the one model that each out-of-fold row
saw: that is taken away last.
"""
LIMITS = """
What no column shows cannot be forecast. A test file selected by price, one filled by a brand that train never shows, or
a category at a new price level can lie 5 to 30 points off. The first two are looked for: a warning widens the interval
and leaves its centre alone.
"""


def draw(work: shell.Workspace, *, seed: int, measure: Callable[[], None]) -> None:
    """The whole tab; ``measure`` draws the empty state with the button that starts the work."""
    report = forecast_report(work)
    if report is None:
        measure()
        return
    found, cv = shell.section(report, "forecast"), shell.section(report, "cv")
    parts = shell.section(found, "parts")
    st.caption(
        f"Of the last {'whole run, for the blend that it exports' if report.get('command') == 'run' else 'diagnosis'}."
    )
    headlines(work, found, cv, parts, seed=seed)
    for warning in found.get("warnings") or []:
        st.warning(f"Hard to forecast: {shell.escaped(str(warning))}.", icon=":material/warning:")
    if not found.get("warnings"):
        st.caption("No warning: no sign of a selection by price, no new brand that fills the test file.")
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("**Forecast beside plain cross-validation**")
        shell.chart(figures.score_intervals(scores(found, cv, parts)), key="brand.forecast", alt="forecast and CV")
    with right:
        st.markdown("**What makes the interval so wide**")
        shell.chart(figures.error_shares(parts), key="brand.forecast_errors", alt="standard errors")
        st.caption(
            "Sampling of single rows in train and test; brands that weigh more in test than in train; shift that no"
            " column shows; the warnings. They add as squares."
        )
    st.markdown("**How it is made**")
    st.markdown(METHOD)
    st.markdown("**What it cannot know**")
    st.markdown(LIMITS)


def forecast_report(work: shell.Workspace) -> dict[str, Any] | None:
    """The latest report that holds a forecast: of what is exported, else of the diagnosis."""
    reports = (latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose"))
    return next((report for report in reports if shell.section(shell.section(report, "forecast"), "parts")), None)


def headlines(work: shell.Workspace, found: JsonDict, cv: JsonDict, parts: JsonDict, *, seed: int) -> None:
    """The forecast, and the numbers that it is made of."""
    named = shell.kept(("shift.brands", work.catalog.read_key), lambda: brands(work.catalog, store=work.store).value)
    change = 100.0 * unseen_change(named, random_plan(work.catalog, seed=seed), seed=seed)
    shell.headlines(
        [
            shell.Headline(
                "Forecast",
                shell.smape(found["smape_pct"]),
                f"{shell.interval(found['low_pct'], found['high_pct'], found['level'])};"
                f" {shell.rows(work.catalog.n_test, 'test row')}",
                "What the leaderboard should say.",
            ),
            shell.Headline(
                "Plain CV",
                shell.smape(cv.get("smape_pct")),
                f"out of fold, {shell.rows(work.catalog.n_train, 'train row')}",
                "Cross-validation: the mean error of the train rows, each by a model that did not see it.",
            ),
            shell.Headline(
                "Test's mix adds",
                shell.delta(parts["mix"]),
                "words, sizes, brands unlike train's",
                "What weighting the errors to test's mix changes; nothing where train and test are alike.",
            ),
            shell.Headline(
                "Averaging takes",
                shell.delta(parts["ensemble"]),
                "the mean of the fold models errs less",
                "Each out-of-fold row saw one model; test gets the mean of all.",
            ),
            shell.Headline(
                "Unseen brands",
                shell.delta(change, 1),
                "points more in test than in validation, as a fold model sees them",
                "Share of the rows whose brand the model was not taught, in percent.",
            ),
        ]
    )


def scores(found: JsonDict, cv: JsonDict, parts: JsonDict) -> pd.DataFrame:
    """Plain, corrected and forecast score with the intervals that the report has."""
    corrected = {"smape_pct": parts["corrected"]}
    lines = [
        ("Plain cross-validation", "train", cv),
        ("less what averaging gains", "train", corrected),
        ("Forecast for test", "test", found),
    ]
    return pd.DataFrame(
        [
            {"name": name, "kind": kind, **{key: line.get(key) for key in ("smape_pct", "low_pct", "high_pct")}}
            for name, kind, line in lines
        ]
    ).astype({"smape_pct": float, "low_pct": float, "high_pct": float})
