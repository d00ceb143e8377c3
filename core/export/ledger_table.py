"""The ledger as tables that leave the studio: CSV for a spreadsheet, JSON with every score that was ever typed in."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pandas as pd

from core.export.ledger import Ledger
from core.export.ledger_events import Entry

COLUMNS = (
    "number",
    "logged",
    "name",
    "note",
    "method",
    "members",
    "validation_smape_pct",
    "forecast_smape_pct",
    "forecast_low_pct",
    "forecast_high_pct",
    "leaderboard_smape_pct",
    "error_pct",
    "withdrawn",
    "elsewhere",
    "n_rows",
    "sha256",
)
# A spreadsheet would take a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def ledger_frame(entries: Sequence[Entry]) -> pd.DataFrame:
    """One line an entry with :data:`COLUMNS`; scores in percent of SMAPE, missing is NaN; ``logged`` is UTC."""
    frame = pd.DataFrame([_line(entry) for entry in entries], columns=list(COLUMNS))
    scores = [name for name in COLUMNS if name.endswith("_pct")]
    return frame.astype(dict.fromkeys(scores, "float64"))


def ledger_csv(entries: Sequence[Entry]) -> bytes:
    """:func:`ledger_frame` as CSV; a text that a spreadsheet would run as a formula stands behind an apostrophe."""
    frame = ledger_frame(entries)
    texts = {name: frame[name].map(_plain) for name in ("name", "note", "method", "members")}
    text: str = frame.assign(**texts).to_csv(index=False, lineterminator="\n")
    return text.encode()


def ledger_json(ledger: Ledger) -> bytes:
    """Entries with their score history, the budget as it was set, and notes on the ledger's state."""
    entries, budget = ledger.entries(), ledger.budget_as_set()
    deadline = None if budget is None or budget.deadline is None else budget.deadline.isoformat()
    value = {
        "schema": 1,
        "budget": None if budget is None else {**vars(budget), "deadline": deadline},
        "entries": [
            {
                "number": entry.number,
                "logged": entry.logged.isoformat(),
                "sha256": entry.sha256,
                "n_rows": entry.n_rows,
                "withdrawn": entry.withdrawn,
                "scores": [{"smape_pct": one.smape_pct, "typed": one.typed.isoformat()} for one in entry.scores],
                **entry.submission.to_json(),
            }
            for entry in entries
        ],
        "notes": list(ledger.notes()),
    }
    return (json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _line(entry: Entry) -> dict[str, object]:
    told, submission = entry.submission.forecast, entry.submission
    return {
        "number": entry.number,
        "logged": entry.logged.isoformat(timespec="seconds"),
        "name": submission.name,
        "note": submission.note,
        "method": submission.method,
        "members": ", ".join(f"{name} {weight:.3f}" for name, weight in submission.members.items()),
        "validation_smape_pct": submission.validation_smape_pct,
        "forecast_smape_pct": None if told is None else told.smape_pct,
        "forecast_low_pct": None if told is None else told.low_pct,
        "forecast_high_pct": None if told is None else told.high_pct,
        "leaderboard_smape_pct": entry.leaderboard_smape_pct,
        "error_pct": entry.error_pct,
        "withdrawn": entry.withdrawn,
        "elsewhere": submission.elsewhere,
        "n_rows": entry.n_rows,
        "sha256": entry.sha256,
    }


def _plain(text: object) -> str:
    said = str(text)
    return f"'{said}" if said.startswith(_FORMULA) else said
