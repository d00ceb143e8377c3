"""Stretches of time in words."""

from __future__ import annotations

import pytest

from core.spans import span


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (42.4, "42 s"), (89.4, "89 s"), (90.0, "2 min"), (5399.0, "90 min"), (5400.0, "1.5 h")],
)
def test_no_finer_than_the_unit(seconds: float, said: str) -> None:
    assert span(seconds) == said
