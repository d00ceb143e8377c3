"""The ledger of submissions: every file that was handed in, what was foretold for it, and what the leaderboard said.

It stands beside the user's data, not in the cache: a folder a competition with ``ledger.jsonl``, which is only ever
appended to, and the files themselves under their hash.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from core.config import settings
from core.errors import InputError
from core.export.checks import Wanted
from core.export.clearance import Clearance
from core.export.earlier import Earlier
from core.export.ledger_events import (
    NAME_CHARACTERS,
    NOTE_CHARACTERS,
    Budget,
    BudgetSpec,
    Entry,
    Submission,
    budget_at,
    budget_spec,
    check_score,
    check_text,
    entries_of,
)
from core.export.ledger_lines import Lines, append_line, read_lines
from core.export.verdicts import check_submission, sha256_of
from core.store import canonical_json, hash_bytes, write_atomic
from core.types import ID, PRICE, Catalog, JsonDict

LEDGER_FILE, FILES_FOLDER, DEMO_FOLDER = "ledger.jsonl", "files", "demo"
_ID_BYTES = 6


def competition_key(catalog: Catalog) -> str:
    """Hash of the test file's ids, in whatever order.

    They are what a submission answers to: with train corrected, a side table added or the texts read anew it stays the
    same competition.
    """
    return hash_bytes(canonical_json(sorted(map(str, catalog.items.test.index))).encode())


def open_ledger(catalog: Catalog, *, demo: bool = False, root: Path | None = None) -> Ledger:
    """The ledger of a catalogue's competition; nothing is written before something is logged.

    Args:
        demo: True for the built-in demo, whose ledger stands apart from the user's own.
        root: Folder of all ledgers; the configured one when None.
    """
    folder = root or settings().submissions_dir
    return Ledger((folder / DEMO_FOLDER if demo else folder) / competition_key(catalog))


class Ledger:
    """One competition's submissions under ``folder``; several processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / LEDGER_FILE

    def entries(self) -> tuple[Entry, ...]:
        """The submissions, oldest first, the withdrawn ones too.

        Raises:
            StorageError: The ledger cannot be read.
        """
        return entries_of(self._lines().events)

    def earlier(self) -> tuple[Earlier, ...]:
        """Every submission that was not withdrawn and whose file is there unharmed, oldest first."""
        entries = [entry for entry in self.entries() if not entry.withdrawn]
        found = ((entry, self.file(entry)) for entry in entries)
        return tuple(_earlier(entry, data) for entry, data in found if data is not None)

    def file(self, entry: Entry) -> bytes | None:
        """The submitted file's bytes; None when they are gone or no longer what was submitted."""
        try:
            data = self._file_path(entry.sha256).read_bytes()
        except OSError:
            return None
        return data if sha256_of(data) == entry.sha256 else None

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the ledger's own state; nothing as long as it is whole."""
        lines = self._lines()
        damaged = [
            f"{LEDGER_FILE}, line {number}: a write was cut short here, or the line was changed. It is left out and"
            " stays in the file."
            for number in lines.damaged
        ]
        gone = [entry.title for entry in entries_of(lines.events) if not self._file_path(entry.sha256).is_file()]
        missing = [f"The file of submission {title} is gone: it cannot be compared any more." for title in gone]
        return (*damaged, *missing)

    def stamp(self) -> str:
        """Moves with every event; for what is kept in memory of the ledger."""
        try:
            stat = self.path.stat()
        except OSError:
            return "none"
        return f"{stat.st_size}-{stat.st_mtime_ns}"

    def log(self, data: bytes, submission: Submission, *, now: datetime | None = None) -> Entry:
        """Add a submission; its bytes are kept beside the ledger.

        Args:
            data: The file: ``sample_id,price`` in CSV.

        Raises:
            InputError: No such file, or the very same one stands in the ledger already.
            StorageError: The disk refused; nothing is logged then.
        """
        price, sha256 = submitted_price(data), sha256_of(data)
        path = self._file_path(sha256)
        event: JsonDict = {
            "kind": "logged",
            "entry_id": secrets.token_hex(_ID_BYTES),
            "sha256": sha256,
            "n_rows": len(price),
            "submission": submission.to_json(),
        }

        def make(lines: Lines) -> JsonDict:
            same = [entry for entry in entries_of(lines.events) if entry.sha256 == sha256 and not entry.withdrawn]
            if same:
                raise InputError(
                    f"this very file is submission {same[0].title} already.", "The same file gets the same score."
                )
            # Bytes first: an entry without its file could not be compared, a file without an entry harms nobody.
            write_atomic(path, data)
            return event

        self._append(make, now)
        return next(entry for entry in self.entries() if entry.entry_id == event["entry_id"])

    def score(self, entry_id: str, smape_pct: float | None, *, now: datetime | None = None) -> None:
        """Note what the leaderboard said, in percent; again to correct it, None to take it back. History stays.

        Raises:
            InputError: No such submission, or a score that SMAPE cannot have.
        """
        if smape_pct is not None:
            check_score("leaderboard", smape_pct)
        self._on(entry_id, {"kind": "score", "smape_pct": smape_pct}, now)

    def rename(self, entry_id: str, *, name: str, note: str, now: datetime | None = None) -> None:
        """Change a submission's name and note.

        Raises:
            InputError: No such submission, or a text that is too long.
        """
        check_text("name", name, NAME_CHARACTERS)
        check_text("note", note, NOTE_CHARACTERS)
        self._on(entry_id, {"kind": "note", "name": name, "note": note}, now)

    def withdraw(self, entry_id: str, *, withdrawn: bool = True, now: datetime | None = None) -> None:
        """Say that a logged file was not submitted after all, or that it was.

        Raises:
            InputError: No such submission.
        """
        self._on(entry_id, {"kind": "withdrawn", "withdrawn": withdrawn}, now)

    def set_budget(self, spec: BudgetSpec, *, now: datetime | None = None) -> None:
        """Say what is left now; what is logged later is taken from it."""
        deadline = None if spec.deadline is None else spec.deadline.astimezone(UTC).isoformat()
        event: JsonDict = {"kind": "budget", **vars(spec), "deadline": deadline}
        self._append(lambda lines: event, now)

    def budget(self, now: datetime | None = None) -> Budget | None:
        """What is left at ``now``; None while no budget is set."""
        events = self._lines().events
        return budget_at(now or datetime.now(UTC), events, entries_of(events))

    def budget_as_set(self) -> BudgetSpec | None:
        """The budget as it was typed in last."""
        set_ones = [event for event in self._lines().events if event.get("kind") == "budget"]
        return budget_spec(set_ones[-1]) if set_ones else None

    def _lines(self) -> Lines:
        return read_lines(self.path)

    def _file_path(self, sha256: str) -> Path:
        return self.folder / FILES_FOLDER / f"{sha256}.csv"

    def _on(self, entry_id: str, change: JsonDict, now: datetime | None) -> None:
        def make(lines: Lines) -> JsonDict:
            if entry_id not in {entry.entry_id for entry in entries_of(lines.events)}:
                raise InputError("there is no such submission in the ledger.", "Open the page again.")
            return {**change, "entry_id": entry_id}

        self._append(make, now)

    def _append(self, make: Callable[[Lines], JsonDict], now: datetime | None) -> None:
        """Stamp and append: the time is taken under the lock, so events stand in the order of their times."""

        def stamped(lines: Lines) -> JsonDict:
            event = make(lines)
            return {"v": 1, "time": (now or datetime.now(UTC)).astimezone(UTC).isoformat(), **event}

        append_line(self.path, stamped)


