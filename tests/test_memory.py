"""Most memory held."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import core.memory as module
from core.memory import count_from_now, peak_bytes, peak_bytes_since


def test_what_was_held_is_in_the_peak() -> None:
    before = peak_bytes()
    held = np.ones(before + (64 << 20), dtype=np.uint8)

    assert before > 10 << 20
    assert peak_bytes() >= held.nbytes


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux counts from a moment")
def test_counting_begins_anew() -> None:
    held = np.ones(256 << 20, dtype=np.uint8)
    del held
    if not count_from_now():
        pytest.skip("the system does not let the process count from a moment")

    assert peak_bytes_since() < peak_bytes()


def test_the_highest_ever_where_nothing_counts_from_a_moment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "_RESET", tmp_path / "none" / "clear_refs")
    monkeypatch.setattr(module, "_STATUS", tmp_path / "none" / "status")

    assert not count_from_now()
    assert peak_bytes_since() == peak_bytes()
