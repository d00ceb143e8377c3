"""What a download tells while it runs: photos a second, failures, time left."""

from __future__ import annotations

from collections import deque
from typing import Final

from core.spans import span

WINDOW_S: Final = 15.0


class Gauge:
    """Counts what is finished, and says how it goes.

    Args:
        total: Links in all.
        before: Links that were finished before this run.
    """

    def __init__(self, total: int, before: int) -> None:
        self.total = total
        self.done = before
        self.failed = 0
        self._marks: deque[tuple[float, int]] = deque()

    def count(self, *, failed: bool) -> None:
        """One more link is finished."""
        self.done += 1
        self.failed += failed

    def rate(self, now: float) -> float:
        """Links a second over the last :data:`WINDOW_S`; 0 until there is something to tell."""
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[1][0] >= WINDOW_S:
            self._marks.popleft()
        since, done = self._marks[0]
        return (self.done - done) / (now - since) if now > since else 0.0

    def words(self, now: float, *, waiting: bool) -> str:
        """One line; ``waiting``: nothing is under way because every server left has asked for patience or failed."""
        rate = self.rate(now)
        left = self.total - self.done
        parts = [f"photos, {self.done:,} of {self.total:,}"]
        if self.failed:
            parts.append(f"{self.failed:,} failed")
        if waiting:
            parts.append("waiting for the servers")
        elif rate > 0 and left:
            parts += [f"{rate:.1f} a second", f"{span(left / rate)} left"]
        return " · ".join(parts)

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return self.done / self.total if self.total else 1.0
