"""How far a long list of asked-for things has come: finished, failed, and how many a second of late."""

from __future__ import annotations

from collections import deque


class Pace:
    """Counts what is finished.

    Args:
        total: All that there are.
        before: Those that were finished before this run.
        window_s: Stretch that the rate is taken over.
    """

    def __init__(self, total: int, before: int, *, window_s: float) -> None:
        self.total = total
        self.done = before
        self.failed = 0
        self._window_s = window_s
        self._marks: deque[tuple[float, int]] = deque()

    def count(self, *, failed: bool) -> None:
        """One more is finished."""
        self.done += 1
        self.failed += failed

    def rate(self, now: float) -> float:
        """Finished a second over the last window; 0 until there is something to tell."""
        self._marks.append((now, self.done))
        while len(self._marks) > 2 and now - self._marks[1][0] >= self._window_s:
            self._marks.popleft()
        since, done = self._marks[0]
        return (self.done - done) / (now - since) if now > since else 0.0

    @property
    def fraction(self) -> float:
        """0 to 1."""
        return self.done / self.total if self.total else 1.0
