from __future__ import annotations

import threading

import pytest

from core.embed.prefetch import prefetch


def test_results_keep_the_order_of_the_items() -> None:
    assert list(prefetch(range(50), lambda x: x * x, workers=3, ahead=5)) == [x * x for x in range(50)]


def test_no_more_than_the_window_is_begun() -> None:
    begun: list[int] = []
    results = prefetch(range(100), lambda x: begun.append(x), workers=1, ahead=4)
    next(results)
    results.close()
    assert len(begun) <= 6


def test_an_error_comes_at_its_turn() -> None:
    def work(x: int) -> int:
        if x == 2:
            raise ValueError("two")
        return x

    results = prefetch(range(5), work, workers=2, ahead=2)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("prefetch")]
