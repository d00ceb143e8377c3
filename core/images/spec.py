"""How photos are fetched, and what can become of a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from core.errors import InputError


@dataclass(frozen=True)
class Meaning:
    """What a status says.

    Attributes:
        text: For a screen.
        settled: True when the next run leaves the link alone unless it is told to try again.
    """

    text: str
    settled: bool


STATUSES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "ok": Meaning("the photo is in the folder", settled=True),
        "gone": Meaning("the server has no such photo any more", settled=True),
        "denied": Meaning("the server does not give it to us", settled=True),
        "not_image": Meaning("what came is no photo, or a damaged one", settled=True),
        "too_large": Meaning("more bytes or pixels than a photo of a product has", settled=True),
        "refused": Meaning("a link that is not followed: not http(s), or into a private network", settled=True),
        "bad_answer": Meaning("the answer breaks the rules of HTTP or leads round in circles", settled=True),
        "truncated": Meaning("the photo came cut off", settled=False),
        "throttled": Meaning("the server asked for patience until the attempts were used up", settled=False),
        "server_error": Meaning("the server failed each time", settled=False),
        "timed_out": Meaning("it took too long, or nothing came any more", settled=False),
        "unreachable": Meaning("no connection to the server", settled=False),
    }
)
"""Every status of a link that was tried, the good one first."""

PENDING: Final = "pending"
"""A link that was not tried yet."""

TRANSIENT: Final = frozenset({"truncated", "throttled", "server_error", "timed_out", "unreachable", "bad_answer"})
"""What is tried again within a run."""


@dataclass(frozen=True)
class FetchSpec:
    """Limits and manners of a download.

    Attributes:
        concurrency: Requests under way in all.
        per_host: Requests under way at one host; fewer while it throttles.
        per_host_rate: Most requests a second at one host.
        attempts: Requests for a link before its last failure stands; redirects are part of an attempt.
        max_redirects: Hops after the first request.
        max_bytes: Of a file, also of what a compressed answer unpacks to.
        max_pixels: Width times height.
        connect_s: Longest wait for a connection, name look-up included.
        stall_s: Longest wait for the next bytes.
        total_s: Longest time for one request with its answer.
        judge_s: Longest time to decode a photo.
        judge_memory_bytes: What decoding a photo may take; the decoder's process has no more.
        backoff_s, backoff_max_s: A retry waits a random part of ``backoff_s * 2 ** attempts``, at most the latter
            ("full jitter", M. Brooker, AWS Architecture Blog, 2015).
        retry_after_max_s: Longest wait that a server may ask for.
        host_pause_max_s: Longest pause at a host that fails again and again.
        host_gives_up: Failures of a host in a row, each after a longer pause, until its other links are left for the
            next run.
        loopback_ports: Ports of this machine that may be asked, for tests; none by default.
        seed: Of the jitter.
    """

    concurrency: int = 64
    per_host: int = 16
    per_host_rate: float = 100.0
    attempts: int = 5
    max_redirects: int = 5
    max_bytes: int = 32 << 20
    max_pixels: int = 64_000_000
    connect_s: float = 10.0
    stall_s: float = 15.0
    total_s: float = 90.0
    judge_s: float = 20.0
    judge_memory_bytes: int = 256 << 20
    backoff_s: float = 1.0
    backoff_max_s: float = 30.0
    retry_after_max_s: float = 120.0
    host_pause_max_s: float = 60.0
    host_gives_up: int = 20
    loopback_ports: tuple[int, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        counts = ("concurrency", "per_host", "attempts", "max_bytes", "max_pixels", "judge_memory_bytes")
        for name in (*counts, "host_gives_up"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} of a download is {getattr(self, name)}.", "Give 1 or more.")
        waits = ("connect_s", "stall_s", "total_s", "judge_s", "per_host_rate")
        for name in waits:
            if not getattr(self, name) > 0:
                raise InputError(f"{name} of a download is {getattr(self, name)}.", "Give a number above 0.")
        for name in ("backoff_s", "backoff_max_s", "retry_after_max_s", "host_pause_max_s", "max_redirects"):
            if not getattr(self, name) >= 0:
                raise InputError(f"{name} of a download is {getattr(self, name)}.", "Give 0 or more.")


def check_statuses(names: tuple[str, ...]) -> None:
    """Raise :class:`InputError` for a name that is none of :data:`STATUSES`."""
    for name in names:
        if name not in STATUSES:
            raise InputError(f"{name!r} is no status of a photo.", f"Use one of: {', '.join(STATUSES)}.")
