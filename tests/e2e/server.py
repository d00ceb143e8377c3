"""The real studio in a process of its own, with its own cache and data folders."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from core.config import PROJECT_ROOT

START_S = 90.0
_STOP_S = 10.0
_LISTENS = "0A"


@dataclass(frozen=True)
class Studio:
    """A running server.

    Attributes:
        cache: Its cache folder.
        data: Its data folder; empty, so it opens the demo.
    """

    process: subprocess.Popen[bytes]
    port: int
    cache: Path
    data: Path

    @property
    def host(self) -> str:
        """What stands in the address of every request that may be made."""
        return f"localhost:{self.port}"

    def url(self, page: str = "") -> str:
        """Address of a page by its name in the address; the overview without one."""
        return f"http://{self.host}/{page}"


def start_studio(folder: Path) -> Studio:
    """Start the studio on a free port and return when it answers.

    Raises:
        RuntimeError: It has ended, or does not answer within :data:`START_S`; its output is in the message.
    """
    cache, data, log = folder / "cache", folder / "data", folder / "server.log"
    data.mkdir(parents=True)
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"],
            cwd=PROJECT_ROOT,
            env={
                **os.environ,
                "SHELFPRICE_CACHE": str(cache),
                "SHELFPRICE_DATA": str(data),
                "SHELFPRICE_THREADS": "1",
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    studio = Studio(process, port, cache, data)
    until = time.monotonic() + START_S
    while not _answers(studio):
        if process.poll() is not None or time.monotonic() > until:
            stop_studio(studio)
            raise RuntimeError(f"the studio did not start: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    return studio


def stop_studio(studio: Studio) -> None:
    """End the server; its jobs are processes of their own and are cancelled by whoever knows them."""
    studio.process.terminate()
    try:
        studio.process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        studio.process.kill()
        studio.process.wait(_STOP_S)


def listening_addresses(process_id: int) -> list[str]:
    """Local addresses, as the kernel writes them in hexadecimal, of the process's listening TCP sockets."""
    own = {_socket_of(entry) for entry in Path(f"/proc/{process_id}/fd").iterdir()}
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process_id}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            local, state, inode = fields[1], fields[3], fields[9]
            if state == _LISTENS and f"socket:[{inode}]" in own:
                found.append(local.split(":")[0])
    return found


def _socket_of(entry: Path) -> str:
    # A descriptor may be closed while the list is read.
    try:
        return str(entry.readlink())
    except OSError:
        return ""


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(studio: Studio) -> bool:
    try:
        with urllib.request.urlopen(studio.url("_stcore/health"), timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
