"""One job at a time in a cache folder; the others wait, first come, first served."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from core.jobs.records import JobFolder, JobSpec, all_folders, status_of
from core.jobs.state import StateWriter

POLL_S: Final = 0.2


@contextmanager
def wait_for_turn(folder: JobFolder, spec: JobSpec, writer: StateWriter) -> Iterator[None]:
    """Hold the only running place of this cache folder, once it is free and no earlier job waits for it.

    Raises:
        Cancelled: The job was cancelled while it waited.
    """
    with (folder.root.parent / ".running.lock").open("w") as place:
        while not (_is_next(folder, spec) and _taken(place)):
            writer.report(0.0, "waiting for the job before it")
            time.sleep(POLL_S)
        yield


def _taken(place: IO[str]) -> bool:
    # A record lock, unlike flock, is not inherited by processes that the job starts: were the worker killed, its
    # orphans would keep the place for ever.
    try:
        fcntl.lockf(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _is_next(folder: JobFolder, spec: JobSpec) -> bool:
    mine = (folder.read_state().queued, spec.job_id)
    for other in all_folders():
        status = status_of(other) if other.root != folder.root else None
        if status is not None and status.state == "queued" and (status.queued, status.job_id) < mine:
            return False
    return True
