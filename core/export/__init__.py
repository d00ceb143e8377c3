"""What leaves the studio: the submission, checked before anybody can take it; the bundle that gives it again byte for
byte; and how it differs from the ones before.

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
from core.export.verdicts import check_submission, sha256_of

__all__ = [
    "BUNDLE_NAME",
    "LEAST_REASON",
    "MOST_REASON",
    "MOVED_PCT",
    "OVERRIDABLE",
    "SUBMISSION_NAME",
    "Archive",
    "Check",
    "Clearance",
    "Diff",
    "Earlier",
    "Export",
    "Judged",
    "Rebuilt",
    "Recipe",
    "Sameness",
    "ScoreChange",
    "Wanted",
    "blas_threads",
    "bundle_bytes",
    "bundle_overrides",
    "check_submission",
    "csv_bytes",
    "diff",
    "differing",
    "earlier_of",
    "export_json",
    "hash_json",
    "judged",
    "judged_json",
    "open_archive",
    "passed",
    "rebuild",
    "same_file",
    "sha256_of",
    "source_hashes",
    "submission_bytes",
    "submission_frame",
    "versions",
    "with_blas_threads",
    "write_bundle",
    "write_submission",
]
