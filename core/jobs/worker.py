"""The process that does one job: ``python -m core.jobs.worker <job folder>``.

It waits for its turn, calls the job's function, and writes what happens to the job's folder. A watchdog thread looks
for the flags: to pause, it makes the next progress report raise; to cancel, it also ends the process a moment later.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Final

from core.errors import Cancelled, ShelfpriceError
from core.jobs.kinds import load_function
from core.jobs.queue import wait_for_turn
from core.jobs.records import JobFolder, JobSpec
from core.jobs.state import StateWriter

WATCH_S: Final = 0.1
GRACE_S: Final = 1.2
NICENESS: Final = 5


class Outcome(AbstractContextManager["Outcome"]):
    """Turns whatever ends the work into the job's last state; the traceback goes to the log alone."""

    def __init__(self, writer: StateWriter, log: Path) -> None:
        self._writer = writer
        self._log = log

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            return True
        if isinstance(error, Cancelled):
            gently = self._writer.paused.is_set() and not self._writer.cancelled.is_set()
            self._writer.finish("paused" if gently else "cancelled")
            return True
        traceback.print_exception(kind, error, trace)
        self._writer.finish("failed", error=self._line(error))
        return isinstance(error, Exception)

    def _line(self, error: BaseException) -> str:
        if isinstance(error, ShelfpriceError):
            return str(error)
        said = " ".join(str(error).split())[:300]
        return f"{type(error).__name__}: {said or 'no message'}. The details are in {self._log}."


def work(folder: JobFolder, spec: JobSpec, writer: StateWriter) -> None:
    """Wait for the job's turn and do it; the state tells how it went."""
    with Outcome(writer, folder.log), wait_for_turn(folder, spec, writer):
        writer.begin()
        result = load_function(spec.kind)(spec.params, writer)
        writer.finish("done", result=result)


def watch(folder: JobFolder, writer: StateWriter) -> None:
    """Until the process ends: act on the pause flag gently, on the cancel flag gently first."""
    while not folder.cancel_flag.exists():
        if folder.pause_flag.exists():
            writer.paused.set()
        time.sleep(WATCH_S)
    writer.cancelled.set()
    time.sleep(GRACE_S)
    try:
        writer.finish("cancelled")
    finally:
        # What the work started dies with it; a group that the worker does not lead is somebody else's.
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)


def main(arguments: list[str]) -> int:
    """Do the job in the folder named by the only argument; exit status 1 when there is none."""
    folder = JobFolder(Path(arguments[0])) if len(arguments) == 1 else None
    spec = folder.read_spec() if folder else None
    if folder is None or spec is None:
        sys.stderr.write("usage: python -m core.jobs.worker JOB_FOLDER\n")
        return 1
    os.nice(NICENESS)
    writer = StateWriter(folder)
    threading.Thread(target=watch, args=(folder, writer), name="watchdog", daemon=True).start()
    work(folder, spec, writer)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
