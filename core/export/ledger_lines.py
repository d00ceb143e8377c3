"""The ledger's file: one JSON event a line with its checksum, only ever appended to, by one writer at a time.

A line that a crash cut short stays where it is and is left out by readers, who say so; the next writer begins a new
line behind it. Nothing that once stood in the file is rewritten.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import StorageError
from core.store import canonical_json
from core.types import JsonDict

LOCK_SECONDS = 20.0
"""An append takes milliseconds: whoever holds the lock longer hangs."""
_POLL_S = 0.01
_CHECKSUM_BYTES = 8
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Lines:
    """What a ledger file holds.

    Attributes:
        events: In the order in which they were written.
        damaged: Numbers, from 1, of the lines that are not what was written.
    """

    events: tuple[JsonDict, ...] = ()
    damaged: tuple[int, ...] = ()


def seal(event: JsonDict) -> bytes:
    """The event's line: its JSON behind a BLAKE2b checksum of it."""
    text = canonical_json(event)
    return f'{{"sum":"{_checksum(text)}","event":{text}}}\n'.encode()


def unseal(line: bytes) -> JsonDict | None:
    """Undo :func:`seal`; None for a line that is not what was written."""
    try:
        sealed = json.loads(line)
        event = sealed["event"]
        good = isinstance(event, dict) and _checksum(canonical_json(event)) == sealed["sum"]
    except (ValueError, TypeError, KeyError):
        return None
    return event if good else None


def read_lines(path: Path) -> Lines:
    """Everything in the file; nothing where there is none.

    Raises:
        StorageError: The file is there and cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return Lines()
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}). Allow reading it.") from error
    try:
        # Half a line of a writer under way would read as damaged.
        with _locked(descriptor, path, fcntl.LOCK_SH):
            return _parsed(_content(descriptor))
    except OSError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}). Check the disk.") from error
    finally:
        os.close(descriptor)


def append_line(path: Path, make: Callable[[Lines], JsonDict]) -> JsonDict:
    """Append the event that ``make`` returns for what stands in the file; it is on the disk when this returns.

    ``make`` runs while nobody else can write, so what it has checked still holds when the line is there. It may raise.

    Returns:
        The event.

    Raises:
        StorageError: The disk refused, or another process has held the file for long; the file is as it was before.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise _refused(path, error) from error
    try:
        with _locked(descriptor, path, fcntl.LOCK_EX):
            content = _content(descriptor)
            event = make(_parsed(content))
            # A line that was cut short has no end yet; without one it would spoil the new line too.
            start = b"\n" if content and not content.endswith(b"\n") else b""
            _write(descriptor, start + seal(event), size=len(content))
            if not content:
                _sync_folder(path.parent)
            return event
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        os.close(descriptor)


def _checksum(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=_CHECKSUM_BYTES).hexdigest()


def _refused(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"{path} could not be written ({error.strerror or error}). Nothing was changed. Free some space, or name"
        " another folder in SHELFPRICE_SUBMISSIONS."
    )


def _parsed(content: bytes) -> Lines:
    events, damaged = [], []
    for number, line in enumerate(content.split(b"\n"), start=1):
        if not line.strip():
            continue
        event = unseal(line)
        if event is None:
            damaged.append(number)
        else:
            events.append(event)
    return Lines(tuple(events), tuple(damaged))


def _content(descriptor: int) -> bytes:
    parts, at = [], 0
    while part := os.pread(descriptor, _CHUNK, at):
        parts.append(part)
        at += len(part)
    return b"".join(parts)


def _write(descriptor: int, data: bytes, *, size: int) -> None:
    """All of ``data`` to the disk behind ``size`` bytes, or none of it."""
    try:
        written = 0
        while written < len(data):
            written += os.write(descriptor, data[written:])
        os.fsync(descriptor)
    except OSError:
        with suppress(OSError):
            os.ftruncate(descriptor, size)
        raise


def _sync_folder(folder: Path) -> None:
    """Make the new file's name last through a power cut as well."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _locked(descriptor: int, path: Path, kind: int) -> Iterator[None]:
    """Hold the file's lock; it ends with the process, so a kill never leaves one behind."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() > until:
                raise StorageError(
                    f"{path} has been held by another process for {LOCK_SECONDS:.0f} s. Nothing was changed. Close"
                    " other windows of the studio and try again."
                ) from None
            time.sleep(_POLL_S)
    try:
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)
