"""What a run of a model tells while it goes: how far, how fast, what is the limit, how long still, what failed."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

WINDOW_S: Final = 15.0
_WORDS: Final = re.compile(
    r"(?P<noun>\w+): (?P<done>[\d,]+) of (?P<total>[\d,]+), (?P<rate>[\d,.]+) a second, (?P<left>[\d hmins]+) left"
    r" \((?P<limit>\w+) is the limit, (?P<failed>[\d,]+) failed\)"
)
_UNITS: Final = {"h": 3600, "min": 60, "s": 1}


@dataclass(frozen=True)
class Gauge:
    """A run at one moment.

    Attributes:
        noun: What is encoded, ``photos`` or ``texts``.
        items_per_second: Over the last :data:`WINDOW_S`.
        left_s: Seconds that the rest takes at this rate.
        limit: ``decoding`` or ``computing``: what the other waits for.
        failed: Items that gave no vector.
    """

    noun: str
    done: int
    total: int
    items_per_second: float
    left_s: float
    limit: str
    failed: int

    def words(self) -> str:
        """One line, which :func:`read_gauge` understands."""
        return (
            f"{self.noun}: {self.done:,} of {self.total:,}, {self.items_per_second:,.1f} a second,"
            f" {duration(self.left_s)} left ({self.limit} is the limit, {self.failed:,} failed)"
        )


def read_gauge(message: str) -> Gauge | None:
    """The gauge in a job's message, or None when it tells of something else."""
    found = _WORDS.fullmatch(message)
    if found is None:
        return None
    words = found["left"].split()
    left = sum(int(number) * _UNITS[unit] for number, unit in zip(words[::2], words[1::2], strict=True))
    counts = [int(found[name].replace(",", "")) for name in ("done", "total", "failed")]
    rate = float(found["rate"].replace(",", ""))
    return Gauge(found["noun"], counts[0], counts[1], rate, float(left), found["limit"], counts[2])


def duration(seconds: float) -> str:
    """``"1 h 2 min"``, ``"3 min 4 s"`` or ``"5 s"``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Pace:
    """Items a second over the last :data:`WINDOW_S` before a moment."""

    def __init__(self, now: float) -> None:
        self._marks: deque[tuple[float, int]] = deque([(now, 0)])

    def rate(self, now: float, done: int) -> float:
        """The rate when ``done`` items are finished at ``now``, in seconds of any clock; 0 at the first moment."""
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[1][0] >= WINDOW_S:
            self._marks.popleft()
        since, before = self._marks[0]
        return (done - before) / (now - since) if now > since else 0.0
