"""Files that are whole or absent: written beside their place, synced, then renamed into it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

from core.errors import StorageError
from core.store.keys import canonical_json


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path`` so that a reader, a crash or a full disk never sees half of it.

    Raises:
        StorageError: The disk refused; the file that was there before is untouched.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise StorageError(f"{path} could not be written ({error.strerror or error}). Free some space.") from error


def write_json_atomic(path: Path, value: Any) -> None:
    """:func:`write_atomic` for a JSON value (no NaN)."""
    write_atomic(path, canonical_json(value).encode())
