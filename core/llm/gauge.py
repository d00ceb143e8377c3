"""What a run of questions tells while it goes on: rows a second, failures, time left, cost so far."""

from __future__ import annotations

from collections import deque
from typing import Final

from core.spans import span

_WINDOW_S: Final = 30.0


class Gauge:
    """Counts what is finished, and says how it goes.

    Args:
        total: Inputs in all.
        before: Those that were finished before this run.
    """

    def __init__(self, total: int, before: int) -> None:
        self.total = total
        self.done = before
        self.failed = 0
        self._marks: deque[tuple[float, int]] = deque()

    def count(self, *, failed: bool) -> None:
        """One more is finished."""
        self.done += 1
        self.failed += failed

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return self.done / self.total if self.total else 1.0

    def words(self, now: float, cost: float | None) -> str:
        """One line; ``cost`` in dollars so far, None where it is not known."""
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[1][0] >= _WINDOW_S:
            self._marks.popleft()
        since, done = self._marks[0]
        rate = (self.done - done) / (now - since) if now > since else 0.0
        parts = [f"rows, {self.done:,} of {self.total:,}"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if rate > 0 and self.done < self.total:
            parts += [f"{rate:.1f} a second", f"{span((self.total - self.done) / rate)} left"]
        if cost is not None:
            parts.append(dollars(cost))
        return " · ".join(parts)


def dollars(cost: float) -> str:
    """``$12.34``; below ten cents with the digits that matter."""
    return f"${cost:,.2f}" if cost >= 0.1 or cost == 0 else f"${cost:.4f}"
