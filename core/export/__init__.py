"""The submission file, checked against the test file before anybody can take it and written whole or not at all; and
the ledger of the files that were submitted, of what was foretold for them and what the leaderboard said."""

from core.export.earlier import Earlier
from core.export.ledger import Ledger, check_past, competition_key, open_ledger, submitted_price
from core.export.ledger_events import Budget, BudgetSpec, Entry, Foretold, Score, Submission
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

__all__ = [
    "SUBMISSION_NAME",
    "Budget",
    "BudgetSpec",
    "Check",
    "Earlier",
    "Entry",
    "Foretold",
    "Ledger",
    "Score",
    "Submission",
    "Wanted",
    "check_past",
    "check_submission",
    "competition_key",
    "export_json",
    "open_ledger",
    "submission_bytes",
    "submission_frame",
    "submitted_price",
    "write_submission",
]
