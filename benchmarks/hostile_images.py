"""Some 2,000 links of every kind of trouble against a server on loopback: statuses, memory, what was touched.

    python benchmarks/hostile_images.py [--links 2000] [--seed 0]

The server runs in a process of its own, so that the memory measured is the download's: its own process and the
decoder's, looked at 50 times a second. A second run on the same folder follows, then one that is killed at random
moments and taken up until it ends, whose photos and statuses must be the same.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from _common import machine

from core.images import FetchSpec, fetch_photos, link_table
from core.images.journal import JOURNAL
from core.images.links import link_key
from tests.images.hostile import EXPECTED, REFUSED_LINKS, VAST, HostileServer, Names, RecordingNetwork

SPAWN = multiprocessing.get_context("spawn")
LOOK_EVERY_S = 0.02


def serve(pipe: Connection) -> None:
    """The hostile server, until it is told to end; answers with what was asked and touched."""
    server = HostileServer()
    server.start()
    pipe.send((server.port, server.canary_port))
    while (order := pipe.recv()) != "end":
        assert order == "asked"
        pipe.send((dict(server.asked), server.canary_touched))
    server.stop()


@contextmanager
def server_process() -> Iterator[tuple[int, Connection]]:
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    port, _ = ours.recv()
    yield port, ours
    ours.send("end")
    process.join(10)


def mixed_links(port: int, count: int, seed: int) -> dict[str, str]:
    """Links with the status that each has to end in: half of them good, the rest of every other kind; shuffled."""
    kinds = list(EXPECTED)
    chosen = ["ok"] * (count // 2) + [kinds[number % len(kinds)] for number in range(count - count // 2)]
    # A few hosts, as a catalogue has them; each slow link has a host of its own, or they would wait for one another.
    slow = {kind for kind, status in EXPECTED.items() if status in ("timed_out", "throttled", "server_error")}
    links = {}
    for number, kind in enumerate(chosen):
        host = f"{kind}{number}.test" if kind in slow else f"photos{number % 7}.test"
        links[f"http://{host}:{port}/{kind}/{kind}-{number}.jpg"] = EXPECTED[kind]
    links |= {f"http://photos0.test:{port}/{VAST}/{VAST}-{number}.jpg": "ok" for number in range(4)}
    items = list((links | dict.fromkeys(REFUSED_LINKS, "refused")).items())
    random.Random(seed).shuffle(items)
    return dict(items)


def spec_for(port: int) -> FetchSpec:
    """The limits of size as they are by default; waits shortened, because the server's are endless."""
    return FetchSpec(
        per_host_rate=2000.0,
        attempts=3,
        stall_s=3.0,
        total_s=30.0,
        backoff_s=0.05,
        backoff_max_s=0.2,
        retry_after_max_s=0.1,
        host_pause_max_s=0.05,
        host_gives_up=10_000,
        loopback_ports=(port,),
    )


def download(links: list[str], folder: str, port: int, pipe: Connection | None) -> None:
    """One run, in a process of its own."""
    network, names = RecordingNetwork(), Names()
    started = time.perf_counter()
    summary = fetch_photos(links, Path(folder), spec_for(port), resolve=names, network=network)
    if pipe is not None:
        seconds = time.perf_counter() - started
        pipe.send((seconds, summary.counts, summary.requests, sorted(set(network.connected))))


def measured(links: list[str], folder: Path, port: int) -> tuple[Any, float]:
    """A run's own account, and the most memory that it and its decoder had together, in MiB."""
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=download, args=(links, str(folder), port, theirs))
    process.start()
    peak = [0.0]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_EVERY_S):
            peak[0] = max(peak[0], memory_mib(process.pid or 0))

    watcher = threading.Thread(target=watch)
    watcher.start()
    account = ours.recv()
    process.join()
    ended.set()
    watcher.join()
    return account, peak[0]


def memory_mib(pid: int) -> float:
    """Resident memory of a process and of all that it started."""
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return total * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def killed_until_done(links: list[str], folder: Path, port: int, seed: int) -> int:
    """Kill the run at random moments, ten times, then let it end; how often it was killed while it worked."""
    draw = random.Random(seed)
    kills = 0
    for _ in range(10):
        process = SPAWN.Process(target=download, args=(links, str(folder), port, None))
        process.start()
        until = time.monotonic() + 30
        lines = size_of(folder)
        while size_of(folder) == lines and time.monotonic() < until and process.is_alive():
            time.sleep(0.01)
        process.join(draw.uniform(0.05, 0.8))
        if process.is_alive():
            os.kill(process.pid or 0, signal.SIGKILL)
            kills += 1
        process.join()
    last = SPAWN.Process(target=download, args=(links, str(folder), port, None))
    last.start()
    last.join()
    return kills


def size_of(folder: Path) -> int:
    journal = folder / JOURNAL
    return journal.stat().st_size if journal.is_file() else 0


def state(links: list[str], folder: Path) -> dict[str, Any]:
    """What a run leaves, without what differs from run to run."""
    table = link_table(links, folder).set_index("url")
    photos = {name: (folder / name).read_bytes() for name in table["file"] if name}
    pieces = [path.name for path in folder.glob(".part-*")]
    return {"status": table["status"].to_dict(), "file": table["file"].to_dict(), "photos": photos, "pieces": pieces}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--links", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(machine())
    with server_process() as (port, server), tempfile.TemporaryDirectory() as name:
        expected = mixed_links(port, options.links, options.seed)
        links = list(expected)
        folder, killed = Path(name) / "photos", Path(name) / "killed"
        (seconds, counts, requests, connected), peak = measured(links, folder, port)
        found = link_table(links, folder)
        got = dict(zip(found["url"], found["status"], strict=True))
        wrong = {link: (got[link_key(link)], want) for link, want in expected.items() if got[link_key(link)] != want}
        print(
            f"{len(links)} links in {seconds:.1f} s, {requests} requests: {json.dumps(Counter(counts).most_common())}"
        )
        print(f"wrong statuses: {len(wrong)} {list(wrong.items())[:5] or ''}")
        print(f"peak memory of the download with its decoder: {peak:.0f} MiB (goal: below 500)")
        print(f"connected to: {connected}")
        server.send("asked")
        asked, canary = server.recv()
        print(f"connections at the port that nobody may touch: {canary}")
        (seconds, _, again, _), _ = measured(links, folder, port)
        server.send("asked")
        later, _ = server.recv()
        settled = {path for path in asked if path.split("/")[1] in ("ok", "missing", "html", "forbidden", "bomb_png")}
        print(
            f"second run: {again} requests in {seconds:.1f} s, for settled links:"
            f" {sum(later[path] - asked[path] for path in settled)}"
        )
        kills = killed_until_done(links, killed, port, options.seed)
        same = state(links, folder) == state(links, killed)
        print(f"killed {kills} times and taken up: statuses and photos as undisturbed: {same}")
    sys.exit(bool(wrong or canary or not same))


if __name__ == "__main__":
    main()
