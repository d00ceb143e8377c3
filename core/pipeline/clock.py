"""Seconds by stage and the memory at its highest, for the report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.memory import peak_bytes


@dataclass
class Clock:
    """Started when it is made."""

    seconds: dict[str, float] = field(default_factory=dict)
    started: float = field(default_factory=time.perf_counter)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; entering it twice adds up."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    def report(self) -> dict[str, float]:
        """Every stage, and the total so far."""
        return {"total": time.perf_counter() - self.started, **self.seconds}


def peak_rss_mb() -> float:
    """Most memory that this process ever held, in megabytes."""
    return peak_bytes() / 1e6
