"""Whose turn it is: per host a queue, a pace and a number of requests at once that shrinks when the host is strained.

Nothing here waits or reads a clock; whoever uses it says what time it is.
"""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from core.images.spec import FetchSpec

T = TypeVar("T")
_PATIENT_FAILURES: Final = 4
"""Failures of a host in a row that say nothing yet: some links are bad by themselves."""


@dataclass
class _Host(Generic[T]):
    name: str
    limit: float
    fresh: deque[T] = field(default_factory=deque)
    later: list[tuple[float, int, T]] = field(default_factory=list)
    active: int = 0
    next_at: float = 0.0
    paused_until: float = 0.0
    slowed_at: float = float("-inf")
    failures: int = 0
    entry: int = 0


class Schedule(Generic[T]):
    """Errands by host.

    A host gets at most ``per_host`` requests at once and ``per_host_rate`` a second. A strained answer (429, 5xx, no
    connection) halves the number once for all requests that were under way, and each good answer gives a little back
    (additive increase, multiplicative decrease, as TCP does). Failures in a row pause the host, twice as long each
    time.
    """

    def __init__(self, spec: FetchSpec) -> None:
        self._spec = spec
        self._hosts: dict[str, _Host[T]] = {}
        self._ready: deque[tuple[_Host[T], int]] = deque()
        self._waiting: list[tuple[float, int, _Host[T], int]] = []
        self._count = itertools.count()

    def add(self, host: str, errand: T, now: float, *, at: float = 0.0, first: bool = False) -> None:
        """Queue an errand, not to begin before ``at``; ``first``: ahead of those that wait for nothing."""
        queue = self._host(host)
        if at > now:
            heapq.heappush(queue.later, (at, next(self._count), errand))
        elif first:
            queue.fresh.appendleft(errand)
        else:
            queue.fresh.append(errand)
        self._place(queue, now)

    def take(self, now: float) -> T | None:
        """The next errand that may begin now, taken in turn from all hosts; None when none may."""
        while self._waiting and self._waiting[0][0] <= now:
            _, _, host, entry = heapq.heappop(self._waiting)
            if entry == host.entry:
                self._ready.append((host, entry))
        while self._ready:
            host, entry = self._ready.popleft()
            if entry != host.entry:
                continue
            errand = self._pop(host, now)
            host.active += 1
            host.next_at = max(host.next_at + 1.0 / self._spec.per_host_rate, now)
            self._place(host, now)
            return errand
        return None

    def wait_s(self, now: float) -> float | None:
        """Seconds until :meth:`take` may give something by the clock alone; None when only an ending can bring that."""
        while self._waiting and self._waiting[0][3] != self._waiting[0][2].entry:
            heapq.heappop(self._waiting)
        return max(0.0, self._waiting[0][0] - now) if self._waiting else None

    def release(self, host: str, now: float) -> None:
        """An errand at the host has ended."""
        queue = self._host(host)
        queue.active -= 1
        self._place(queue, now)

    def good(self, host: str, now: float) -> None:
        """The host has answered as a host that is well does."""
        queue = self._host(host)
        queue.failures = 0
        queue.limit = min(float(self._spec.per_host), queue.limit + 1.0 / queue.limit)
        self._place(queue, now)

    def strained(self, host: str, now: float, *, begun: float, pause_s: float = 0.0) -> bool:
        """The host has failed or asked for patience.

        Args:
            begun: When the errand began: those that began before the last slow-down do not slow down again.
            pause_s: How long the host has asked to be left alone.

        Returns:
            False when it has failed so often in a row that it should be left for the next run.
        """
        queue = self._host(host)
        queue.failures += 1
        if begun >= queue.slowed_at:
            queue.limit, queue.slowed_at = max(1.0, queue.limit / 2), now
        beyond = queue.failures - _PATIENT_FAILURES
        if beyond > 0:
            doubled = self._spec.backoff_s * 2.0 ** min(beyond - 1, 16)
            pause_s = max(pause_s, min(self._spec.host_pause_max_s, doubled))
        queue.paused_until = max(queue.paused_until, now + pause_s)
        self._place(queue, now)
        return queue.failures < self._spec.host_gives_up + _PATIENT_FAILURES

    def drop(self, host: str) -> Iterator[T]:
        """Take everything that waits at the host out of the queue."""
        queue = self._host(host)
        queue.entry += 1
        while queue.fresh:
            yield queue.fresh.popleft()
        while queue.later:
            yield heapq.heappop(queue.later)[2]

    def _host(self, name: str) -> _Host[T]:
        found = self._hosts.get(name)
        if found is None:
            found = self._hosts[name] = _Host(name, float(self._spec.per_host))
        return found

    def _pop(self, host: _Host[T], now: float) -> T:
        if host.later and host.later[0][0] <= now:
            return heapq.heappop(host.later)[2]
        return host.fresh.popleft()

    def _place(self, host: _Host[T], now: float) -> None:
        """Enter the host anew where it belongs; older entries of it count no more."""
        host.entry += 1
        if not (host.fresh or host.later) or host.active >= int(host.limit):
            return
        at = max(host.next_at, host.paused_until)
        if not host.fresh:
            at = max(at, host.later[0][0])
        if at <= now:
            self._ready.append((host, host.entry))
        else:
            heapq.heappush(self._waiting, (at, next(self._count), host, host.entry))
