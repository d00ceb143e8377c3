"""What became of each link, kept beside the photos: one line more for each that is finished, so that a kill loses none.

A line is written before its photo gets its name, and believed only while the photo is there in its size. A torn last
line, as a kill or a full disk leaves it, is passed over.

Nothing is synced a photo: that holds a busy disk to some 140 photos a second, and the network seldom asks for it. After
a power cut the disk lacks the end of the journal, and photos of its last minute may be missing, empty or full of holes.
So whoever goes on compares the photos of the last minute with their hash; what was harmed is fetched again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Final, cast

from core.errors import InputError, StorageError
from core.images.spec import STATUSES
from core.store import write_atomic
from core.types import JsonDict

JOURNAL: Final = ".images_journal.jsonl"
LOCK: Final = ".images_lock"
PART: Final = ".part-"
_STALE_LINES: Final = 1000
# A disk has taken what was written longer before than this: systems write back after half a minute.
UNSURE_S: Final = 60.0


@dataclass(frozen=True)
class Record:
    """What became of one link.

    Attributes:
        url: The link in its one spelling, or as it was when it is refused.
        status: One of :data:`core.images.STATUSES`.
        http: Code of the last answer; None when there was none.
        attempts: Requests made in the run that finished it, without redirects; 0 for a photo that was there before.
        bytes: Of the photo, or of what came of it.
        width, height: Pixels, where they are known.
        sha256: Of the photo.
        file: Name of the photo in the folder, ``""`` without one.
        seconds: From the first request to the end.
        finished: Seconds since the epoch.
        detail: The reason, in words.
    """

    url: str
    status: str
    http: int | None = None
    attempts: int = 0
    bytes: int = 0
    width: int | None = None
    height: int | None = None
    sha256: str = ""
    file: str = ""
    seconds: float = 0.0
    finished: float = 0.0
    detail: str = ""


def read_journal(folder: Path) -> dict[str, Record]:
    """The last record of each link, in the order in which they were first finished; empty without a journal.

    Raises:
        StorageError: The journal is there and cannot be read.
    """
    records, _ = _read(folder)
    return records


def still_there(record: Record, folder: Path) -> bool:
    """True unless the record tells of a photo that is gone or has another size."""
    if record.status != "ok":
        return True
    try:
        return (folder / record.file).stat().st_size == record.bytes
    except OSError:
        return False


def unharmed(record: Record, folder: Path) -> bool:
    """True unless the record tells of a photo whose content is not what was fetched."""
    if record.status != "ok" or not record.sha256:
        return True
    try:
        with (folder / record.file).open("rb") as file:
            return file_digest(file, "sha256").hexdigest() == record.sha256
    except OSError:
        return False


class Journal:
    """The journal of a folder, open for writing; one process at a time holds it.

    Raises:
        InputError: The folder cannot be made, or another download runs into it.
        StorageError: The disk refused.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = _lock(folder)
        try:
            self.records, lines = _read(folder)
            if lines > 2 * len(self.records) + _STALE_LINES:
                self.rewrite()
            self._file = _open_for_more(folder / JOURNAL)
            _sweep(folder)
        except OSError as error:
            os.close(self._lock)
            raise _refused(folder / JOURNAL, error) from error
        except StorageError:
            os.close(self._lock)
            raise

    def append(self, record: Record) -> None:
        """Keep a record; it outlives this process once the call returns.

        Raises:
            StorageError: The disk refused.
        """
        data = _line(record)
        try:
            # One write, so that a kill leaves all of a line or its beginning.
            written = os.write(self._file, data)
            if written < len(data):
                raise OSError(28, os.strerror(28))
        except OSError as error:
            raise _refused(self.folder / JOURNAL, error) from error
        self.records[record.url] = record

    def rewrite(self) -> None:
        """Drop the lines that later ones have replaced."""
        write_atomic(self.folder / JOURNAL, b"".join(_line(record) for record in self.records.values()))

    def close(self) -> None:
        """Let the next one have the folder."""
        os.close(self._file)
        os.close(self._lock)


def _read(folder: Path) -> tuple[dict[str, Record], int]:
    records: dict[str, Record] = {}
    lines = 0
    try:
        with (folder / JOURNAL).open("rb") as file:
            for line in file:
                lines += 1
                record = _record(line)
                if record is not None:
                    records[record.url] = record
    except FileNotFoundError:
        return {}, 0
    except OSError as error:
        raise _refused(folder / JOURNAL, error) from error
    return records, lines


def _record(line: bytes) -> Record | None:
    """The record in a line, or None when the line is torn or names a file outside the folder."""
    with suppress(ValueError, TypeError):
        value = json.loads(line)
        record = Record(**cast("JsonDict", value))  # type: ignore[arg-type]  # looked through below
        good = record.status in STATUSES and isinstance(record.url, str) and isinstance(record.file, str)
        if good and "/" not in record.file and record.file not in (".", ".."):
            return record
    return None


def _line(record: Record) -> bytes:
    return json.dumps(asdict(record), ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _open_for_more(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        # The next line must not be glued to a torn one.
        os.write(handle, b"\n")
    return handle


def _lock(folder: Path) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise InputError(f"The folder {folder} cannot be written ({error.strerror}).", "Name another one.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise InputError(f"Another download runs into {folder}.", "Wait for it, or name another folder.") from None
    return handle


def _sweep(folder: Path) -> None:
    """Remove what a killed run had under way."""
    for path in folder.glob(f"{PART}*"):
        path.unlink(missing_ok=True)


def _refused(path: Path, error: OSError) -> StorageError:
    said = error.strerror or str(error)
    return StorageError(f"{path} could not be written or read ({said}). Free some space; what is finished is kept.")


def settled_urls(records: Mapping[str, Record], folder: Path, retry: Iterable[str]) -> set[str]:
    """The links that a run leaves alone: final ones, unless they are to be tried again or their photo is gone.

    The photos of the last minute before the journal's end are read and compared with their hash.
    """
    again = set(retry)
    sure = max((record.finished for record in records.values()), default=0.0) - UNSURE_S
    return {
        url
        for url, record in records.items()
        if STATUSES[record.status].settled
        and record.status not in again
        and still_there(record, folder)
        and (record.finished < sure or unharmed(record, folder))
    }
