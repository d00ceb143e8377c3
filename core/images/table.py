"""The state of a folder's links as tables: a CSV beside the photos, and a frame for the screens."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from core.images.journal import JOURNAL, Record, read_journal, still_there
from core.images.links import link_key
from core.images.names import TABLE
from core.images.spec import PENDING, STATUSES
from core.store import write_atomic

COLUMNS: Final = tuple(field.name for field in fields(Record))


def write_table(folder: Path, records: Iterable[Record]) -> Path:
    """Write ``images_status.csv``: one row a link in the order of their spelling, ``finished`` in UTC.

    Raises:
        StorageError: The disk refused.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in sorted(records, key=lambda record: record.url):
        row = asdict(record) | {"finished": datetime.fromtimestamp(record.finished, UTC).isoformat(timespec="seconds")}
        writer.writerow(["" if row[name] is None else row[name] for name in COLUMNS])
    path = folder / TABLE
    write_atomic(path, buffer.getvalue().encode(errors="replace"))
    return path


def link_table(links: Iterable[str], folder: Path) -> pd.DataFrame:
    """What became of a catalogue's links, one row for each distinct one; blank links are passed over.

    Returns:
        Columns ``url``, ``status`` (``pending`` where nothing is known, also for a photo that was taken away since),
        ``meaning``, ``detail``, ``http``, ``attempts`` (``Int64``), ``products`` (rows of the catalogue), ``bytes``,
        ``width``, ``height`` (``Int64``), ``file``.

    Raises:
        StorageError: The journal cannot be read.
    """
    # Most catalogues repeat links, and each spelling is taken apart once.
    texts = Counter(link for link in links if link.strip())
    products: Counter[str] = Counter()
    for text, count in texts.items():
        products[link_key(text)] += count
    known = read_journal(folder)
    rows = [_row(url, count, known.get(url), folder) for url, count in products.items()]
    names = ["url", "status", "meaning", "detail", "http", "attempts", "products", "bytes", "width", "height", "file"]
    frame = pd.DataFrame(rows, columns=names)
    numbers = ["http", "attempts", "products", "bytes", "width", "height"]
    texts_of = [name for name in names if name not in numbers]
    return frame.astype(dict.fromkeys(numbers, "Int64") | dict.fromkeys(texts_of, "str"))


def count_links(table: pd.DataFrame) -> pd.DataFrame:
    """How many links and products of a :func:`link_table` have which status.

    Returns:
        Columns ``status``, ``links``, ``products``, ``meaning``; ``ok`` first, ``pending`` last.
    """
    groups = table.groupby("status").agg(links=("url", "size"), products=("products", "sum"))
    order = [name for name in (*STATUSES, PENDING) if name in groups.index]
    counts = groups.loc[order].reset_index()
    counts["meaning"] = [_meaning(name) for name in order]
    return counts.astype({"links": "int64", "products": "int64"})


def journal_stamp(folder: Path) -> str:
    """Changes whenever the state of the folder's links has changed; ``""`` before a first download."""
    try:
        stat = (folder / JOURNAL).stat()
    except OSError:
        return ""
    return f"{stat.st_size} {stat.st_mtime_ns}"


def _row(url: str, products: int, record: Record | None, folder: Path) -> tuple[object, ...]:
    if record is None or not still_there(record, folder):
        return (url, PENDING, _meaning(PENDING), "", None, None, products, None, None, None, "")
    return (
        url,
        record.status,
        _meaning(record.status),
        record.detail,
        record.http,
        record.attempts,
        products,
        record.bytes,
        record.width,
        record.height,
        record.file,
    )


def _meaning(status: str) -> str:
    return "not tried yet" if status == PENDING else STATUSES[status].text
