"""What leaves the studio: the submission, checked before anybody can take it; the bundle that gives it again byte for
byte; and how it differs from the ones before.

Every file is written whole or not at all, and nothing that is read back is unpickled.
"""

from core.export.checks import Check, Wanted
from core.export.clearance import Clearance, cleared
from core.export.earlier import Earlier
from core.export.submission import (
    SUBMISSION_NAME,
    Judged,
    csv_bytes,
    export_json,
    judged,
    submission_bytes,
    submission_frame,
    write_submission,
)
from core.export.verdicts import check_submission, sha256_of

__all__ = [
    "SUBMISSION_NAME",
    "Check",
    "Clearance",
    "Earlier",
    "Judged",
    "Wanted",
    "check_submission",
    "cleared",
    "csv_bytes",
    "export_json",
    "judged",
    "sha256_of",
    "submission_bytes",
    "submission_frame",
    "write_submission",
]
