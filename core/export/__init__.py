"""The submission file, checked against the test file before anybody can take it and written whole or not at all; and
the ledger of the files that were submitted, of what was foretold for them and what the leaderboard said."""

from core.export.earlier import Earlier
from core.export.foretell import carried_forecast
from core.export.ledger import Ledger, check_past, competition_key, open_ledger, submitted_price
from core.export.ledger_events import Budget, BudgetSpec, Entry, Foretold, Score, Submission
from core.export.ledger_table import ledger_csv, ledger_frame, ledger_json
from core.export.submission import (
    SUBMISSION_NAME,
    Check,
    Wanted,
    check_submission,
    export_json,
    submission_bytes,
    submission_frame,
    write_submission,
)
from core.export.track import ENOUGH, Scored, Track, forecast_track, likeness, scored_ones
from core.export.worth import Candidate, Outlook, Worth, worth

__all__ = [
    "ENOUGH",
    "SUBMISSION_NAME",
    "Budget",
    "BudgetSpec",
    "Candidate",
    "Check",
    "Earlier",
    "Entry",
    "Foretold",
    "Ledger",
    "Outlook",
    "Score",
    "Scored",
    "Submission",
    "Track",
    "Wanted",
    "Worth",
    "carried_forecast",
    "check_past",
    "check_submission",
    "competition_key",
    "export_json",
    "forecast_track",
    "ledger_csv",
    "ledger_frame",
    "ledger_json",
    "likeness",
    "open_ledger",
    "scored_ones",
    "submission_bytes",
    "submission_frame",
    "submitted_price",
    "worth",
    "write_submission",
]
