"""A server on loopback that does what servers of photos do at their worst, one kind of trouble a path.

``/<kind>/<number>.jpg`` behaves as the function named ``_<kind>`` says; :data:`EXPECTED` holds the status in which a
link of each kind has to end.
"""

from __future__ import annotations

import asyncio
import functools
import gzip
import io
import socket
import struct
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpcore
from PIL import Image

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

Answer = Callable[["HostileServer", asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]


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


def photo(number: int = 0, kind: str = "JPEG", side: int = 24, **options: object) -> bytes:
    """A small photo whose colours follow from its number."""
    buffer = io.BytesIO()

    picture = Image.linear_gradient("L").resize((side, side)).convert("RGB")
    picture.paste((number % 251, number // 251 % 251, 99), (4, 4, side - 4, side - 4))
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def bomb_png(side: int, *, whole: bool = False) -> bytes:
    """A small PNG whose pixels would take ``side² × 4`` bytes; ``whole``: all of them are there."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    pixels = packed(side * (1 + 4 * side) if whole else 1 << 22)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def packed(size: int, *, head: bytes = b"", gzipped: bool = False) -> bytes:
    """``head`` and then zeros, ``size`` in all, compressed piece by piece, so that they never stand in memory."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 31 if gzipped else 15)
    pieces = [pack.compress(head)]
    left = size - len(head)
    while left:
        step = min(left, 1 << 20)
        pieces.append(pack.compress(bytes(step)))
        left -= step
    return b"".join([*pieces, pack.flush()])


def bomb_webp() -> bytes:
    """A WebP whose canvas is as large as the format allows."""
    real = photo(kind="WEBP")
    large = (16383).to_bytes(3, "little")
    extended = b"VP8X" + (10).to_bytes(4, "little") + bytes(4) + large + large
    body = b"WEBP" + extended + real[12:]
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def bomb_progressive() -> bytes:
    """A progressive JPEG whose header claims 7,900 pixels a side: all its coefficients would be kept at once."""
    data = bytearray(photo(progressive=True))
    at = data.index(b"\xff\xc2") + 5
    data[at : at + 4] = struct.pack(">HH", 7900, 7900)
    return bytes(data)


def answer(body: bytes, *, status: str = "200 OK", kind: str = "image/jpeg", **fields: str) -> bytes:
    named = {"Content-Type": kind, "Content-Length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in fields.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode() + body


def _number(path: str) -> int:
    return int(path.rpartition("-")[2].partition(".")[0])


def _says(make: Callable[[HostileServer, str], bytes]) -> Answer:
    async def say(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(make(server, path))

    return say


def _first(trouble: Answer) -> Answer:
    """Trouble the first time, a photo from then on."""

    async def say(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
        if server.asked[path] == 1:
            await trouble(server, reader, writer, path)
        else:
            writer.write(answer(photo(_number(path))))

    return say


def _status(status: str, **fields: str) -> Answer:
    return _says(lambda server, path: answer(b"sorry", status=status, kind="text/plain", **fields))


def _to(location: str) -> Answer:
    def make(server: HostileServer, path: str) -> bytes:
        where = location.format(port=server.port, canary=server.canary_port, path=path, number=_number(path))
        return answer(b"", status="302 Found", Location=where)

    return _says(make)


async def _reset(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
    # A linger of 0 makes closing a reset.
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
    raise ConnectionResetError


async def _hang_up(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
    raise ConnectionResetError


async def _stall_first(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
    await asyncio.sleep(3600)


async def _stall_later(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
    writer.write(answer(photo())[:-200])
    await writer.drain()
    await asyncio.sleep(3600)


def _endless(first: bytes, piece: bytes, every_s: float = 0.0) -> Answer:
    async def say(server: HostileServer, reader, writer: asyncio.StreamWriter, path: str) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(every_s)

    return say


def _cut(kind: str) -> Answer:
    return _says(lambda server, path: answer((whole := photo(kind=kind, side=200))[: len(whole) * 2 // 3]))


def _chunked(*chunks: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(
        b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks
    )


def _in_future(server: HostileServer, path: str) -> bytes:
    # Dates have whole seconds: this one is less than two away.
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
    return answer(b"", status="429 Too Many Requests", Retry_After=when)


VAST_PNG = functools.cache(lambda: bomb_png(7_990, whole=True))
_MAGIC = b"\xff\xd8\xff\xe0"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
_GZIP_BOMB = packed(200 << 20, head=_MAGIC, gzipped=True)
_PIECE = bytes(1 << 16)
_HINT = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
ANSWERS: dict[str, Answer] = {
    "ok": _says(lambda server, path: answer(photo(_number(path)))),
    "png": _says(lambda server, path: answer(photo(_number(path), "PNG"))),
    "gif": _says(lambda server, path: answer(photo(_number(path), "GIF"))),
    "webp": _says(lambda server, path: answer(photo(_number(path), "WEBP"))),
    "wrong_type": _says(lambda server, path: answer(photo(_number(path)), kind="text/html")),
    "old_http": _says(lambda server, path: b"HTTP/1.0 200 OK\r\n\r\n" + photo(_number(path))),
    "gzipped": _says(lambda server, path: answer(gzip.compress(photo(_number(path))), Content_Encoding="gzip")),
    "lying_length": _says(lambda server, path: answer(photo(_number(path))) + bytes(5000)),
    "throttled_once": _first(_status("429 Too Many Requests", Retry_After="0")),
    "throttled_date": _first(_says(_in_future)),
    "busy_once": _first(_status("503 Service Unavailable", Retry_After="0")),
    "failed_once": _first(_status("500 Oh dear")),
    "reset_once": _first(_reset),
    "hung_up_once": _first(_hang_up),
    "redirect": _to("http://photos.test:{port}/ok/ok-{number}.jpg"),
    "redirect_relative": _to("../ok/ok-{number}.jpg"),
    "many_hints": _says(lambda server, path: 5 * _HINT + answer(photo(_number(path)))),
    "throttled": _status("429 Too Many Requests", Retry_After="86400"),
    "failed": _status("502 Bad Gateway"),
    "stall_first": _stall_first,
    "stall_later": _stall_later,
    "slow_header": _endless(b"HTTP/1.1 200 OK\r\n", b"X", 0.02),
    "drip": _endless(b"HTTP/1.1 200 OK\r\n\r\n" + _MAGIC, b"x", 0.02),
    "hint_flood": _endless(b"", _HINT, 0.005),
    "cut_length": _says(lambda server, path: answer(photo(), Content_Length="9000")),
    "cut_chunks": _says(lambda server, path: _chunked(photo()[:300])),
    "cut_jpeg": _cut("JPEG"),
    "cut_png": _cut("PNG"),
    "cut_webp": _cut("WEBP"),
    "cut_gzip": _says(lambda server, path: answer(gzip.compress(photo())[:-30], Content_Encoding="gzip")),
    "cut_old_http": _says(lambda server, path: b"HTTP/1.0 200 OK\r\n\r\n" + photo(side=200)[:900]),
    "empty": _says(lambda server, path: answer(b"")),
    "missing": _status("404 Not Found"),
    "gone": _status("410 Gone"),
    "blank": _says(lambda server, path: answer(_pixel())),
    "forbidden": _status("403 Forbidden"),
    "unauthorized": _status("401 Unauthorized", WWW_Authenticate="Basic"),
    "html": _says(lambda server, path: answer(b"<!DOCTYPE html><title>no</title>" + bytes(9000), kind="text/html")),
    "svg": _says(lambda server, path: answer(_SVG, kind="image/svg+xml")),
    "svg_as_image": _says(lambda server, path: answer(b'<?xml version="1.0"?>' + _SVG)),
    "damaged": _says(lambda server, path: answer(photo()[:20] + bytes(2000))),
    "brotli": _says(lambda server, path: answer(bytes(900), Content_Encoding="br")),
    "gzip_damaged": _says(lambda server, path: answer(b"\x1f\x8b\x08" + b"x" * 900, Content_Encoding="gzip")),
    "endless": _endless(b"HTTP/1.1 200 OK\r\n\r\n" + _MAGIC, _PIECE),
    "endless_chunks": _endless(_chunked(_MAGIC), b"%x\r\n%s\r\n" % (len(_PIECE), _PIECE)),
    "huge_length": _says(lambda server, path: answer(photo(), Content_Length="99999999999999")),
    "bomb_png": _says(lambda server, path: answer(bomb_png(30_000))),
    "vast_png": _says(lambda server, path: answer(VAST_PNG())),
    "bomb_webp": _says(lambda server, path: answer(bomb_webp())),
    "bomb_progressive": _says(lambda server, path: answer(bomb_progressive())),
    "bomb_gzip": _says(lambda server, path: answer(_GZIP_BOMB, Content_Encoding="gzip")),
    "garbage": _says(lambda server, path: b"\x00\x01 nothing like HTTP\r\n\r\n" * 50),
    "garbage_chunks": _says(lambda server, path: _chunked(photo()) + b"zz\r\nnot a length\r\n"),
    "huge_headers": _says(lambda server, path: answer(photo(), X="y" * 400_000)),
    "endless_header": _endless(b"HTTP/1.1 200 OK\r\nX: ", _PIECE.replace(b"\0", b"y")),
    "no_content": _status("206 Partial Content"),
    "redirect_loop": _to("{path}"),
    "redirect_nowhere": _says(lambda server, path: answer(b"", status="301 Moved")),
    "redirect_private": _to("http://10.0.0.1/secret.jpg"),
    "redirect_metadata": _to("http://169.254.169.254/latest/meta-data/"),
    "redirect_mapped": _to("http://[::ffff:127.0.0.1]/secret.jpg"),
    "redirect_canary": _to("http://127.0.0.1:{canary}/secret.jpg"),
    "redirect_file": _to("file:///etc/passwd"),
    "redirect_user": _to("http://user:word@photos.test:{port}/ok/ok-1.jpg"),
}
CLOSES = frozenset(
    {"old_http", "cut_length", "cut_chunks", "cut_old_http", "garbage", "garbage_chunks", "huge_headers", "huge_length"}
)
"""Kinds after whose answer the server closes the connection."""


def _pixel() -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (1, 1)).save(buffer, "GIF")
    return buffer.getvalue()
