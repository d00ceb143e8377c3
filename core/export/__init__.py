"""What leaves the studio: the submission, checked before anybody can take it; the bundle that gives it again byte for
byte; how it differs from the ones before; and the ledger of those, of what was foretold for them and what the
leaderboard said.

Every file is written whole or not at all, and nothing that is read back is unpickled.
"""

from core.export.archive import Archive, open_archive
from core.export.bundle import (
    BUNDLE_NAME,
    Export,
    bundle_bytes,
    bundle_overrides,
    source_hashes,
    write_bundle,
)
from core.export.checks import OVERRIDABLE, Check, Wanted
from core.export.clearance import LEAST_REASON, MOST_REASON, Clearance
from core.export.diff import MOVED_PCT, Diff, ScoreChange, diff
from core.export.earlier import Earlier
from core.export.earlier_file import earlier_of
from core.export.foretell import carried_forecast
from core.export.ledger import Ledger, check_past, competition_key, open_ledger, submitted_price
from core.export.ledger_events import Budget, BudgetSpec, Entry, Foretold, Score, Submission
from core.export.ledger_table import ledger_csv, ledger_frame, ledger_json
from core.export.numerics import blas_threads, versions, with_blas_threads
from core.export.rebuild import Rebuilt, rebuild
from core.export.recipe import Recipe
from core.export.sameness import Sameness, differing, hash_json, same_file
from core.export.submission import (
    SUBMISSION_NAME,
    Judged,
    csv_bytes,
    export_json,
    judged,
    judged_json,
    passed,
    submission_bytes,
    submission_frame,
    write_submission,
)
from core.export.track import ENOUGH, Scored, Track, forecast_track, likeness, scored_ones
from core.export.verdicts import check_submission, sha256_of
from core.export.worth import Candidate, Outlook, Worth, worth

__all__ = [
    "BUNDLE_NAME",
    "ENOUGH",
    "LEAST_REASON",
    "MOST_REASON",
    "MOVED_PCT",
    "OVERRIDABLE",
    "SUBMISSION_NAME",
    "Archive",
    "Budget",
    "BudgetSpec",
    "Candidate",
    "Check",
    "Clearance",
    "Diff",
    "Earlier",
    "Entry",
    "Export",
    "Foretold",
    "Judged",
    "Ledger",
    "Outlook",
    "Rebuilt",
    "Recipe",
    "Sameness",
    "Score",
    "ScoreChange",
    "Scored",
    "Submission",
    "Track",
    "Wanted",
    "Worth",
    "blas_threads",
    "bundle_bytes",
    "bundle_overrides",
    "carried_forecast",
    "check_past",
    "check_submission",
    "competition_key",
    "csv_bytes",
    "diff",
    "differing",
    "earlier_of",
    "export_json",
    "forecast_track",
    "hash_json",
    "judged",
    "judged_json",
    "ledger_csv",
    "ledger_frame",
    "ledger_json",
    "likeness",
    "open_archive",
    "open_ledger",
    "passed",
    "rebuild",
    "same_file",
    "scored_ones",
    "sha256_of",
    "source_hashes",
    "submission_bytes",
    "submission_frame",
    "submitted_price",
    "versions",
    "with_blas_threads",
    "worth",
    "write_bundle",
    "write_submission",
]
