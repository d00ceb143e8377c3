"""The worker's own account of its job, written often enough to watch and seldom enough to cost nothing."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Final

from core.errors import Cancelled, StorageError
from core.jobs.feed import Feed
from core.jobs.records import ACTIVE, JobFolder, JobState
from core.types import JsonDict

WRITE_EVERY_S: Final = 0.2


class StateWriter:
    """Keeps ``state.json`` up to date from the working thread and from the watchdog; the first ending stands.

    Attributes:
        cancelled, paused: Once one of them is set, the next report raises :class:`core.errors.Cancelled`.
        feed: Where the work may tell its curves; see :func:`core.jobs.feed_of`.
    """

    def __init__(self, folder: JobFolder) -> None:
        self.cancelled = threading.Event()
        self.feed = Feed(folder.feed)
        self.paused = threading.Event()
        self._folder = folder
        self._record = folder.read_state()
        self._lock = threading.Lock()
        self._written = 0.0

    def __call__(self, fraction: float, message: str) -> None:
        """The same as :meth:`report`."""
        self.report(fraction, message)

    def report(self, fraction: float, message: str) -> None:
        """A :data:`core.types.ProgressFn`; raises :class:`Cancelled` when the user has asked for it."""
        if self.cancelled.is_set() or self.paused.is_set():
            raise Cancelled
        with self._lock:
            kept = min(max(fraction, 0.0), 1.0)
            news = message != self._record.message
            self._record = replace(self._record, fraction=kept, message=message)
            age_s = time.monotonic() - self._written
            if age_s >= WRITE_EVERY_S or (news and age_s >= WRITE_EVERY_S / 2):
                self._write()

    def begin(self) -> None:
        """The work starts now."""
        self.feed.begin()
        with self._lock:
            self._record = replace(self._record, state="running", started=time.time(), message="starting")
            self._write()

    def finish(self, state: JobState, *, result: JsonDict | None = None, error: str | None = None) -> None:
        """The work has ended; a second ending is ignored.

        Raises:
            ValueError: The result holds NaN or something that JSON has no word for.
            StorageError: The disk refused the record.
        """
        with self._lock:
            if self._record.state not in ACTIVE:
                return
            done = state == "done"
            ended = replace(
                self._record,
                state=state,
                finished=time.time(),
                result=result,
                error=error,
                fraction=1.0 if done else self._record.fraction,
                message="done" if done else self._record.message,
            )
            self._folder.write_state(ended)
            self._record = ended

    def _write(self) -> None:
        # Progress that the disk refuses is not worth the work; the ending is written without this mercy.
        try:
            self._folder.write_state(self._record)
        except StorageError:
            return
        self._written = time.monotonic()
