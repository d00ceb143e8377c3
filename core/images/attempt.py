"""One request for one photo: streamed into a file, stopped at the first limit, every failure named."""

from __future__ import annotations

import asyncio
import ssl
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final

import httpcore

from core.images.body import Sink, over, unpacker
from core.images.links import Link, RefusedLink, follow
from core.images.network import NoSuchHost, RefusedAddress
from core.images.spec import FetchSpec

AGENT: Final = b"shelfprice-studio/0.1 (product photos for a catalogue)"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_BUSY: Final = frozenset({429, 503})
_LATE: Final = frozenset({408, 425})
_DRAINED_BYTES: Final = 1 << 14
_DRAIN_S: Final = 1.0


@dataclass(frozen=True)
class Outcome:
    """What a request came to.

    Attributes:
        status: ``ok`` when a file came whole (whether it is a photo is not judged here); else the failure.
        http: Code of the answer; None when there was none.
        detail: The reason, in words.
        bytes: That came, unpacked.
        sha256: Of the file.
        retry_after_s: How long the server asks to be left alone.
        redirect: Where the server sends us; then ``status`` means nothing yet.
        final: True when trying again cannot help.
        hopeless: True when none of the host's links can be had.
    """

    status: str
    http: int | None = None
    detail: str = ""
    bytes: int = 0
    sha256: str = ""
    retry_after_s: float | None = None
    redirect: Link | None = None
    final: bool = False
    hopeless: bool = False


async def attempt(pool: httpcore.AsyncConnectionPool, link: Link, part: Path, spec: FetchSpec) -> Outcome:
    """Ask for ``link`` once and write what comes to ``part``.

    Nothing is unpacked without a limit, no cookie is kept, no proxy of the environment is used.

    Raises:
        StorageError: The disk refused.
    """
    try:
        async with asyncio.timeout(spec.total_s), pool.stream("GET", _url(link), **_request(link, spec)) as response:
            return await _read(response, link, part, spec)
    except TimeoutError:
        return Outcome("timed_out", detail=f"more than {spec.total_s:g} s in all")
    except RefusedAddress as error:
        return Outcome("refused", detail=str(error), final=True)
    except NoSuchHost as error:
        return Outcome("unreachable", detail=str(error), final=True, hopeless=True)
    except httpcore.TimeoutException as error:
        waited = "no connection" if isinstance(error, httpcore.ConnectTimeout) else "nothing came any more"
        return Outcome("timed_out", detail=waited)
    except httpcore.ProtocolError as error:
        # A server that hangs up before it answers was not reached; what it sends is judged only when it sends.
        hung_up = "disconnected" in str(error)
        return Outcome("unreachable" if hung_up else "bad_answer", detail=_words(error))
    except (httpcore.NetworkError, httpcore.ProxyError, OSError) as error:
        wrong_name = isinstance(error.__cause__, ssl.SSLCertVerificationError)
        return Outcome("unreachable", detail=_words(error.__cause__ or error), final=wrong_name)


def _url(link: Link) -> httpcore.URL:
    return httpcore.URL(
        scheme=link.scheme.encode(), host=link.host.encode(), port=link.port, target=link.target.encode()
    )


def _request(link: Link, spec: FetchSpec) -> dict[str, Any]:
    wait = {"connect": spec.connect_s, "read": spec.stall_s, "write": spec.stall_s, "pool": spec.total_s}
    headers = [
        (b"Host", link.authority.encode()),
        (b"User-Agent", AGENT),
        (b"Accept", b"image/jpeg,image/png,image/webp,image/gif;q=0.9,image/*;q=0.5"),
        # A photo is packed already; what comes packed all the same is unpacked within the limits.
        (b"Accept-Encoding", b"identity"),
    ]
    return {"headers": headers, "extensions": {"timeout": wait}}


