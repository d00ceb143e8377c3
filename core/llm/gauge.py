"""What a run of questions tells while it goes on: rows a second, failures, time left, cost so far."""

from __future__ import annotations

from typing import Final

from core.pace import Pace
from core.spans import span

_WINDOW_S: Final = 30.0


class Gauge(Pace):
    """Counts inputs, and says how it goes.

    Args:
        total: Inputs in all.
        before: Those that were finished before this run.
    """

    def __init__(self, total: int, before: int) -> None:
        super().__init__(total, before, window_s=_WINDOW_S)

    def words(self, now: float, cost: float | None) -> str:
        """One line; ``cost`` in dollars so far, None where it is not known."""
        rate = self.rate(now)
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
