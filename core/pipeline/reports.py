"""The latest report of each catalogue, for the screens."""

from __future__ import annotations

from typing import Any

from core.store import ArtifactStore, RecordStore

SCHEMA = 1
KIND = "reports"


def keep_report(report: dict[str, Any], catalog_key: str, *, store: ArtifactStore) -> None:
    """Replace the latest report of that command for that catalogue."""
    RecordStore(KIND, store.root).put(f"{report['command']}-{catalog_key}", report)


def latest_report(catalog_key: str, *, store: ArtifactStore, command: str = "run") -> dict[str, Any] | None:
    """What ``command`` last reported of that catalogue, fields as in ``report.json``; None before the first."""
    return RecordStore(KIND, store.root).get(f"{command}-{catalog_key}")
