"""Every page, by its address and by the sidebar, in light and dark; and nobody else can listen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.server import Studio, listening_addresses
from tests.e2e.visit import PAGES, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runs")]

BACKGROUND = "element => getComputedStyle(element).backgroundColor"
FILL = "element => getComputedStyle(element).fill"
# 127.0.0.1 and ::1 as the kernel writes them, least byte first.
LOOPBACK = {"0100007F", "00000000000000000000000001000000"}


def brightness(colour: str) -> float:
    """Mean of red, green and blue of ``rgb(…)``, 0..255."""
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


@pytest.mark.parametrize(("shade", "is_dark"), [("light", False), ("dark", True)])
def test_each_page_opens_by_its_address_and_by_the_sidebar(
    look: Callable[..., Visit], shade: str, is_dark: bool
) -> None:
    visit = look(shade)
    for name in PAGES:
        visit.open(name)
        visit.assert_sound()
    for name in reversed(PAGES):
        visit.go(name)
        visit.assert_sound()
    behind = brightness(visit.page.get_by_test_id("stApp").evaluate(BACKGROUND))
    assert (behind < 128) == is_dark
    words = brightness(visit.main.locator(".xtick text").first.evaluate(FILL))
    assert abs(words - behind) > 128, "the words of the overview's chart cannot be read"


def test_the_server_listens_on_this_machine_alone(studio: Studio) -> None:
    if not Path("/proc/self/net/tcp").is_file():
        pytest.skip("this system does not list its sockets in /proc")
    addresses = listening_addresses(studio.process.pid)
    assert addresses
    assert set(addresses) <= LOOPBACK
