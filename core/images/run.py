"""One download: its errands, and what is decided after each answer."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import file_digest
from pathlib import Path
from typing import Final

import httpcore

from core.errors import StorageError
from core.images.attempt import Outcome, attempt
from core.images.gauge import Gauge
from core.images.journal import PART, Journal, Record, settled_urls
from core.images.judging import Judge
from core.images.links import Link
from core.images.loop import run_errands
from core.images.names import file_names
from core.images.network import CheckedBackend
from core.images.schedule import Schedule
from core.images.spec import PENDING, TRANSIENT, FetchSpec
from core.types import ProgressFn

_STRAIN: Final = frozenset({"throttled", "server_error", "unreachable", "timed_out"})
_OWN_FAULT: Final = frozenset({"server_error", "timed_out"})


@dataclass(frozen=True)
class FetchSummary:
    """What a download came to.

    Attributes:
        links: Distinct links.
        counts: Links by status, ``pending`` among them.
        fetched: Photos that this run brought.
        requests: Requests that this run made, redirects included.
    """

    links: int
    counts: dict[str, int]
    fetched: int
    requests: int


@dataclass
class _Errand:
    """One link on its way."""

    url: str
    first: Link
    link: Link
    file: str
    attempts: int = 0
    hops: int = 0
    begun: float | None = None
    asked: float = 0.0
    last_sha256: str = ""


class Run:
    """A run's errands and what they share."""

    def __init__(
        self,
        wanted: dict[str, Link],
        refused: dict[str, str],
        journal: Journal,
        spec: FetchSpec,
        retry: tuple[str, ...],
        report: ProgressFn,
    ) -> None:
        self._urls = [*wanted, *refused]
        self._journal = journal
        self._spec = spec
        self._report = report
        self._random = random.Random(spec.seed)
        self._schedule: Schedule[_Errand] = Schedule(spec)
        self._fetched = 0
        self._requests = 0
        names = file_names([*(url for url, record in journal.records.items() if record.status != "refused"), *wanted])
        _rename(journal, names)
        settled = settled_urls(journal.records, journal.folder, retry)
        self._gauge = Gauge(len(self._urls), sum(url in settled for url in self._urls))
        for url, reason in refused.items():
            if url not in settled:
                self._settle(Record(url, "refused", finished=round(time.time(), 3), detail=reason))
        errands = [_Errand(url, link, link, names[url]) for url, link in wanted.items() if url not in settled]
        self._left = len(errands)
        for errand in errands:
            self._schedule.add(errand.link.host, errand, 0.0)

    def summary(self) -> FetchSummary:
        """What the links have come to by now."""
        records = self._journal.records
        counts = Counter(records[url].status if url in records else PENDING for url in self._urls)
        return FetchSummary(len(self._urls), dict(counts), self._fetched, self._requests)

    async def drive(self, backend: CheckedBackend) -> None:
        """Run every errand to its end; whatever stops it leaves no file behind that is not whole."""
        size = self._spec.concurrency
        self._judge = Judge(self._spec)

        def connections(kept: int) -> httpcore.AsyncConnectionPool:
            return httpcore.AsyncConnectionPool(
                max_connections=size, max_keepalive_connections=kept, network_backend=backend
            )

        try:
            # What an answer leaves behind on a connection may spoil the next one: whoever tries again has one alone.
            async with connections(size) as shared, connections(0) as single:
                await run_errands(
                    self._schedule,
                    lambda errand: self._work(single if errand.attempts else shared, errand),
                    left=lambda: self._left,
                    concurrency=size,
                    tick=self._tick,
                )
        finally:
            await self._judge.close()

    def _tick(self, now: float, waiting: bool) -> None:
        self._report(self._gauge.fraction, self._gauge.words(now, waiting=waiting))

    async def _work(self, pool: httpcore.AsyncConnectionPool, errand: _Errand) -> None:
        host, errand.asked = errand.link.host, time.monotonic()
        try:
            if errand.begun is None:
                errand.begun = errand.asked
                if await self._was_there(errand):
                    return
            await self._ask(pool, errand)
        finally:
            self._schedule.release(host, time.monotonic())

    async def _was_there(self, errand: _Errand) -> bool:
        """Take a sound photo that lies in the folder under the link's own name and that no run of ours put there."""
        path = self._journal.folder / errand.file
        if errand.url in self._journal.records or not path.is_file() or path.is_symlink():
            return False
        status, _, width, height = await self._judge.verdict(path)
        if status != "ok":
            return False
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        outcome = Outcome("ok", detail="was in the folder already", bytes=path.stat().st_size, sha256=digest)
        self._finish(errand, outcome, (width, height))
        return True

    async def _ask(self, pool: httpcore.AsyncConnectionPool, errand: _Errand) -> None:
        part = self._journal.folder / f"{PART}{errand.file}"
        try:
            errand.attempts += errand.hops == 0
            self._requests += 1
            outcome = await attempt(pool, errand.link, part, self._spec)
            size = None
            if outcome.status == "ok":
                outcome, size = await self._judged(errand, outcome, part)
            self._decide(errand, outcome, size, part)
        finally:
            part.unlink(missing_ok=True)

    async def _judged(self, errand: _Errand, outcome: Outcome, part: Path) -> tuple[Outcome, tuple[int, int] | None]:
        """The outcome by what the file holds. One that is cut off twice in the same way is so on the server."""
        try:
            status, detail, width, height = await self._judge.verdict(part)
        except OSError as error:
            raise StorageError(f"The photo decoder could not be started ({error.strerror}).") from error
        same = errand.last_sha256 == outcome.sha256
        errand.last_sha256 = outcome.sha256
        final = status != "truncated" or same
        return replace(outcome, status=status, detail=detail, final=final), (width, height) if width else None

    def _decide(self, errand: _Errand, outcome: Outcome, size: tuple[int, int] | None, part: Path) -> None:
        now = time.monotonic()
        host = errand.link.host
        if outcome.redirect is not None:
            self._schedule.good(host, now)
            self._redirected(errand, outcome, now)
            return
        pause = min(self._spec.retry_after_max_s, outcome.retry_after_s or 0.0)
        goes_on = True
        if outcome.status in _OWN_FAULT and errand.attempts > 1:
            # A link that fails again says nothing new of its host.
            goes_on = True
        elif outcome.status in _STRAIN:
            goes_on = self._schedule.strained(host, now, begun=errand.asked, pause_s=pause) and not outcome.hopeless
        else:
            self._schedule.good(host, now)
        if goes_on and outcome.status in TRANSIENT and not outcome.final and errand.attempts < self._spec.attempts:
            self._again(errand, now, pause)
            return
        if outcome.status == "ok":
            self._fetched += 1
            self._finish(errand, outcome, size, part)
        else:
            self._finish(errand, outcome, size)
        if not goes_on:
            self._give_up(host, outcome)

    def _redirected(self, errand: _Errand, outcome: Outcome, now: float) -> None:
        """Queue the next hop at its own host, under that host's pace."""
        assert outcome.redirect is not None
        errand.hops += 1
        if errand.hops > self._spec.max_redirects:
            self._finish(errand, Outcome("bad_answer", outcome.http, "redirected round and round"), None)
            return
        errand.link = outcome.redirect
        self._schedule.add(errand.link.host, errand, now, first=True)

    def _again(self, errand: _Errand, now: float, pause_s: float) -> None:
        """Queue another attempt, from the link itself, after a random wait."""
        errand.link, errand.hops = errand.first, 0
        most = min(self._spec.backoff_max_s, self._spec.backoff_s * 2.0 ** (errand.attempts - 1))
        self._schedule.add(errand.link.host, errand, now, at=now + pause_s + self._random.uniform(0.0, most))

    def _give_up(self, host: str, outcome: Outcome) -> None:
        detail = f"left for the next run: {host} failed {self._spec.host_gives_up} times in a row ({outcome.detail})"
        for errand in self._schedule.drop(host):
            self._finish(errand, replace(outcome, detail=detail, bytes=0, retry_after_s=None), None)

    def _finish(
        self, errand: _Errand, outcome: Outcome, size: tuple[int, int] | None, part: Path | None = None
    ) -> None:
        """Write down what became of a link, then give its photo its name."""
        ok = outcome.status == "ok"
        now = time.monotonic()
        self._left -= 1
        record = Record(
            errand.url,
            outcome.status,
            http=outcome.http,
            attempts=errand.attempts,
            bytes=outcome.bytes,
            width=size[0] if size else None,
            height=size[1] if size else None,
            sha256=outcome.sha256 if ok else "",
            file=errand.file if ok else "",
            seconds=round(now - (errand.begun or now), 3),
            finished=round(time.time(), 3),
            detail=outcome.detail,
        )
        self._settle(record)
        if part is not None:
            _move(part, self._journal.folder / errand.file)

    def _settle(self, record: Record) -> None:
        self._journal.append(record)
        self._gauge.count(failed=record.status != "ok")


def _rename(journal: Journal, names: dict[str, str]) -> None:
    """A photo whose plain name another link wants as well gets a name of its own."""
    for url, record in list(journal.records.items()):
        if record.file and record.file != names[url] and (journal.folder / record.file).is_file():
            _move(journal.folder / record.file, journal.folder / names[url])
            journal.append(replace(record, file=names[url]))


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        raise StorageError(f"{target} could not be written ({error.strerror}). Free some space.") from error
