"""Is that very process still alive? A process id alone is not enough, since ids are used again."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_STATE, _START = 0, 19


@dataclass(frozen=True)
class ProcessMark:
    """A process id with the moment that process started, as the system spells it."""

    pid: int
    started: str

    def alive(self) -> bool:
        """True while the process with this id is the one that was marked, and is no zombie."""
        return self.started != "" and _start_of(self.pid) == self.started

    def kill_group(self) -> None:
        """Kill the process and all that it started, if it is still the marked one and leads its group."""
        with suppress(ProcessLookupError, PermissionError):
            if self.alive() and os.getpgid(self.pid) == self.pid:
                os.killpg(self.pid, signal.SIGKILL)


def mark_process(pid: int) -> ProcessMark:
    """Mark a running process; a process that is gone gets a mark that never reads alive."""
    return ProcessMark(pid, _start_of(pid))


def _start_of(pid: int) -> str:
    """When the process started: clock ticks since boot where there is a ``/proc``, else ``ps``; "" when gone."""
    if _PROC.is_dir():
        try:
            text = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        # The second field is the command in parentheses and may itself hold blanks and parentheses.
        fields = text.rpartition(")")[2].split()
        return "" if fields[_STATE] in "ZX" else fields[_START]
    shown = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False, timeout=5
    ).stdout.strip()
    state, _, started = shown.partition(" ")
    return "" if state.startswith("Z") else started.strip()
