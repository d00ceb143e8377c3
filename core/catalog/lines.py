"""True line numbers and the cause of a CSV that will not parse; slow, and asked only when an error is written."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence

from core.catalog.files import FileContent
from core.errors import InputError

_LONGEST_FIELD = 2**31 - 1
_END = "\x03"


def records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each record that is not a blank line, the header included, with the line that it starts on (from 1)."""
    # The default limit of 131,072 characters a field would refuse texts that the fast reader takes.
    csv.field_size_limit(_LONGEST_FIELD)
    # Decoded as it is read: the header alone costs nothing, whatever the size of the file.
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""))
    line = 1
    for record in reader:
        if record:
            yield line, record
        line = reader.line_num + 1


def header_of(content: FileContent) -> list[str]:
    """Column names of a CSV, exactly as written."""
    return next((header for _, header in records(content.data)), [])


def places(content: FileContent, rows: Sequence[int]) -> list[str]:
    """Where data rows (counted from 0) stand in their file: ``"line 12"``; ``"row 12"`` in a Parquet file."""
    if content.kind == "parquet":
        return [f"row {row + 1}" for row in rows]
    wanted, found = set(rows), {}
    last = max(wanted, default=-1)
    for row, (line, _) in enumerate(records(content.data), start=-1):
        if row in wanted:
            found[row] = f"line {line}"
        if row >= last:
            break
    return [found[row] for row in rows]


def open_quote(content: FileContent) -> InputError | None:
    """The error of a CSV with a quote that is never closed; None when there is no such quote."""
    # A line put after the end comes back as a record of its own, unless an open quote swallows it.
    start, record = deque(records(content.data + b"\n" + _END.encode()), maxlen=1).pop()
    if record == [_END]:
        return None
    return InputError(
        f"{content.name}, line {start}: a quote opened in the row that starts here is never closed.",
        'Close it, and write a quote inside quoted text as "".',
    )


def parse_error(content: FileContent) -> InputError:
    """Why a CSV did not parse: a quote that is never closed, or records of the wrong width."""
    if (error := open_quote(content)) is not None:
        return error
    header = header_of(content)
    ragged = [(line, len(record)) for line, record in records(content.data) if len(record) != len(header)]
    if not ragged:
        return InputError(f"{content.name} is not a table that can be read as CSV.", "Write it again as CSV (UTF-8).")
    line, found = ragged[0]
    more = f" ({len(ragged)} such rows)" if len(ragged) > 1 else ""
    return InputError(
        f"{content.name}, line {line}: {found} columns where the header has {len(header)}{more}.",
        "Put quotes around text that holds a comma or a line break.",
    )
