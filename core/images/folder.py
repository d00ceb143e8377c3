"""Where a catalogue's photos are kept when the user names no folder."""

from __future__ import annotations

from pathlib import Path

from core.catalog import CatalogSource
from core.store import canonical_json, hash_bytes

_HASH_DIGITS = 12


def own_folder(source: CatalogSource, cache_dir: Path) -> Path:
    """``photos/<hash>`` in the cache, the same for the same two files however they are read and whatever they hold."""
    files = [str(Path(file).resolve()) for file in (source.train, source.test)]
    return cache_dir / "photos" / hash_bytes(canonical_json(files).encode())[:_HASH_DIGITS]
