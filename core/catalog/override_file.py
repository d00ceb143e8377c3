"""The override table on disk: found beside the train file, read with the catalogue, changed one decision at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.catalog import findings
from core.catalog.checks import KEPT_IDS, count_of, shown
from core.catalog.files import read_file
from core.catalog.overrides import check_lines, checked, parse_overrides, write_overrides
from core.catalog.source import CatalogSource
from core.errors import InputError, StorageError
from core.overrides import Override, Overrides
from core.store import cache_key, write_atomic
from core.types import Catalog, Notice

# Raise when the same lines would mean something else.
VERSION = 1
OVERRIDES_FILE = "overrides.csv"


def overrides_path(source: CatalogSource) -> Path:
    """Where the catalogue's override table stands, whether it is there or not: beside the train file."""
    return Path(source.train).parent / OVERRIDES_FILE


def with_overrides(catalog: Catalog, path: Path) -> Catalog:
    """The catalogue with the override table at ``path``, and a notice that says so; unchanged without one.

    Raises:
        InputError: A line cannot be used or names a product that the catalogue does not have.
    """
    found = _read(path)
    if not found:
        return catalog
    lines, dropped = _of_catalog(catalog, found, path.name)
    if not lines:
        return replace(catalog, notices=findings.worst_first([*catalog.notices, *dropped]))
    told = [[line.what, line.split, line.sample_id, line.of, line.to] for line in sorted(lines, key=_by_place)]
    overrides = Overrides(tuple(lines), cache_key("overrides", VERSION, {"lines": told}))
    notices = findings.worst_first([*catalog.notices, _notice(path.name, lines), *dropped])
    return replace(catalog, overrides=overrides, notices=notices)


def _by_place(line: Override) -> tuple[str, str, str, str]:
    return line.place


def _of_catalog(catalog: Catalog, found: list[tuple[int, Override]], name: str) -> tuple[list[Override], list[Notice]]:
    """The lines that hold here; with bad prices dropped a train row may have gone with its price."""
    known = {"train": catalog.items.train.index, "test": catalog.items.test.index}
    is_shorter = any(notice.code == "bad_price_dropped" for notice in catalog.notices)
    lines, gone = [], []
    for number, line in found:
        if line.what == "merge" or line.sample_id in known[line.split]:
            lines.append(line)
        elif is_shorter and line.split == "train":
            gone.append(line.sample_id)
        else:
            raise InputError(
                f"{name}, line {number}: no {line.split} row has the sample_id {shown(line.sample_id)}.",
                "Correct or delete the line; delete the file when it belongs to other data.",
            )
    message = f"{name}: {count_of(len(gone), 'line')} for train rows that are not there; some were dropped."
    return lines, [Notice("overrides_unused", message, len(gone), tuple(gone[:KEPT_IDS]))] if gone else []


def _notice(name: str, lines: list[Override]) -> Notice:
    merges = sum(line.what == "merge" for line in lines)
    rows = list(dict.fromkeys((line.split, line.sample_id) for line in lines if line.what != "merge"))
    parts = [f"{count_of(len(lines) - merges, 'correction')} of {count_of(len(rows))}"] if rows else []
    parts += [count_of(merges, "merged brand")] if merges else []
    message = f"{name}: {' and '.join(parts)} stand in for what was read; delete a line to take it back."
    return Notice("overrides", message, len(rows), tuple(sample_id for _, sample_id in rows[:KEPT_IDS]))


def keep_overrides(path: Path, lines: Iterable[Override]) -> None:
    """Write decisions into the table at ``path``; one on the same thing is replaced, all others stay.

    The file is read again under a lock before it is written, so that two windows do not undo each other.

    Raises:
        InputError: A line cannot hold, merges would go round in a circle, or the file there is no override table.
        StorageError: The disk refused.
    """
    new = {line.place: line for line in map(checked, lines)}

    def changed(old: list[Override]) -> list[Override]:
        kept = [new.get(line.place, line) for line in old]
        there = {line.place for line in old}
        return [*kept, *(line for place, line in new.items() if place not in there)]

    _change(path, changed)


def drop_overrides(path: Path, lines: Iterable[Override]) -> None:
    """Take decisions back, whatever they hold by now; the file goes with its last line.

    Raises:
        InputError: The file there is no override table.
        StorageError: The disk refused.
    """
    gone = {line.place for line in lines}
    _change(path, lambda old: [line for line in old if line.place not in gone])


def _change(path: Path, change: Callable[[list[Override]], list[Override]]) -> None:
    with _alone(path.parent):
        old = [line for _, line in _read(path)]
        lines = change(old)
        if lines == old:
            return
        check_lines(enumerate(lines, start=2), path.name)
        if lines:
            write_atomic(path, write_overrides(lines))
        else:
            _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(f"{path} could not be removed ({error.strerror}). Check its permissions.") from error


def _read(path: Path) -> list[tuple[int, Override]]:
    if path.is_symlink():
        # What is written must land beside the data, and what is read must come from there.
        raise InputError(f"{path.name} is a link.", "Put the file itself beside the train file.")
    return parse_overrides(read_file(path)) if path.exists() else []


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One change at a time in a folder, over all threads and processes. The folder itself is locked, so that no
    lock file is left beside the user's data."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise StorageError(f"{folder} cannot be opened ({error.strerror}). Check that it is there.") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
