"""Curves of a job while it runs: points that it appends to ``feed.jsonl`` in its folder, and how they are read.

The file starts anew with each attempt: a resumed job tells what it had finished again. A line that a kill cut short is
left out by the reader.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from core.jobs.records import job_folder
from core.types import ProgressFn

WRITE_EVERY_S: Final = 0.25


@dataclass
class Curve:
    """One series: its points in the order in which they came, and a word on it once it is finished."""

    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    said: str = ""


class Feed:
    """Takes points from any thread and writes them a few times a second; without a file it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lines: list[str] = []
        self._lock = threading.Lock()
        self._written = 0.0

    def begin(self) -> None:
        """A new attempt: what an earlier one told is forgotten."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def points(self, series: str, x: list[float], y: list[float]) -> None:
        """Further points of a series."""
        self._add([json.dumps([series, round(a, 6), round(b, 4)]) for a, b in zip(x, y, strict=True)])

    def close(self, series: str, said: str) -> None:
        """The series is finished."""
        self._add([json.dumps([series, said])], now=True)

    def _add(self, lines: list[str], *, now: bool = False) -> None:
        if self._path is None:
            return
        with self._lock:
            self._lines += lines
            if not now and time.monotonic() - self._written < WRITE_EVERY_S:
                return
            text, self._lines = "\n".join([*self._lines, ""]), []
            self._written = time.monotonic()
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(text)
            except OSError:
                # A curve that the disk refuses is not worth the work.
                self._path = None


def feed_of(report: ProgressFn) -> Feed:
    """The feed behind a job's report; one that keeps nothing where no job runs."""
    found = getattr(report, "feed", None)
    return found if isinstance(found, Feed) else Feed(None)


def read_feed(job_id: str) -> dict[str, Curve]:
    """What the job's latest attempt has told, by series in the order of their first point.

    Raises:
        InputError: Not the shape of a job id.
    """
    try:
        text = job_folder(job_id).feed.read_text(encoding="utf-8")
    except OSError:
        return {}
    curves: dict[str, Curve] = {}
    for line in text.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            continue
        curve = curves.setdefault(str(said[0]), Curve())
        if len(said) == 2:
            curve.said = str(said[1])
        else:
            curve.x.append(float(said[1]))
            curve.y.append(float(said[2]))
    return curves
