"""Work in threads a little ahead of whoever uses it, in order, and gone at once when nobody wants it any more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def prefetch(items: Iterable[T], work: Callable[[T], R], *, workers: int, ahead: int) -> Generator[R, None, None]:
    """``map(work, items)`` in threads, in the order of the items.

    Args:
        workers: Threads.
        ahead: How many results may wait or be under way; bounds the memory.

    Raises:
        Whatever ``work`` raises, at the item's turn. Closing the iterator drops what has not begun.
    """
    pool = ThreadPoolExecutor(workers, thread_name_prefix="prefetch")
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
