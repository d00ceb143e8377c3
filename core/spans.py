"""A stretch of time in words, no finer than an estimate is good for."""

from __future__ import annotations

from typing import Final

_MINUTE_S: Final = 60
_HOUR_S: Final = 3600
_ROUNDED: Final = 1.5
"""Rounded to one, ``1 min`` and ``1 h`` could be half of it or half as much again: below, the finer unit stands."""


def span(seconds: float) -> str:
    """``42 s``, ``12 min``, ``3.1 h``."""
    if seconds < _ROUNDED * _MINUTE_S:
        return f"{seconds:.0f} s"
    return f"{seconds / _MINUTE_S:.0f} min" if seconds < _ROUNDED * _HOUR_S else f"{seconds / _HOUR_S:.1f} h"