def submitted_price(data: bytes) -> pd.Series:
    """US dollars by ``sample_id``, in the file's order, of a submission's bytes.

    Raises:
        InputError: The bytes are no CSV with the columns ``sample_id`` and ``price``, or a price is no number.
    """
    frame = _submission_table(data)
    price = pd.to_numeric(frame[PRICE], errors="coerce").astype("float64")
    if price.isna().any():
        raise InputError(f"{int(price.isna().sum())} prices of the submission are no number.", "Choose another file.")
    return pd.Series(price.to_numpy(), index=pd.Index(frame[ID].astype(str), name=ID), name=PRICE)


def check_past(data: bytes, wanted: Wanted) -> None:
    """Raise :class:`InputError` unless a file made elsewhere answers to this test file, by every check of a new one.

    What a reason could overrule, such as an odd scale, is let pass: the file was sent, whatever it was worth.
    """
    sent = replace(wanted, clearance=Clearance(binding=False))
    failed = [check for check in check_submission(_submission_table(data), sent) if check.verdict == "fail"]
    if failed:
        raise InputError(f"the file fails the check '{failed[0].check}': {failed[0].evidence}.", "Nothing was logged.")


def _submission_table(data: bytes) -> pd.DataFrame:
    try:
        frame: Any = pd.read_csv(io.BytesIO(data), dtype={ID: str}, keep_default_na=False, na_values={PRICE: [""]})
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"the submission cannot be read ({error}).", f"Give a CSV with {ID} and {PRICE}.") from error
    if list(frame.columns) != [ID, PRICE]:
        raise InputError(
            f"the submission's columns are {', '.join(map(str, frame.columns[:5]))}.", f"Give {ID} and {PRICE}."
        )
    return pd.DataFrame(frame)


def _earlier(entry: Entry, data: bytes) -> Earlier:
    told = entry.submission.forecast
    return Earlier(
        name=entry.title,
        sha256=entry.sha256,
        price=submitted_price(data),
        forecast_smape_pct=None if told is None else told.smape_pct,
        leaderboard_smape_pct=entry.leaderboard_smape_pct,
    )
