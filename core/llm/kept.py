"""What a model has answered: a line for each input in an open file, so that a kill loses none and none is asked twice.

A line is named by what was sent: the task's words and schema and the model name the file, the text and the photo the
line. A torn last line, as a kill leaves it, is passed over. Each line is one write; it outlives the process.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, cast

from core.errors import InputError, StorageError
from core.llm.answers import FAILURES, OK
from core.store import ArtifactStore
from core.types import JsonDict

FOLDER: Final = "llm"


@dataclass(frozen=True)
class Answer:
    """What became of one input.

    Attributes:
        key: Hash of what was sent.
        status: ``ok`` or one of :data:`core.llm.answers.FAILURES`.
        value: What was read; empty unless ``ok``.
        seconds: From the first request to the end, waits between attempts included.
        tokens_in, tokens_out: Of all attempts together, as the server counts them, else estimated.
        attempts: Requests made.
        at: Host and port that answered.
        detail: The reason, in words.
    """

    key: str
    status: str
    value: JsonDict
    seconds: float = 0.0
    tokens_in: int = 0
    tokens_out: int = 0
    attempts: int = 1
    at: str = ""
    detail: str = ""


def answers_path(store: ArtifactStore, task_key: str) -> Path:
    """The file of a task and model."""
    return store.root / FOLDER / f"{task_key}.jsonl"


def answers_stamp(path: Path) -> str:
    """Changes whenever an answer was added; ``""`` before the first."""
    try:
        stat = path.stat()
    except OSError:
        return ""
    return f"{stat.st_size} {stat.st_mtime_ns}"


def read_answers(path: Path) -> dict[str, Answer]:
    """The last answer to each input; empty without a file.

    Raises:
        StorageError: The file is there and cannot be read.
    """
    found: dict[str, Answer] = {}
    try:
        with path.open("rb") as file:
            for line in file:
                answer = _answer(line)
                if answer is not None:
                    found[answer.key] = answer
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _refused(path, error) from error
    return found


class AnswerFile:
    """The file of a task and model, open for writing; one process at a time holds it.

    Raises:
        InputError: Another run of the same task and model is under way.
        StorageError: The disk refused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise _refused(path, error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise InputError("the same model is being asked the same already.", "Wait for it, or cancel it.") from None
        try:
            size = os.fstat(self._file).st_size
            if size and os.pread(self._file, 1, size - 1) != b"\n":
                # The next line must not be glued to a torn one.
                os.write(self._file, b"\n")
            self.answers = read_answers(path)
        except (OSError, StorageError) as error:
            os.close(self._file)
            raise _refused(path, error) from error

    def append(self, answer: Answer) -> None:
        """Keep an answer; it outlives this process once the call returns.

        Raises:
            StorageError: The disk refused.
        """
        line = json.dumps(asdict(answer), ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        try:
            # One write, so that a kill leaves all of a line or its beginning.
            if os.write(self._file, line) < len(line):
                raise OSError(28, os.strerror(28))
        except OSError as error:
            raise _refused(self.path, error) from error
        self.answers[answer.key] = answer

    def close(self) -> None:
        """Let the next one have the file."""
        os.close(self._file)


def settled(answers: Iterable[Answer], retry: Iterable[str]) -> set[str]:
    """Keys of inputs that a run leaves alone: all that were answered or failed, unless their failure is retried."""
    again = set(retry)
    return {answer.key for answer in answers if answer.status not in again}


def check_failures(names: Iterable[str]) -> None:
    """Raise :class:`InputError` for a name that is none of :data:`core.llm.answers.FAILURES`."""
    for name in names:
        if name not in FAILURES:
            raise InputError(f"{name!r} is no failure of a row.", f"Use one of: {', '.join(FAILURES)}.")


def _answer(line: bytes) -> Answer | None:
    """The answer in a line, or None when the line is torn or not ours."""
    with suppress(ValueError, TypeError, RecursionError):
        answer = Answer(**cast("JsonDict", json.loads(line)))  # type: ignore[arg-type]  # looked through below
        known = answer.status == OK or answer.status in FAILURES
        if known and isinstance(answer.key, str) and isinstance(answer.value, dict):
            return answer
    return None


def _refused(path: Path, error: Exception) -> StorageError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return StorageError(f"{path} could not be written or read ({reason}). Free some space; what is finished is kept.")
