"""Which addresses may be connected to: public ones alone, judged by the address itself and never by a name."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection

from core.images.links import PORTS

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public unicast is 2000::/3. In it, these carry an IPv4 address inside or are for documentation: 6to4, Teredo with its
# neighbours, two documentation ranges.
_PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
_NOT_PUBLIC_6 = tuple(ipaddress.IPv6Network(net) for net in ("2001::/23", "2002::/16", "2001:db8::/32", "3fff::/20"))
# Old relays of 6to4, and protocol assignments, which the library counts as partly public.
_NOT_PUBLIC_4 = tuple(ipaddress.IPv4Network(net) for net in ("192.88.99.0/24", "192.0.0.0/24"))


def why_refused(address: str, port: int, loopback_ports: Collection[int] = ()) -> str | None:
    """Why ``address`` may not be connected to, or None when it may.

    Args:
        address: As the resolver gave it.
        loopback_ports: Ports at which this machine itself may be asked (tests).
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return f"{address} is no public address"
    if found.is_loopback and port in loopback_ports:
        return None
    if not _is_public(found):
        return f"{found} is no public address"
    if port not in PORTS.values():
        return f"port {port} is not a web server's"
    return None


def _is_public(address: IPAddress) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in net for net in _NOT_PUBLIC_4)
    # Outside 2000::/3 stand, among others, addresses that a gateway translates to IPv4 (64:ff9b::/96, ::ffff:0:0/96).
    # A scope belongs to addresses that are not public.
    return address.scope_id is None and address in _PUBLIC_6 and not any(address in net for net in _NOT_PUBLIC_6)
