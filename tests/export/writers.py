"""Programs that tests run in processes of their own: they write into a ledger until they are done or killed."""

from __future__ import annotations

import sys
from pathlib import Path

from core.errors import StorageError
from core.export import Ledger, Submission
from core.export.ledger_lines import append_line


def append_many(path: str, writer: str, count: int) -> None:
    """Append ``count`` numbered events."""
    for number in range(count):
        append_line(Path(path), lambda lines, number=number: {"writer": writer, "number": number})


def append_for_ever(path: str) -> None:
    """Append numbered events and say each number once its line is on the disk."""
    number = 0
    while True:
        append_line(Path(path), lambda lines, number=number: {"number": number, "padding": "x" * 3000})
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        number += 1


def log_until_full(folder: str) -> None:
    """Log files of 20,000 bytes until the disk refuses; say how many were logged, then the refusal."""
    ledger, logged = Ledger(Path(folder)), 0
    while True:
        data = "sample_id,price\n" + "".join(f"{row},{logged + 1}.00\n" for row in range(2_000))
        try:
            ledger.log(data.encode(), Submission(f"file {logged}"))
        except StorageError as error:
            sys.stdout.write(
                f"{logged}\n{len(ledger.entries())} {len(ledger.earlier())} {len(ledger.notes())}\n{error}"
            )
            return
        logged += 1


def fill_lines_until_full(path: str) -> None:
    """Append events until the disk refuses, then make room and append once more; say what stands there each time."""
    from core.export.ledger_lines import read_lines

    ledger, logged = Path(path), 0
    room = ledger.with_name("room")
    room.write_bytes(b"x" * 20_000)
    try:
        while True:
            append_line(ledger, lambda lines, number=logged: {"number": number, "padding": "x" * 900})
            logged += 1
    except StorageError:
        full = read_lines(ledger)
        room.unlink()
        append_line(ledger, lambda lines: {"number": logged})
        after = read_lines(ledger)
        sys.stdout.write(f"{logged} {len(full.events)} {len(full.damaged)} {len(after.events)} {len(after.damaged)}")


if __name__ == "__main__":
    {"for_ever": append_for_ever, "until_full": log_until_full, "lines_until_full": fill_lines_until_full}[sys.argv[1]](
        sys.argv[2]
    )
