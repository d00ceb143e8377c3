"""Folds at the same time: same results, one progress, one stop for all."""

from __future__ import annotations

import threading

import pytest

from core.errors import Cancelled
from core.train.side_by_side import fit_folds, fold_threads
from core.types import ProgressFn, no_progress


@pytest.mark.parametrize(("threads", "wanted"), [(1, (1, 1)), (2, (2, 1)), (5, (5, 1)), (16, (5, 3))])
def test_threads_are_shared_out(threads: int, wanted: tuple[int, int]) -> None:
    assert fold_threads(5, threads) == wanted


def test_results_stand_in_the_folds_order_whoever_is_done_first() -> None:
    first_may_end = threading.Event()

    def fit(fold: int, report: ProgressFn) -> int:
        if fold == 0:
            assert first_may_end.wait(10)
        if fold == 1:
            first_may_end.set()
        return fold * 10

    assert fit_folds(fit, 3, at_once=2, report=no_progress) == [0, 10, 20]


def test_progress_is_the_mean_of_the_folds() -> None:
    seen: list[float] = []

    def fit(fold: int, report: ProgressFn) -> None:
        report(0.5, f"fold {fold}")

    fit_folds(fit, 4, at_once=1, report=lambda fraction, _message: seen.append(fraction))
    assert seen == [0.125, 0.375, 0.625, 0.875]


def test_a_cancel_stops_every_fold_and_is_raised() -> None:
    started = threading.Barrier(2, timeout=10)
    ended: list[int] = []

    def told(fraction: float, message: str) -> None:
        raise Cancelled

    def fit(fold: int, report: ProgressFn) -> None:
        started.wait()
        for _ in range(10_000):
            report(0.1, "")
        ended.append(fold)

    with pytest.raises(Cancelled):
        fit_folds(fit, 2, at_once=2, report=told)
    assert ended == []


def test_the_first_error_is_raised_and_stops_the_others() -> None:
    broken = threading.Event()
    ended: list[int] = []

    def fit(fold: int, report: ProgressFn) -> None:
        if fold == 0:
            broken.set()
            raise OSError("disk full")
        assert broken.wait(10)
        while True:
            report(0.5, "")

    with pytest.raises(OSError, match="disk full"):
        fit_folds(fit, 3, at_once=2, report=no_progress)
    assert ended == []
