"""Folds fitted at the same time, each by its share of the threads.

Threads that share one fit of a few thousand rows spend their time waiting for each other: on two cores, five LightGBM
folds of the default preset took 43.6 s one after the other with two threads, 15.5 s with one, and 8.7 s two at a time
with one thread each (6,480 rows; the models were the same bit for bit).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from core.errors import Cancelled
from core.train.families import FAMILIES
from core.types import ProgressFn

R = TypeVar("R")


def fold_threads(n_folds: int, threads: int) -> tuple[int, int]:
    """How many folds to fit at once, and how many threads each of them has.

    >>> fold_threads(5, 2), fold_threads(5, 16), fold_threads(5, 1)
    ((2, 1), (5, 3), (1, 1))
    """
    at_once = max(1, min(n_folds, threads))
    return at_once, max(1, threads // at_once)


def folds_at_once(family: str, n_folds: int, threads: int) -> tuple[int, int]:
    """:func:`fold_threads` for a run of that family: one after the other where it has a card to itself."""
    return fold_threads(n_folds, max(1, threads)) if FAMILIES[family].side_by_side() else (1, threads)


def fit_folds(fit: Callable[[int, ProgressFn], R], n_folds: int, *, at_once: int, report: ProgressFn) -> list[R]:
    """``fit(fold, report)`` of every fold, in the folds' order.

    Args:
        fit: Called in threads, each time with a report of its own whose 0..1 is that fold's.

    Raises:
        Cancelled: From ``report``. Whatever one fold raises stops the others at their next report and is raised here.
    """
    together = _Together(report, n_folds)
    with ThreadPoolExecutor(at_once, thread_name_prefix="fold") as pool:
        try:
            running = [pool.submit(together.watched, fit, fold) for fold in range(n_folds)]
            wait(running)
        except BaseException:
            # Ctrl-C reaches this thread only; without a word the folds would go on to their end.
            together.stop()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    if together.first_error is not None:
        raise together.first_error
    return [future.result() for future in running]


class _Together:
    """One report for several folds: their mean progress, one call at a time, and a stop for all."""

    def __init__(self, report: ProgressFn, n_folds: int) -> None:
        self.first_error: BaseException | None = None
        self._report = report
        self._done = [0.0] * n_folds
        self._lock = threading.Lock()
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True

    def watched(self, fit: Callable[[int, ProgressFn], R], fold: int) -> R:
        """The fold, with its error kept when it is the first."""

        def told(fraction: float, message: str) -> None:
            with self._lock:
                if self._stopped:
                    raise Cancelled
                self._done[fold] = fraction
                self._report(sum(self._done) / len(self._done), message)

        try:
            return fit(fold, told)
        except BaseException as error:
            with self._lock:
                self.first_error = self.first_error or error
                self._stopped = True
            raise
        finally:
            self._done[fold] = 1.0
