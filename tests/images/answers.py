"""What the hostile server answers, one kind of behaviour a name."""

from __future__ import annotations

import asyncio
import functools
import gzip
import socket
import struct
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tests.images.pictures import bomb_png, bomb_progressive, bomb_webp, packed, photo, pixel

if TYPE_CHECKING:
    from tests.images.hostile import HostileServer

Answer = Callable[["HostileServer", asyncio.StreamReader, asyncio.StreamWriter, str], Awaitable[None]]


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
    "blank": _says(lambda server, path: answer(pixel())),
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
