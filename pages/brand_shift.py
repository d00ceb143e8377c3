"""Brand shift: what train shows of test's brands, and whether the two files can be told apart."""

from __future__ import annotations

import streamlit as st

from core.features import brands
from core.figures import brand_shift as figures
from core.folds import FoldPlan, random_plan
from core.pipeline import latest_report
from core.sentinel import verdict_table
from core.shift import RARE_BELOW, Adversarial, Choice, Overlap, find_adversarial, unseen_change, verdict
from core.types import SplitFrame
from pages import _shell as shell
from pages._brand_shift import forecast, gap, told_apart
from pages._brand_shift.browser import browser
from pages._brand_shift.compared import BRAND, chips, choices, overlap_at
from pages._brand_shift.duplicates import duplicates
from pages._brand_shift.measure import measure_button
from pages._brand_shift.others import other_columns
from pages._brand_shift.picture import picture
from pages._brand_shift.sections import by_category, by_price

MOST_RARE = 30
SEED = 0


def named_rows(work: shell.Workspace) -> SplitFrame:
    """Every product's brand, from memory."""
    return shell.kept(("shift.brands", work.catalog.read_key), lambda: brands(work.catalog, store=work.store).value)


def plan_of(work: shell.Workspace) -> FoldPlan:
    """The random folds of every measurement here, from memory."""
    return shell.kept(("folds.random", work.catalog.key, str(SEED)), lambda: random_plan(work.catalog, seed=SEED))


def measured(work: shell.Workspace) -> Adversarial | None:
    """The adversarial validation if it has been made."""
    return find_adversarial(work.catalog, plan_of(work), store=work.store, seed=SEED)


def plain_verdict(work: shell.Workspace, found: Adversarial) -> str:
    """What the AUC and the unseen brands say together."""
    told = told_apart.find(work)
    if told is not None:
        return shell.escaped(told.verdict)
    key = ("shift.unseen_change", work.catalog.read_key, str(SEED))
    change = shell.kept(key, lambda: unseen_change(named_rows(work), plan_of(work), seed=SEED))
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


def sentinel(work: shell.Workspace) -> None:
    """What the leak sentinel said of the last run, or of the last diagnosis where nothing was run."""
    reports = (latest_report(work.catalog.key, store=work.store, command=command) for command in ("run", "diagnose"))
    found = next((lines for report in reports if (lines := shell.listed(report, "sentinel"))), [])
    if found:
        shell.verdicts(verdict_table(found))
    else:
        measure_button(work, "brand.measure_sentinel")


def details(work: shell.Workspace, overlap: Overlap, chosen: dict[str, Choice]) -> None:
    """The tabs, each made when it is opened."""
    parts = {
        "Brands": lambda: browser("brand", BRAND, overlap.rare_below, chosen),
        "By category": lambda: by_category(work, overlap, chosen),
        "By price band": lambda: by_price(work, overlap, chosen),
        "Other columns": lambda: other_columns(overlap.rare_below),
        "Duplicates": duplicates,
        "Train against test": lambda: told_apart.told_apart(work) or measure_button(work, "brand.measure_shift"),
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


@shell.fragment()
def body(rare_below: int) -> None:
    """Charts and tabs together, because what is picked in the charts filters the tables."""
    work = shell.workspace()
    overlap = overlap_at(work, "brand", rare_below)
    picture(overlap, BRAND)
    chosen = choices(work, overlap, BRAND)
    chips(chosen)
    details(work, overlap, chosen)


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
    with above:
        found = measured(work)
        headlines(overlap_at(work, "brand", rare_below), found)
        if found is not None:
            st.markdown(plain_verdict(work, found))
    body(rare_below)
