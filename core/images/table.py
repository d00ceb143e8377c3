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

_NUMBERS: Final = ["http", "attempts", "products", "bytes", "width", "height"]
_TEXTS: Final = ["url", "status", "meaning", "detail", "file"]
_SHOWN: Final = ("url", "status", "meaning", "detail", *_NUMBERS, "file")
_TOLD: Final = tuple(name for name in _SHOWN if name not in ("meaning", "products"))
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
    records = [known[url] for url in products if url in known and still_there(known[url], folder)]
    frame = pd.DataFrame({"url": pd.Series(list(products), dtype="str"), "products": list(products.values())})
    told = pd.DataFrame({name: [getattr(record, name) for record in records] for name in _TOLD}, columns=[*_TOLD])
    told = told.astype({name: "Int64" if name in _NUMBERS else "str" for name in _TOLD})
    table = frame.merge(told, on="url", how="left", validate="one_to_one")
    table["status"] = table["status"].fillna(PENDING)
    table["meaning"] = table["status"].map({name: _meaning(name) for name in (*STATUSES, PENDING)})
    table[_TEXTS] = table[_TEXTS].astype("str").fillna("")
    return table.astype(dict.fromkeys(_NUMBERS, "Int64"))[list(_SHOWN)]


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


def _meaning(status: str) -> str:
    return "not tried yet" if status == PENDING else STATUSES[status].text
