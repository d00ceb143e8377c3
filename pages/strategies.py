"""Strategies: every approach a row, with its score, its forecast and its hours."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.strategies import (
    BoardRow,
    Strategy,
    able,
    advice,
    can_be_timed,
    find_sample,
    make_board,
    saved_strategies,
)
from core.types import JsonDict
from pages import _shell as shell
from pages._strategies.llm import language_model
from pages._strategies.own import own_tab
from pages._strategies.table import COLUMNS, board_lines, picture
from pages._strategies.take import take_file
from pages._submissions.reading import read_ledger


def headlines(rows: Sequence[BoardRow], hours_left: float | None) -> None:
    """The best, what it should score, the cheapest that is as good, and the time that is left."""
    done = [row for row in rows if row.state == "done"]
    best = min(done, key=lambda row: (row.smape_pct, row.cold_seconds))
    as_good = [row for row in done if row.against in ("best", "noise")]
    cheap = min(as_good, key=lambda row: row.cold_seconds)
    shell.headlines(
        [
            shell.Headline(
                "Best validation", shell.smape(best.smape_pct), best.strategy.title, "Out of fold, weights nested."
            ),
            shell.Headline(
                "Forecast of its test score",
                shell.smape(best.forecast_pct),
                f"{shell.delta(best.gap_pct)} against its validation",
                "What the leaderboard should say.",
            ),
            shell.Headline(
                "Cheapest that is as good",
                shell.seconds(cheap.cold_seconds),
                cheap.strategy.title,
                "The quickest from an empty cache whose score cannot be told from the best.",
            ),
            shell.Headline(
                "Measured",
                f"{len(done)} of {len(rows)}",
                "no deadline set" if hours_left is None else f"{hours_left:.1f} hours left",
            ),
        ]
    )


def buttons(
    work: shell.Workspace,
    rows: Sequence[BoardRow],
    strategies: Sequence[Strategy],
    possible: Sequence[Strategy],
) -> None:
    """Run what is due, within a budget or without; or only time it.

    Args:
        possible: Those whose blocks there are.
    """
    timed = find_sample(work.catalog, possible, store=work.store).covers(possible)
    source = work.source.to_json()
    recipes = [one.to_json() for one in strategies]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        minutes = st.number_input(
            "Minutes at most",
            min_value=1,
            max_value=24 * 60,
            value=None,
            key="strategies.minutes",
            width=150,
            placeholder="no limit",
            help="Strategies that are foretold not to fit into what is left of these are left out.",
        )
        params: JsonDict = {"source": source, "strategies": recipes, "minutes": minutes}
        due = [row for row in rows if row.state != "done"]
        shell.start_job_button(
            f"Run all, {len(due)} due" if due else "All measured",
            "strategies",
            params,
            title="All strategies",
            key="strategies.run_all",
            disabled=not due,
            help="One after the other, unattended; one that fails leaves its reason and the others go on.",
        )
        shell.start_job_button(
            "Times foretold" if timed else "Foretell times",
            "strategies_sample",
            {"source": source, "strategies": [one.to_json() for one in possible]},
            title="Times of strategies",
            key="strategies.sample",
            primary=False,
            disabled=timed or not can_be_timed(work.catalog),
            icon=":material/timer:",
            help="Runs every strategy on a part of the rows to say what each would take on all of them; it pays from"
            " some ten thousand rows.",
        )


def board(work: shell.Workspace, rows: list[BoardRow]) -> None:
    """The table; the selected line, at first the best, can be run by itself and its file taken."""
    best = next((place for place, row in enumerate(rows) if row.against == "best"), 0)
    place = shell.pick_row(board_lines(rows), key="strategies.board", columns=COLUMNS, otherwise=best)
    lacking = [one for one in rows if one.outcome is not None and one.outcome.error]
    for one in lacking:
        st.caption(f":material/error: {shell.escaped(one.strategy.title)}: {shell.escaped(one.outcome.error)}")
    row = rows[place]
    st.markdown(f"**{shell.escaped(row.strategy.title)}** · {shell.escaped(row.strategy.meaning)}")
    if row.state == "out of date":
        st.warning("Its blocks, its models or what was brought have changed since. Run it again.")
    expected = row.foretold
    label = "Run it" if expected is None else f"Run it, about {shell.seconds(expected.total)}"
    shell.start_job_button(
        label,
        "strategies",
        {"source": work.source.to_json(), "strategies": [row.strategy.to_json()], "minutes": None},
        title=row.strategy.title,
        key="strategies.run_one",
        primary=False,
        disabled=row.state == "done",
    )
    take_file(work, row)


def body(work: shell.Workspace) -> None:
    """The whole page."""
    found, wrong = saved_strategies()
    strategies = list(found.values())
    reading = read_ledger(work)
    hours_left = None if reading.budget is None else reading.budget.hours_left
    leaderboard = {entry.sha256: score for entry in reading.scored if (score := entry.leaderboard_smape_pct)}
    possible = able(strategies, work.catalog)
    rows = make_board(
        work.catalog,
        strategies,
        store=work.store,
        leaderboard_pct=leaderboard,
        hours_left=hours_left,
    )
    st.info(shell.escaped(advice(rows, hours_left=hours_left)), icon=":material/route:")
    if any(row.state == "done" for row in rows):
        headlines(rows, hours_left)
    buttons(work, rows, strategies, possible)
    tab, own, llm = st.tabs(["Board", "Recipes", "Language model"], key="strategies.tabs", on_change="rerun")
    with tab, shell.guard():
        board(work, rows)
        picture(rows, hours_left)
    if own.open:
        with own, shell.guard():
            own_tab(work, found, wrong)
    if llm.open:
        with llm, shell.guard():
            language_model(work)


with shell.page("Strategies", "Which approach is worth the hours that are left?"):
    body(shell.workspace())
