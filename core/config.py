"""Settings in one table. Each can be set by the environment variable named beside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


def _path(variable: str, default: Path) -> Path:
    value = os.environ.get(variable, "").strip()
    return Path(value).expanduser().resolve() if value else default


def _threads() -> int:
    value = os.environ.get("SHELFPRICE_THREADS", "").strip()
    if value.isdigit() and int(value) > 0:
        return int(value)
    return max(1, min(16, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def _limit() -> int | None:
    value = os.environ.get("SHELFPRICE_CACHE_LIMIT_GB", "").strip()
    try:
        gigabytes = float(value or "0")
    except ValueError:
        gigabytes = 0.0
    return round(gigabytes * 1e9) if 0 < gigabytes < 1e9 else None


def _ports() -> tuple[int, ...]:
    parts = os.environ.get("SHELFPRICE_LOOPBACK_PORTS", "").split(",")
    return tuple(int(part) for part in map(str.strip, parts) if part.isdecimal())


@dataclass(frozen=True)
class Settings:
    """Where things are and how much of the machine may be used.

    Attributes:
        cache_dir: Artifacts, runs, jobs (``SHELFPRICE_CACHE``; default ``cache/``).
        data_dir: The user's ``train.csv`` and ``test.csv`` (``SHELFPRICE_DATA``; default ``data/``).
        loopback_ports: Ports of this machine that a download of photos may ask, for tests
            (``SHELFPRICE_LOOPBACK_PORTS``, with commas; default none).
        cache_limit_bytes: What the artifacts may take before new vectors ask what to let go
            (``SHELFPRICE_CACHE_LIMIT_GB`` in units of 1,000,000,000 bytes; default no limit).
        submissions_dir: The ledgers of submissions, which nothing ever evicts (``SHELFPRICE_SUBMISSIONS``; default
            ``submissions/`` in the data folder).
        threads: Threads for the boosting libraries (``SHELFPRICE_THREADS``; default the cores at hand, at most 16).
    """

    cache_dir: Path
    data_dir: Path
    threads: int
    loopback_ports: tuple[int, ...] = ()
    cache_limit_bytes: int | None = None
    submissions_dir: Path = PROJECT_ROOT / "data" / "submissions"


def settings() -> Settings:
    """Read the settings afresh, so that a test or a job can set the environment first."""
    data_dir = _path("SHELFPRICE_DATA", PROJECT_ROOT / "data")
    return Settings(
        cache_dir=_path("SHELFPRICE_CACHE", PROJECT_ROOT / "cache"),
        data_dir=data_dir,
        submissions_dir=_path("SHELFPRICE_SUBMISSIONS", data_dir / "submissions"),
        threads=_threads(),
        loopback_ports=_ports(),
        cache_limit_bytes=_limit(),
    )
