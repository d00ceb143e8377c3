"""Waiting for a job, and killing it, in tests that run real ones."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from core.jobs import JobStatus, job_status

PATIENCE_S = 120.0
"""Generous, because other work may share the machine; nothing is asserted about time."""


def wait_until(job_id: str, wanted: Callable[[JobStatus], bool]) -> JobStatus:
    """The first status that is wanted."""
    give_up = time.monotonic() + PATIENCE_S
    while not wanted(status := job_status(job_id)):
        assert time.monotonic() < give_up, f"still {status.state} at {status.fraction}: {status.message}"
        time.sleep(0.01)
    return status


def ended(status: JobStatus) -> bool:
    """What most wait for."""
    return not status.active


def worker_pid(job_id: str, cache: Path) -> int:
    """Of the process that does the job."""
    return int(json.loads((cache / "jobs" / job_id / "process.json").read_bytes())["pid"])


def kill_job(job_id: str, cache: Path) -> None:
    """SIGKILL to the job's whole process group, and a look that it is known as interrupted."""
    os.killpg(worker_pid(job_id, cache), signal.SIGKILL)
    assert wait_until(job_id, ended).state == "interrupted"
