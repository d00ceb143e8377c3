"""The bundle's zip: written to the same bytes whenever its entries are the same, read as if it came from an enemy.

Reading never extracts to the disk. What is refused: anything but a zip, names that lead elsewhere, links, encryption,
names that stand twice, entries or a whole that are too large or shrink too much, and bytes other than the manifest's
hashes.
"""

from __future__ import annotations

import io
import json
import re
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.export.recipe import SCHEMA
from core.export.verdicts import sha256_of

MANIFEST = "manifest.json"
KIND = "shelfprice-bundle"
MOST_ENTRIES = 5_000
MOST_ENTRY_BYTES = 512 << 20
MOST_BYTES = 2 << 30
MOST_MANIFEST_BYTES = 16 << 20
MOST_SHRINKAGE = 200
"""Times that an entry above a megabyte may grow when it is read: models reach 10, a bomb a thousand."""
LEVEL = 1
"""Models shrink to 44 % at level 1 and to 39 % at level 6, which takes four times as long."""
_STAMP = (1980, 1, 1, 0, 0, 0)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,100}(/[A-Za-z0-9][A-Za-z0-9_.-]{0,100}){0,3}")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Archive:
    """An opened bundle.

    Attributes:
        name: Of the file.
        manifest: As it stands in the bundle; its kind and schema are known to be ours.
    """

    name: str
    manifest: Mapping[str, Any]
    data: bytes

    def read(self, entry: str) -> bytes:
        """An entry's bytes, as the manifest vouches for them.

        Raises:
            InputError: It is missing, too large, damaged, or not what the manifest says.
        """
        promised = self.manifest["entries"].get(entry)
        with zipfile.ZipFile(io.BytesIO(self.data)) as archive:
            if promised is None or entry not in archive.namelist():
                raise InputError(f"{self.name} lacks its entry {entry[:80]!r}.", "Fetch or make the bundle again.")
            found = _read(archive, self.name, entry, MOST_ENTRY_BYTES)
        if sha256_of(found) != promised:
            raise InputError(f"{self.name}: {entry} is not what the manifest says.", "Fetch or make the bundle again.")
        return found


def pack(entries: Mapping[str, bytes], manifest: Mapping[str, Any]) -> bytes:
    """A zip of the entries with ``manifest.json`` first, which gets their hashes; no time, no order of its own."""
    told = {**manifest, "kind": KIND, "schema": SCHEMA, "entries": {name: sha256_of(entries[name]) for name in entries}}
    text = json.dumps(told, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n"
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name, data in [(MANIFEST, text), *sorted(entries.items())]:
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            archive.writestr(info, data, compresslevel=LEVEL)
    return held.getvalue()


def open_archive(path: Path) -> Archive:
    """Look at every entry's name and size, and read the manifest.

    Raises:
        InputError: No bundle that this version can read; nothing of it was unpacked.
    """
    data = _bytes_of(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive, path.name)
            if MANIFEST not in archive.namelist():
                raise InputError(f"{path.name} has no {MANIFEST}.", "Give a bundle that the studio made.")
            raw = _read(archive, path.name, MANIFEST, MOST_MANIFEST_BYTES)
    except _DAMAGED as error:
        raise InputError(f"{path.name} is no zip that can be read ({error}).", "Fetch the bundle again.") from error
    return Archive(path.name, _manifest(path.name, raw), data)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"{path.name} is larger than {MOST_BYTES >> 30} GiB.", "Give a bundle of the studio.")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Check the path.") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}).", "Name the bundle's file.") from None


def _check_entries(archive: zipfile.ZipFile, name: str) -> None:
    infos = archive.infolist()
    if len(infos) > MOST_ENTRIES or sum(info.file_size for info in infos) > MOST_BYTES:
        raise InputError(
            f"{name} would unpack to {len(infos):,} entries, {sum(info.file_size for info in infos) >> 20:,} MiB.",
            f"A bundle has at most {MOST_ENTRIES:,} and {MOST_BYTES >> 20:,}.",
        )
    if len({info.filename for info in infos}) < len(infos):
        raise InputError(f"{name} has two entries of one name.", "Give a bundle that the studio made.")
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if not _PLAIN.fullmatch(info.filename) or ".." in info.filename or kind not in (0, stat.S_IFREG):
            raise InputError(f"{name} has an entry {info.filename[:80]!r}.", "Bundles have plain names and no links.")
        grows = info.file_size > 1 << 20 and info.file_size > MOST_SHRINKAGE * max(1, info.compress_size)
        if info.file_size > MOST_ENTRY_BYTES or grows or info.flag_bits & 1:
            size = f"{info.compress_size:,} to {info.file_size:,} bytes"
            raise InputError(
                f"{name}: {info.filename} is locked or would grow from {size}.", "Give a bundle that the studio made."
            )


def _read(archive: zipfile.ZipFile, name: str, entry: str, most: int) -> bytes:
    """At most ``most`` bytes, whatever the zip's own account of its size."""
    try:
        with archive.open(entry) as file:
            found = file.read(most + 1)
    except _DAMAGED as error:
        raise InputError(f"{name}: {entry} is damaged ({error}).", "Fetch the bundle again.") from error
    if len(found) > most:
        raise InputError(f"{name}: {entry} is larger than {most >> 20} MiB.", "Give a bundle that the studio made.")
    return found


def _manifest(name: str, raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}: {MANIFEST} is no JSON ({error}).", "Fetch the bundle again.") from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise InputError(f"{name}: {MANIFEST} is not of a bundle.", "Give a bundle that the studio made.")
    schema = found.get("schema")
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise InputError(f"{name}: {MANIFEST} has no schema.", "Fetch the bundle again.")
    if schema > SCHEMA:
        raise InputError(
            f"{name} was made by a newer studio (schema {schema}, known is {SCHEMA}).",
            "Use that version or a later one.",
        )
    entries = found.get("entries")
    if not isinstance(entries, dict) or not all(isinstance(one, str) for one in entries.values()):
        raise InputError(f"{name}: {MANIFEST} lists no entries.", "Fetch the bundle again.")
    return found
