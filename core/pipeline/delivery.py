"""What a headless run hands over: the submission judged, and its files on the disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core.blend import Blend
from core.catalog import CatalogSource
from core.errors import StorageError
from core.export import (
    BUNDLE_NAME,
    SUBMISSION_NAME,
    Clearance,
    Export,
    Wanted,
    bundle_bytes,
    hash_json,
    judged,
    passed,
    write_bundle,
)
from core.folds import FoldPlan
from core.sentinel import Verdict
from core.store import ArtifactStore, write_atomic, write_json_atomic
from core.train import Run
from core.types import Catalog


def exported(
    catalog: Catalog,
    source: CatalogSource,
    plan: FoldPlan,
    runs: Sequence[Run],
    mixed: Blend,
    submission: pd.DataFrame,
    found: dict[str, Any],
) -> Export:
    """The submission with its checks and all that a bundle needs.

    A file that is broken stops the run. What a reason could overrule, such as the leak sentinel's verdict, stands among
    the checks as a warning, because nobody is there to give one.

    Args:
        found: The report so far; its ``forecast`` and ``sentinel``, where there are any, go into the manifest.

    Raises:
        InputError: A check failed.
    """
    lines = found.get("sentinel") or []
    clearance = Clearance(tuple(map(Verdict.from_json, lines)), binding=False)
    return Export(
        catalog,
        source,
        plan,
        runs,
        mixed,
        passed(judged(submission, Wanted.of(catalog, clearance=clearance))),
        forecast=found.get("forecast"),
        sentinel=lines,
    )


def write_files(export: Export, report: dict[str, Any], folder: Path, *, store: ArtifactStore) -> None:
    """Write ``test_out.csv``, ``bundle.zip`` and then ``report.json``, each whole or not at all.

    Where the cache has lost the models, as on a full disk, there is no bundle and the report says why.

    Raises:
        StorageError: The disk refused.
    """
    write_atomic(folder / SUBMISSION_NAME, export.judged.data)
    try:
        data = bundle_bytes(export, store=store)
    except StorageError as error:
        told: dict[str, Any] = {"file": None, "why": str(error)}
    else:
        write_bundle(data, folder)
        told = {"file": BUNDLE_NAME, **hash_json(data)}
    write_json_atomic(folder / "report.json", {**report, "export": {**report["export"], "bundle": told}})
