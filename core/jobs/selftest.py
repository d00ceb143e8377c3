"""A job that does nothing useful in every way a job can behave, to see that jobs work on this machine."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from core.errors import InputError
from core.store import cache_key, default_store
from core.types import JsonDict, ProgressFn

VERSION: Final = 1
_BUFFER_BYTES: Final = 1 << 24


@dataclass(frozen=True)
class SelfTestSpec:
    """What the self-test does.

    Attributes:
        work: ``sleep``; ``hash`` computes outside the interpreter's lock; ``hold`` computes in C and keeps the lock,
            so that no other thread of the process can run; ``refuse`` ends with an error for the user; ``break`` with
            an unexpected one.
        steps: Progress reports, each after one step.
        step_seconds: Length of a step; ``hold`` takes as long as it takes.
        token: Steps finished under the same token are read from the cache; "" keeps nothing.
    """

    work: str = "sleep"
    steps: int = 5
    step_seconds: float = 0.2
    token: str = ""

    def __post_init__(self) -> None:
        if self.work not in _WORK:
            raise InputError(f"{self.work!r} is no kind of work.", f"Use one of: {', '.join(_WORK)}.")
        if self.steps < 1 or not 0 <= self.step_seconds <= 3600:
            raise InputError("a self-test has at least one step of 0 to 3600 seconds.")


def run(params: JsonDict, report: ProgressFn) -> JsonDict:
    """The job kind ``selftest``; parameters as in :class:`SelfTestSpec`.

    Returns:
        ``{"steps": …, "from_cache": …}``.
    """
    spec = SelfTestSpec(**params)  # type: ignore[arg-type]
    from_cache = 0
    for step in range(spec.steps):
        report(step / spec.steps, f"step {step + 1} of {spec.steps}")
        from_cache += _step(spec, step)
    report(1.0, "finished")
    return {"steps": spec.steps, "from_cache": from_cache}


def _step(spec: SelfTestSpec, step: int) -> bool:
    if not spec.token:
        _WORK[spec.work](spec.step_seconds)
        return False
    key = cache_key("jobs.selftest", VERSION, {"token": spec.token, "step": step})

    def compute() -> int:
        _WORK[spec.work](spec.step_seconds)
        return step

    return default_store().json(key, compute).hit


def _hash(seconds: float) -> None:
    data = bytes(_BUFFER_BYTES)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        hashlib.sha256(data).hexdigest()


def _hold(seconds: float) -> None:
    # Backtracks for longer than anybody waits, all of it in C with the interpreter's lock held.
    re.match(r"(a|aa)+$", "a" * (40 + int(seconds)) + "b")


def _refuse(seconds: float) -> None:
    time.sleep(seconds)
    raise InputError("the self-test was asked to refuse.", "Ask for other work.")


def _break(seconds: float) -> None:
    time.sleep(seconds)
    raise ZeroDivisionError("the self-test was asked\nto break")


_WORK: Final[Mapping[str, Callable[[float], None]]] = {
    "sleep": time.sleep,
    "hash": _hash,
    "hold": _hold,
    "refuse": _refuse,
    "break": _break,
}