async def _read(response: httpcore.Response, link: Link, part: Path, spec: FetchSpec) -> Outcome:
    headers = _Headers(response.headers)
    code = response.status
    if code in (200, 203):
        return await _body(response, headers, part, spec)
    await _drain(response)
    if code in _REDIRECTS:
        return _redirect(code, headers, link)
    if code in (404, 410):
        return Outcome("gone", code, "the server says so", final=True)
    if code in _BUSY or code in _LATE or code >= 500:
        wait = _retry_after(headers.get("retry-after"))
        busy = code == 429 or (code == 503 and wait is not None)
        return Outcome("throttled" if busy else "server_error", code, f"HTTP {code}", retry_after_s=wait)
    if 400 <= code < 500:
        return Outcome("denied", code, f"HTTP {code}", final=True)
    return Outcome("bad_answer", code, f"HTTP {code} is no answer to this request", final=True)


def _redirect(code: int, headers: _Headers, link: Link) -> Outcome:
    location = headers.get("location")
    if not location:
        return Outcome("bad_answer", code, "a redirect to nowhere", final=True)
    try:
        return Outcome("", code, redirect=follow(link, location))
    except RefusedLink as error:
        return Outcome("refused", code, f"redirected: {error}", final=True)


async def _body(response: httpcore.Response, headers: _Headers, part: Path, spec: FetchSpec) -> Outcome:
    """The file of a good answer. Its length and type as the server states them are not relied upon."""
    stated = headers.get("content-length")
    # A length above the limit is believed, because nothing is lost by it.
    if stated.isdigit() and int(stated[:20]) > spec.max_bytes:
        return Outcome("too_large", response.status, over(spec), final=True)
    try:
        unpack = unpacker(headers.get("content-encoding"))
    except ValueError as error:
        return Outcome("not_image", response.status, str(error), final=True)
    sink = Sink(part, spec)
    try:
        async for chunk in response.aiter_stream():
            for piece in unpack.feed(chunk):
                failure = sink.take(piece)
                if failure:
                    return Outcome(failure[0], response.status, failure[1], sink.bytes, final=True)
    except httpcore.RemoteProtocolError as error:
        cut_off = "peer closed" in str(error)
        return Outcome("truncated" if cut_off else "bad_answer", response.status, _words(error), sink.bytes)
    except httpcore.ReadError as error:
        return Outcome("truncated", response.status, f"the connection broke: {_words(error)}", sink.bytes)
    except httpcore.ReadTimeout:
        return Outcome("timed_out", response.status, "nothing came any more", sink.bytes)
    except zlib.error as error:
        return Outcome("not_image", response.status, f"damaged compression: {error}", sink.bytes, final=True)
    finally:
        sink.close()
    if not unpack.whole:
        return Outcome("truncated", response.status, "the compressed answer has no end", sink.bytes)
    if (failure := sink.failure()) is not None:
        return Outcome(failure[0], response.status, failure[1], sink.bytes, final=failure[0] != "truncated")
    return Outcome("ok", response.status, bytes=sink.bytes, sha256=sink.sha256)


class _Headers:
    """An answer's header fields by lower-case name; the first of each."""

    def __init__(self, pairs: list[tuple[bytes, bytes]]) -> None:
        self._fields: dict[bytes, bytes] = {}
        for name, value in pairs:
            self._fields.setdefault(name.lower(), value)

    def get(self, name: str) -> str:
        """The field, or ``""``."""
        value = self._fields.get(name.encode(), b"").strip()
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value.decode("latin-1")


def _retry_after(value: str) -> float | None:
    """Seconds from a ``Retry-After`` field: a number or a date (RFC 9110, 10.2.3); None without a usable one."""
    if value.isdecimal():
        return float(value[:9])
    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


async def _drain(response: httpcore.Response) -> None:
    """Read a short body to its end, so that the connection serves again; of a long one nothing more."""
    seen = 0
    try:
        async with asyncio.timeout(_DRAIN_S):
            async for chunk in response.aiter_stream():
                seen += len(chunk)
                if seen > _DRAINED_BYTES:
                    return
    except (TimeoutError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError):
        return


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
