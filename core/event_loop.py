"""Running a coroutine from plain code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor


def in_own_loop(start: Callable[[], Coroutine[object, object, None]]) -> None:
    """Run what ``start`` makes in a loop of its own, also where one runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(start())
        return
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(start())).result()
