"""The headline numbers of every page, read whole on a narrow window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.visit import PAGES, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runs")]

CUT_OFF = """() => [...document.querySelectorAll('[data-testid="stMetricValue"], [data-testid="stMetricLabel"]')]
  .filter(part => [part, ...part.querySelectorAll('*')].some(one => one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).overflowX !== 'visible'))
  .map(part => part.innerText)"""


@pytest.mark.parametrize("shade", ["light", "dark"])
def test_no_headline_is_cut_off_from_1000_pixels_up(look: Callable[..., Visit], shade: str) -> None:
    visit = look(shade)
    for name in PAGES:
        visit.open(name)
        cards = visit.main.get_by_test_id("stMetric")
        if name in ("brand_shift", "features", "train"):
            expect(cards.first).to_be_visible()
        for width in (1000, 1100, 1400):
            visit.page.set_viewport_size({"width": width, "height": 900})
            visit.page.wait_for_function(f"({CUT_OFF})().length === 0")
