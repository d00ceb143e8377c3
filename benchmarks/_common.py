"""What every benchmark shares: where the real rows are, whole-process measurements, the machine's name."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.store import ArtifactStore
    from core.types import Catalog

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


@dataclass(frozen=True)
class Measured:
    """A finished command: wall seconds, peak resident memory of its largest process in GiB, its report."""

    seconds: float
    peak_gib: float
    report: dict[str, Any]


def real_rows() -> Path | None:
    """The folder of the challenge's real rows, or None where it is absent."""
    folder = Path(os.environ.get("SHELFPRICE_CHALLENGE") or ROOT.parent / "shared" / "challenge")
    return folder if (folder / "train.csv").is_file() else None


def challenge_dir() -> Path:
    """As :func:`real_rows`; the benchmark ends with a line that says so where the folder is absent."""
    folder = real_rows()
    if folder is None:
        print("skipped: the challenge's real rows are absent; SHELFPRICE_CHALLENGE names their folder")
        sys.exit(0)
    return folder


def real_catalog() -> Catalog:
    """The challenge's real rows; ends as :func:`challenge_dir` where they are absent."""
    from core.catalog import CatalogSource, load_catalog

    folder = challenge_dir()
    return load_catalog(CatalogSource(str(folder / "train.csv"), str(folder / "test.csv")))


@contextmanager
def kept_store(folder: Path | None) -> Iterator[ArtifactStore]:
    """The cache in ``folder``, or one that goes again where none is named."""
    from core.store import ArtifactStore

    with tempfile.TemporaryDirectory() as name:
        store = ArtifactStore(folder or Path(name))
        yield store
        store.close()


def core(arguments: list[str], *, cache: Path, out: Path) -> Measured:
    """Run ``python -m core`` as a process of its own with a cache of its own, and measure it."""
    environment = {**os.environ, "SHELFPRICE_CACHE": str(cache)}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "core", *arguments, "--out", str(out)], cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    if status:
        sys.exit(f"python -m core {' '.join(arguments)} ended with status {status}")
    report = out / "report.json"
    return Measured(seconds, usage.ru_maxrss / 2**20, json.loads(report.read_text()) if report.is_file() else {})


def machine() -> str:
    """One line about this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}"
