"""A server on loopback that does what servers of photos do at their worst, one kind of trouble a path.

``/<kind>/<number>.jpg`` behaves as :data:`tests.images.answers.ANSWERS` has it; :data:`EXPECTED` holds the status in
which a link of each kind has to end.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpcore

from tests.images.answers import ANSWERS, CLOSES

EXPECTED = {
    "ok": "ok",
    "png": "ok",
    "gif": "ok",
    "webp": "ok",
    "wrong_type": "ok",
    "old_http": "ok",
    "gzipped": "ok",
    "lying_length": "ok",
    "throttled_once": "ok",
    "throttled_date": "ok",
    "busy_once": "ok",
    "failed_once": "ok",
    "reset_once": "ok",
    "hung_up_once": "ok",
    "redirect": "ok",
    "redirect_relative": "ok",
    "many_hints": "ok",
    "throttled": "throttled",
    "failed": "server_error",
    "stall_first": "timed_out",
    "stall_later": "timed_out",
    "slow_header": "timed_out",
    "drip": "timed_out",
    "hint_flood": "timed_out",
    "cut_length": "truncated",
    "cut_chunks": "truncated",
    "cut_jpeg": "truncated",
    "cut_png": "truncated",
    "cut_webp": "truncated",
    "cut_gzip": "truncated",
    "cut_old_http": "truncated",
    "empty": "truncated",
    "missing": "gone",
    "gone": "gone",
    "blank": "gone",
    "forbidden": "denied",
    "unauthorized": "denied",
    "html": "not_image",
    "svg": "not_image",
    "svg_as_image": "not_image",
    "damaged": "not_image",
    "brotli": "not_image",
    "gzip_damaged": "not_image",
    "endless": "too_large",
    "endless_chunks": "too_large",
    "huge_length": "too_large",
    "bomb_png": "too_large",
    "bomb_webp": "too_large",
    "bomb_progressive": "too_large",
    "bomb_gzip": "too_large",
    "garbage": "bad_answer",
    "garbage_chunks": "bad_answer",
    "huge_headers": "bad_answer",
    "endless_header": "bad_answer",
    "no_content": "bad_answer",
    "redirect_loop": "bad_answer",
    "redirect_nowhere": "bad_answer",
    "redirect_private": "refused",
    "redirect_metadata": "refused",
    "redirect_mapped": "refused",
    "redirect_canary": "refused",
    "redirect_file": "refused",
    "redirect_user": "refused",
}
VAST = "vast_png"
"""A sound photo just within the limit of pixels, as much work as decoding can be; it ends well."""
REFUSED_LINKS = (
    "file:///etc/passwd",
    "ftp://photos.test/1.jpg",
    "gopher://photos.test/1.jpg",
    "data:image/png;base64,AAAA",
    "//photos.test/1.jpg",
    "photos.test/1.jpg",
    "http://",
    "http://[::1]/1.jpg",
    "http://[::ffff:10.0.0.1]/1.jpg",
    "http://[64:ff9b::a00:1]/1.jpg",
    "http://[fe80::1%25eth0]/1.jpg",
    "http://0177.0.0.1/1.jpg",
    "http://2130706433/1.jpg",
    "http://0x7f.1/1.jpg",
    "http://127.1/1.jpg",
    "http://127.0.0.1/1.jpg",
    "http://10.1.2.3/1.jpg",
    "http://169.254.169.254/latest/1.jpg",
    "http://224.0.0.1/1.jpg",
    "http://255.255.255.255/1.jpg",
    "http://0.0.0.0/1.jpg",
    "http://user:pass@photos.test/1.jpg",
    "http://photos.test@10.0.0.1/1.jpg",
    "http://localhost/1.jpg",
    "http://demo.invalid/1.jpg",
    "http://inward.test/1.jpg",
    "http://half-inward.test/1.jpg",
    "http://mapped.test/1.jpg",
    "http://public.test:8080/1.jpg",
    "http://photos.test:0/1.jpg",
    "http://photos.test\\@10.0.0.1/1.jpg",
    "http://photos.test/\r\nHost: x/1.jpg",
)
"""Links that are never asked for, with :func:`resolver`'s names."""


class HostileServer:
    """The server, in a thread of its own.

    Attributes:
        port: Where it listens.
        canary_port: A port that nobody may touch.
        asked: Requests by path.
        canary_touched: Connections at the canary's port.
    """

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.at_once = 0
        self.most_at_once = 0
        self.canary_touched = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile-server", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self.port, self.canary_port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, kind: str, number: int = 0, host: str = "photos.test") -> str:
        return f"http://{host}:{self.port}/{kind}/{kind}-{number}.jpg"

    async def _open(self) -> tuple[int, int]:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512)
        self._canary = await asyncio.start_server(self._touched, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1], self._canary.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        self._server.close()
        self._canary.close()
        left = asyncio.all_tasks(self._loop) - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _touched(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.canary_touched += 1
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                self.asked[path] += 1
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
                try:
                    await ANSWERS[path.split("/")[1]](self, reader, writer, path)
                finally:
                    self.at_once -= 1
                await writer.drain()
                if path.split("/")[1] in CLOSES:
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            with suppress(OSError, RuntimeError):
                writer.close()


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    server = HostileServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()


class RecordingNetwork(httpcore.AsyncNetworkBackend):
    """Real connections, each written down."""

    def __init__(self) -> None:
        self.connected: list[tuple[str, int]] = []
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.connected.append((host, port))
        return await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class Names:
    """A resolver of invented names, each look-up written down; literal addresses are themselves."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known = {
            "inward.test": ["10.0.0.5"],
            "half-inward.test": ["93.184.216.34", "192.168.1.1"],
            "mapped.test": ["::ffff:127.0.0.1"],
            "public.test": ["93.184.216.34"],
        }

    async def __call__(self, host: str) -> list[str]:
        self.asked.append(host)
        if host[0].isdigit() or ":" in host:
            return [host]
        if host == "nobody.test":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return self.known.get(host, ["127.0.0.1"])
