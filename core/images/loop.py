"""Errands run side by side as their schedule lets them, with a regular moment to report and to stop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from core.images.schedule import Schedule

T = TypeVar("T")
TICK_S: Final = 0.2
AGAIN_S: Final = 1.0


async def run_errands(
    schedule: Schedule[T],
    work: Callable[[T], Awaitable[None]],
    *,
    left: Callable[[], int],
    concurrency: int,
    tick: Callable[[float, bool], None],
) -> None:
    """Run what the schedule holds and what ``work`` puts back into it, until none is left.

    Args:
        left: How many errands have not come to their end.
        concurrency: How many run at once.
        tick: Called about every :data:`TICK_S` with the time and whether none is under way; may raise, which stops
            everything.

    Raises:
        Whatever ``work`` or ``tick`` raises; what is under way is cancelled and waited for first.
    """
    running: set[asyncio.Task[None]] = set()
    wake = asyncio.Event()
    told = float("-inf")
    try:
        while left():
            now = time.monotonic()
            _start(schedule, work, running, wake, concurrency)
            if now - told >= TICK_S:
                told = now
                tick(now, not running)
            await _sleep(wake, None if len(running) >= concurrency else schedule.wait_s(now))
            done = {task for task in running if task.done()}
            running -= done
            for task in done:
                task.result()
    finally:
        await _ended(running)


def _start(
    schedule: Schedule[T],
    work: Callable[[T], Awaitable[None]],
    running: set[asyncio.Task[None]],
    wake: asyncio.Event,
    concurrency: int,
) -> None:
    while len(running) < concurrency and (errand := schedule.take(time.monotonic())) is not None:
        task = asyncio.ensure_future(_one(work, errand))
        task.add_done_callback(lambda _: wake.set())
        running.add(task)


async def _ended(running: set[asyncio.Task[None]]) -> None:
    """Cancel what is under way and wait for its end. A cancellation that meets the end of what a task waits for can be
    lost within a library, so that it is asked for again."""
    under_way = {task for task in running if not task.done()}
    while under_way:
        for task in under_way:
            task.cancel()
        _, under_way = await asyncio.wait(under_way, timeout=AGAIN_S)
    await asyncio.gather(*running, return_exceptions=True)


async def _one(work: Callable[[T], Awaitable[None]], errand: T) -> None:
    await work(errand)


async def _sleep(wake: asyncio.Event, wait_s: float | None) -> None:
    """Until something ends, the clock lets something begin, or it is time to report."""
    try:
        async with asyncio.timeout(TICK_S if wait_s is None else min(TICK_S, wait_s)):
            await wake.wait()
    except TimeoutError:
        return
    wake.clear()
