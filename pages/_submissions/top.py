"""The numbers on top: the best score, what the next file should get, what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import streamlit as st

from core.export import Budget, Candidate, Foretold
from pages import _shell as shell
from pages._submissions.reading import Reading
from pages._submissions.verdict import show_verdict

_DAY_H = 48.0


def show_top(reading: Reading, candidate: Candidate | None) -> None:
    """Headlines, and whether the next file is worth a submission."""
    best = reading.best
    told, note = _next_forecast(reading, candidate)
    shell.headlines(
        [
            shell.Headline(
                "Best leaderboard score",
                shell.smape(best.leaderboard_smape_pct if best else None),
                f"submission {best.number}; {len(reading.scored)} of {len(reading.counting)} logged ones are scored"
                if best
                else f"{len(reading.counting)} logged, none scored yet",
                "SMAPE that the leaderboard gave, as it was typed in below; lower is better.",
            ),
            shell.Headline(
                "Forecast of the next",
                shell.smape(told.smape_pct if told else None),
                f"{shell.interval(told.low_pct, told.high_pct, told.level)}; {note}" if told else note,
                "What the leaderboard should say of the blend that the Ensemble page showed last, corrected by how far"
                " the forecasts have been off once three are scored.",
            ),
            shell.Headline("Left today / in all", _left(reading.budget), _left_note(reading.budget)),
        ]
    )
    if candidate is not None:
        show_verdict(candidate, reading)
    else:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown("**Next:** blend your runs; this page then says whether the blend is worth a submission.")
            st.page_link("pages/ensemble.py", label="Ensemble & export", icon=":material/balance:")


def to_deadline(budget: Budget | None) -> str:
    """``31 h``, ``4.2 days``, ``over``."""
    if budget is None or budget.hours_left is None:
        return "–"
    if budget.is_over:
        return "over"
    return f"{budget.hours_left:.0f} h" if budget.hours_left < _DAY_H else f"{budget.hours_left / 24:.1f} days"


def _next_forecast(reading: Reading, candidate: Candidate | None) -> tuple[Foretold | None, str]:
    if candidate is None:
        return None, "no blend was shown yet"
    if candidate.forecast is None:
        return None, "not measured: run it all on the overview"
    told = reading.track.corrected(candidate.forecast, candidate.price)
    shift = told.smape_pct - candidate.forecast.smape_pct
    return told, f"corrected by {shell.delta(shift)}" if told != candidate.forecast else "not corrected"


def _left(budget: Budget | None) -> str:
    if budget is None:
        return "–"
    return " / ".join("–" if count is None else str(count) for count in (budget.left_today, budget.left_in_all))


def _left_note(budget: Budget | None) -> str:
    if budget is None:
        return "set the budget and the deadline below, and this counts down"
    parts = []
    if budget.hours_left is not None:
        end = f"{datetime.now(UTC) + timedelta(hours=budget.hours_left):%a %d %B, %H:%M} UTC"
        parts.append(f"deadline over ({end})" if budget.is_over else f"{to_deadline(budget)} to the deadline, {end}")
    if budget.per_day:
        parts.append(f"{budget.per_day} a day, the next at 00:00 UTC in {budget.next_day_h:.0f} h")
    return "; ".join(parts) or "as they were set, less what was logged since"
