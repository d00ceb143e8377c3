"""``check``: every check of a submission on a file from wherever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.catalog import CatalogSource, SubmittedFile, load_catalog, read_submitted
from core.export import Check, Wanted, check_submission, earlier_of, hash_json, sha256_of
from core.pipeline.reports import SCHEMA


def check_file(
    file: Path, source: CatalogSource, *, earlier: Sequence[Path] = ()
) -> tuple[list[Check], dict[str, Any]]:
    """Check ``file`` against the data of ``source`` and against files that were sent before.

    Returns:
        The checks, and the report's fields.

    Raises:
        InputError: A file cannot be read.
    """
    given = read_submitted(file)
    catalog = load_catalog(source)
    before = tuple(earlier_of(read_submitted(path)) for path in earlier)
    checks = check_submission(given.frame, Wanted.of(catalog, earlier=before), sha256=sha256_of(given.data))
    return checks, _report(given, checks)


def _report(given: SubmittedFile, checks: Sequence[Check]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "command": "check",
        "file": {"name": given.name, "rows": len(given.frame), **hash_json(given.data)},
        "fit_to_send": not any(check.verdict == "fail" for check in checks),
        "checks": [check.to_json() for check in checks],
    }
