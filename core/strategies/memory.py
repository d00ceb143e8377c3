"""The most memory that a stretch of work held, where the system can count from now on."""

from __future__ import annotations

from pathlib import Path

from core.train import peak_gib

_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


def count_from_now() -> bool:
    """Forget the process's highest memory so far; False where the system cannot (only Linux can)."""
    try:
        _RESET.write_text("5")
    except OSError:
        return False
    return True


def highest_gib() -> float:
    """Most memory held since :func:`count_from_now`, or since the process began where that cannot be told."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return peak_gib()
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    return peak_gib() if found is None else int(found) / 2**20
