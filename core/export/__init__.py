"""The submission file: checked against the test file before anybody can take it, written whole or not at all."""

from core.export.earlier import Earlier
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
    "Check",
    "Earlier",
    "Wanted",
    "check_submission",
    "export_json",
    "submission_bytes",
    "submission_frame",
    "write_submission",
]
