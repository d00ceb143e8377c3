"""Kept within a bound: the least recently used goes first."""

from __future__ import annotations

from core.train.bounded import Bounded


def _counted(calls: list[str], name: str, size: int) -> bytes:
    calls.append(name)
    return bytes(size)


def test_a_value_is_made_once_until_it_is_pushed_out() -> None:
    calls: list[str] = []
    kept: Bounded[bytes] = Bounded(100, len)
    for name in ("a", "b", "a", "c", "a", "b"):
        kept.get((name,), lambda name=name: _counted(calls, name, 40))  # type: ignore[misc]
    # With c in, b went: a had been used since.
    assert calls == ["a", "b", "c", "b"]
    assert kept.held_bytes == 80
    assert kept.find(("c",)) is None
    kept.clear()
    assert (kept.held_bytes, kept.find(("a",))) == (0, None)


def test_what_is_too_heavy_is_handed_out_and_not_kept() -> None:
    kept: Bounded[bytes] = Bounded(10, len)
    assert kept.get(("small",), lambda: b"12345") == b"12345"
    assert len(kept.get(("big",), lambda: bytes(11))) == 11
    assert kept.find(("big",)) is None
    assert kept.find(("small",)) == b"12345"


def test_the_first_of_two_makers_wins() -> None:
    kept: Bounded[bytes] = Bounded(10, len)

    def slow() -> bytes:
        kept.get(("x",), lambda: b"first")
        return b"late"

    assert kept.get(("x",), slow) == b"first"
    assert kept.held_bytes == 5
