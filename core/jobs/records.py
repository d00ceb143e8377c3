"""What is on the disk of a job: ``<cache>/jobs/<job_id>/`` with its order, its state, its log and its cancel flag.

``spec.json`` is written once. ``process.json`` names the worker and is written by whoever started it. ``state.json``
is written by the worker alone while it lives. Each file is whole or absent.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, TypeAlias, cast, get_args

from core.config import settings
from core.errors import InputError
from core.jobs.process import ProcessMark
from core.store import write_json_atomic
from core.types import JsonDict

JobState: TypeAlias = Literal["queued", "running", "done", "failed", "cancelled", "paused", "interrupted"]
STATES: Final[frozenset[str]] = frozenset(get_args(JobState))
ACTIVE: Final[frozenset[str]] = frozenset({"queued", "running"})

_JOB_ID = re.compile(r"\d{8}-\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class JobSpec:
    """What was asked for; it never changes, so that resuming does the same work again.

    Attributes:
        created: Seconds since the epoch, as all times here.
    """

    job_id: str
    kind: str
    title: str
    params: JsonDict
    created: float


@dataclass(frozen=True)
class StateRecord:
    """What the worker says of itself."""

    state: JobState = "queued"
    fraction: float = 0.0
    message: str = ""
    queued: float = 0.0
    started: float | None = None
    finished: float | None = None
    error: str | None = None
    result: JsonDict | None = None


@dataclass(frozen=True)
class JobStatus:
    """A job as anybody may see it.

    Attributes:
        state: ``interrupted`` means that it says queued or running and its process is gone; ``paused``, that it
            stopped at a good moment because it was asked to.
        fraction: 0 to 1.
        created, queued, started, finished: Seconds since the epoch; None for what has not happened. ``queued`` moves
            when a job is resumed, ``created`` does not.
        error: One line for the user when it failed.
        result: What the work returned when it is done.
        params: What the work was given.
        log: File with everything that the worker wrote to its standard output and error.
        pausing: True while it is active and was asked to pause.
    """

    job_id: str
    kind: str
    title: str
    state: JobState
    fraction: float
    message: str
    created: float
    queued: float
    started: float | None
    finished: float | None
    error: str | None
    result: JsonDict | None
    params: JsonDict = field(default_factory=dict)
    log: Path = field(default_factory=Path)
    pausing: bool = False

    @property
    def active(self) -> bool:
        """True while it is queued or running."""
        return self.state in ACTIVE


@dataclass(frozen=True)
class JobFolder:
    """The files of one job."""

    root: Path

    @property
    def spec_file(self) -> Path:
        return self.root / "spec.json"

    @property
    def state_file(self) -> Path:
        return self.root / "state.json"

    @property
    def process_file(self) -> Path:
        return self.root / "process.json"

    @property
    def cancel_flag(self) -> Path:
        return self.root / "cancel"

    @property
    def feed(self) -> Path:
        return self.root / "feed.jsonl"

    @property
    def pause_flag(self) -> Path:
        return self.root / "pause"

    @property
    def log(self) -> Path:
        return self.root / "log.txt"

    def write_spec(self, spec: JobSpec) -> None:
        write_json_atomic(self.spec_file, asdict(spec))

    def write_state(self, record: StateRecord) -> None:
        """Write the state; a folder that was forgotten meanwhile stays forgotten."""
        if self.root.is_dir():
            write_json_atomic(self.state_file, asdict(record))

    def write_process(self, mark: ProcessMark) -> None:
        write_json_atomic(self.process_file, asdict(mark))

    def read_spec(self) -> JobSpec | None:
        """The order, or None when this is no job folder."""
        data = _read_json(self.spec_file)
        with suppress(TypeError):
            return None if data is None else JobSpec(**cast("dict[str, JsonDict]", data))  # type: ignore[arg-type]
        return None

    def read_state(self) -> StateRecord:
        """The last state written; a record that cannot be read reads as queued, never as done."""
        data = _read_json(self.state_file)
        with suppress(TypeError):
            if data is not None and data.get("state") in STATES:
                return StateRecord(**cast("dict[str, JsonDict]", data))  # type: ignore[arg-type]
        return StateRecord()

    def read_process(self) -> ProcessMark | None:
        """The worker's mark, or None before it was started."""
        data = _read_json(self.process_file)
        with suppress(TypeError):
            return None if data is None else ProcessMark(**data)  # type: ignore[arg-type]
        return None

    def has_living_worker(self) -> bool:
        """True while the worker that was started last is alive."""
        mark = self.read_process()
        return mark is not None and mark.alive()


def jobs_root() -> Path:
    """Folder of all jobs in the configured cache."""
    return settings().cache_dir / "jobs"


def job_folder(job_id: str) -> JobFolder:
    """Folder of a job, whether it exists or not.

    Raises:
        InputError: Not the shape of a job id, so that an id can never lead out of the jobs' folder.
    """
    if not _JOB_ID.fullmatch(job_id):
        raise InputError(f"{job_id!r} is no job id.")
    return JobFolder(jobs_root() / job_id)


def all_folders() -> list[JobFolder]:
    """Every job's folder, oldest first."""
    root = jobs_root()
    if not root.is_dir():
        return []
    return [JobFolder(path) for path in sorted(root.iterdir()) if _JOB_ID.fullmatch(path.name) and path.is_dir()]


def status_of(folder: JobFolder) -> JobStatus | None:
    """What a job's files say now, corrected for a worker that is gone; None when there is no such job."""
    spec = folder.read_spec()
    if spec is None:
        return None
    record = folder.read_state()
    if record.state in ACTIVE and not folder.has_living_worker():
        # The worker may have finished between the two reads.
        record = folder.read_state()
        if record.state in ACTIVE:
            record = replace(record, state="interrupted")
    return JobStatus(
        job_id=spec.job_id,
        kind=spec.kind,
        title=spec.title,
        created=spec.created,
        params=spec.params,
        log=folder.log,
        pausing=record.state in ACTIVE and folder.pause_flag.exists(),
        **asdict(record),
    )


def _read_json(path: Path) -> JsonDict | None:
    try:
        data = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return data if isinstance(data, dict) else None
