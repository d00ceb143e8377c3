"""The most memory that this process held: ever, or since a moment where the system can count from there."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Final

_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")
_before: Final = [0, 0]
"""Highest of each stretch that was counted out; the system forgets it when counting begins anew."""


def peak_bytes() -> int:
    """Most memory ever held, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux counts in kilobytes, macOS in bytes.
    return max(*_before, peak if sys.platform == "darwin" else 1024 * peak)


def count_from_now() -> bool:
    """Begin to count for :func:`peak_bytes_since`; False where the system cannot (only Linux can)."""
    _before[:] = [0, peak_bytes()]
    try:
        _RESET.write_text("5")
    except OSError:
        return False
    return True


def peak_bytes_since() -> int:
    """Most memory held since :func:`count_from_now`, in bytes; ever, where that cannot be told."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return peak_bytes()
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return peak_bytes() if found is None else 1024 * int(found)
