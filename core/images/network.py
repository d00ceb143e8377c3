"""Connections to checked addresses: names are looked up here, and what was checked is what is connected to."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Final, TypeAlias

import httpcore

from core.images.addresses import why_refused
from core.images.spec import FetchSpec

Resolver: TypeAlias = Callable[[str], Awaitable[list[str]]]
"""``await resolve(host)``: every address of a host. Raises :class:`OSError` (``socket.gaierror``)."""

REMEMBER_S: Final = 60.0


class RefusedAddress(Exception):
    """The host leads to an address that is not connected to; the message names it."""


class NoSuchHost(Exception):
    """The name does not exist."""


async def system_resolver(host: str) -> list[str]:
    """The addresses that the system knows for ``host``.

    The look-up has a thread of its own that nobody waits for: it cannot be interrupted, and must not hold up a
    cancelled run or the other look-ups.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def tell(addresses: list[str], error: OSError | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(addresses)
        else:
            answer.set_exception(error)

    def look_up() -> None:
        found: list[str] = []
        failure: OSError | None = None
        try:
            entries = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
            found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        except OSError as error:
            failure = error
        # The loop may be gone by now: nobody waits for the answer any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(tell, found, failure)

    threading.Thread(target=look_up, name=f"look-up {host}", daemon=True).start()
    return await answer


class CheckedBackend(httpcore.AsyncNetworkBackend):
    """A network of public addresses: the pool asks for a host, this connects to an address of it that was checked.

    The host's name stays with the pool for the ``Host`` header and for TLS, which verifies the certificate against it.
    Each connection is checked, so a name that changes its mind gains nothing.

    Args:
        resolve: Looks names up.
        inner: Makes connections to literal addresses.
    """

    def __init__(self, spec: FetchSpec, resolve: Resolver, inner: httpcore.AsyncNetworkBackend) -> None:
        self._spec = spec
        self._resolve = resolve
        self._inner = inner
        self._known: dict[str, tuple[float, asyncio.Task[list[str]]]] = {}

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of ``host`` that answers, if every one of them may be connected to.

        Raises:
            RefusedAddress: One of the addresses may not.
            NoSuchHost: The host has no address.
            httpcore.ConnectError, httpcore.ConnectTimeout: None of them answers.
        """
        addresses = await self._addresses(host)
        for address in addresses:
            reason = why_refused(address, port, self._spec.loopback_ports)
            if reason is not None:
                raise RefusedAddress(reason if address == host else f"{host}: {reason}")
        failure: Exception = httpcore.ConnectError("no address")
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Wait; the pool asks for it between its own attempts, of which it has none here."""
        await self._inner.sleep(seconds)

    async def _addresses(self, host: str) -> list[str]:
        """Looked up once a minute however many connections want it."""
        asked, task = self._known.get(host, (0.0, None))
        if task is None or time.monotonic() - asked > REMEMBER_S or _failed(task):
            task = asyncio.ensure_future(self._look_up(host))
            self._known[host] = time.monotonic(), task
        try:
            async with asyncio.timeout(self._spec.connect_s):
                return await asyncio.shield(task)
        except TimeoutError:
            self._known.pop(host, None)
            raise httpcore.ConnectTimeout("the name look-up took too long") from None
        except socket.gaierror as error:
            if error.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise NoSuchHost(f"there is no host {host}") from error
            raise httpcore.ConnectError(f"the name look-up failed: {error.strerror}") from error
        except OSError as error:
            raise httpcore.ConnectError(f"the name look-up failed: {error.strerror or error}") from error

    async def _look_up(self, host: str) -> list[str]:
        addresses = await self._resolve(host)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        return addresses


def _failed(task: asyncio.Task[list[str]]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)
