from __future__ import annotations

import pytest

from core.images.addresses import why_refused

FORBIDDEN = (
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::1%1",
    "photos.example",
    "",
)


@pytest.mark.parametrize("address", FORBIDDEN)
def test_what_is_no_public_address_is_refused_at_every_port(address: str) -> None:
    assert "no public address" in (why_refused(address, 80) or "")
    assert "no public address" in (why_refused(address, 443) or "")


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::6810:1", "2a00:1450::1"])
def test_public_addresses_are_asked_at_the_ports_of_the_web_alone(address: str) -> None:
    assert why_refused(address, 80) is None
    assert why_refused(address, 443) is None
    for port in (0, 22, 8080, 25, 6379):
        assert why_refused(address, port) == f"port {port} is not a web server's"


def test_the_switch_opens_single_ports_of_this_machine_and_nothing_else() -> None:
    assert why_refused("127.0.0.1", 8800, (8800,)) is None
    assert why_refused("::1", 8800, (8800,)) is None
    for address, port in (("127.0.0.1", 8801), ("10.0.0.1", 8800), ("::ffff:127.0.0.1", 8800), ("8.8.8.8", 8800)):
        assert why_refused(address, port, (8800,)) is not None
