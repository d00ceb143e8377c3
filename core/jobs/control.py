"""Start, watch, pause, cancel, resume and forget jobs, from any process that shares the cache folder."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Final

from core.config import PROJECT_ROOT, settings
from core.errors import InputError, StorageError
from core.jobs.kinds import check_kind
from core.jobs.process import mark_process
from core.jobs.records import (
    ACTIVE,
    JobFolder,
    JobSpec,
    JobStatus,
    StateRecord,
    all_folders,
    job_folder,
    jobs_root,
    status_of,
)
from core.types import JsonDict

# The worker stops itself 1.2 s after it saw the flag; one that cannot even do that is killed from here. Together with
# the kill itself this stays below two seconds.
KILL_AFTER_S: Final = 1.6
_POLL_S: Final = 0.05
_GIVE_UP_S: Final = 5.0


def start_job(kind: str, params: JsonDict, *, title: str) -> str:
    """Start a worker for the job, or queue it behind the one that runs, and return its id at once.

    Args:
        kind: A line of :data:`core.jobs.KINDS`.
        params: Plain JSON for the job's function, without NaN; paths in it must be absolute.
        title: What the screens call it.

    Raises:
        InputError: Unknown kind.
        StorageError: The cache folder cannot be written.
    """
    check_kind(kind)
    now = time.time()
    job_id = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{secrets.token_hex(4)}"
    folder = job_folder(job_id)
    try:
        folder.root.mkdir(parents=True)
    except OSError as error:
        raise StorageError(f"{folder.root} cannot be made ({error.strerror}). Free some space.") from error
    with _changes():
        folder.write_spec(JobSpec(job_id, kind, title, params, now))
        _launch(folder, now)
    return job_id


def job_status(job_id: str) -> JobStatus:
    """The job as it stands now.

    Raises:
        InputError: There is no such job.
    """
    status = status_of(job_folder(job_id))
    if status is None:
        raise InputError(f"there is no job {job_id}.", "It may have been removed from the list.")
    return status


def list_jobs() -> list[JobStatus]:
    """Every job, newest first."""
    found = (status_of(folder) for folder in all_folders())
    return sorted((status for status in found if status), key=lambda status: status.created, reverse=True)


def cancel_job(job_id: str) -> JobStatus:
    """Stop the job, whatever its code is doing, and return when it has stopped; at most about two seconds.

    A job that has ended already stays as it ended.

    Raises:
        InputError: There is no such job.
    """
    folder = job_folder(job_id)
    if not job_status(job_id).active:
        return job_status(job_id)
    folder.cancel_flag.touch()
    asked = time.monotonic()
    while folder.has_living_worker() and time.monotonic() - asked < _GIVE_UP_S:
        mark = folder.read_process()
        if mark is not None and time.monotonic() - asked > KILL_AFTER_S:
            mark.kill_group()
        time.sleep(_POLL_S)
    record = folder.read_state()
    if record.state in ACTIVE:
        folder.write_state(replace(record, state="cancelled", finished=time.time(), message="cancelled"))
    return job_status(job_id)


def pause_job(job_id: str) -> JobStatus:
    """Ask the job to stop at its next report, which is after the batch or the fold under way; returns at once.

    It then reads ``paused``, its worker is gone and the job behind it runs. A job that has ended stays as it ended.

    Raises:
        InputError: There is no such job.
    """
    if job_status(job_id).active:
        job_folder(job_id).pause_flag.touch()
    return job_status(job_id)


def resume_job(job_id: str) -> str:
    """Run a job that failed, was paused, cancelled or interrupted again with the same parameters; its id stays.

    What it had finished comes from the artifact cache.

    Raises:
        InputError: There is no such job, or it is queued, running or done.
    """
    folder = job_folder(job_id)
    with _changes():
        status = job_status(job_id)
        if status.active or status.state == "done":
            raise InputError(f"this job is {status.state}, there is nothing to resume.")
        check_kind(status.kind)
        folder.cancel_flag.unlink(missing_ok=True)
        folder.pause_flag.unlink(missing_ok=True)
        _launch(folder, time.time())
    return job_id


def forget_job(job_id: str) -> None:
    """Remove an ended job's record and log; artifacts and runs that it made stay.

    Raises:
        InputError: There is no such job, or it is still active.
    """
    with _changes():
        if job_status(job_id).active:
            raise InputError("this job is still active.", "Cancel it first.")
        shutil.rmtree(job_folder(job_id).root, ignore_errors=True)


def _launch(folder: JobFolder, now: float) -> None:
    """Write the first state and start the worker in a session of its own."""
    # Until the worker has a process id, the record lives and dies with the process that is starting it.
    folder.write_process(mark_process(os.getpid()))
    folder.write_state(StateRecord(queued=now, message="waiting to start"))
    here = settings()
    with folder.log.open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "core.jobs.worker", str(folder.root)],
            cwd=PROJECT_ROOT,
            env={
                **os.environ,
                "SHELFPRICE_CACHE": str(here.cache_dir),
                "SHELFPRICE_DATA": str(here.data_dir),
                "PYTHONUNBUFFERED": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    folder.write_process(mark_process(worker.pid))
    # Somebody has to collect the worker's exit status while this process lives, or it stays a zombie.
    threading.Thread(target=worker.wait, name=f"reap-{worker.pid}", daemon=True).start()


@contextmanager
def _changes() -> Iterator[None]:
    """One change of the list of jobs at a time, over all threads and processes: two clicks start one worker."""
    jobs_root().mkdir(parents=True, exist_ok=True)
    with (jobs_root() / ".changes.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            with suppress(OSError):
                fcntl.flock(lock, fcntl.LOCK_UN)
