"""Small JSON records kept for ever, one file each: runs, submissions. Two tabs can write at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from core.config import settings
from core.errors import InputError
from core.store.files import write_json_atomic

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}")


class RecordStore:
    """Records of one kind under ``<cache>/<kind>/``.

    Args:
        kind: Folder name, e.g. ``"runs"``.
        root: Cache folder; the configured one when None.
    """

    def __init__(self, kind: str, root: Path | None = None) -> None:
        self.folder = (root or settings().cache_dir) / kind

    def path(self, name: str) -> Path:
        """File of a record. Raises :class:`InputError` for a name that is not plain letters and digits."""
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is no record name.", "Use letters, digits, - and _.")
        return self.folder / f"{name}.json"

    def put(self, name: str, record: dict[str, Any]) -> None:
        """Write or replace a record, whole or not at all."""
        write_json_atomic(self.path(name), record)

    def get(self, name: str) -> dict[str, Any] | None:
        """The record, or None when there is none or it cannot be read."""
        return _read(self.path(name))

    def all(self, *, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Every readable record whose name begins so, with its name, oldest file name order."""
        if not self.folder.is_dir():
            return []
        paths = sorted(path for path in self.folder.glob("*.json") if path.stem.startswith(prefix))
        found = ((path.stem, _read(path)) for path in paths)
        return [(name, record) for name, record in found if record is not None]

    def delete(self, name: str) -> None:
        """Forget a record; nothing happens when there is none."""
        self.path(name).unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None
