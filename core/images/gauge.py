"""What a download tells while it runs: photos a second, failures, time left."""

from __future__ import annotations

from typing import Final

from core.pace import Pace
from core.spans import span

WINDOW_S: Final = 15.0


class Gauge(Pace):
    """Counts links, and says how it goes.

    Args:
        total: Links in all.
        before: Links that were finished before this run.
    """

    def __init__(self, total: int, before: int) -> None:
        super().__init__(total, before, window_s=WINDOW_S)

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
