"""A bar picked with the mouse filters the tables, stays while the page changes, and is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.visit import Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runs")]

BARS = "[class*=st-key-brand-levels] .barlayer .point path"


def test_a_bar_of_the_brand_shift_filters_the_tables_until_its_chip_is_pressed(look: Callable[..., Visit]) -> None:
    visit = look()
    visit.open("brand_shift")
    bars = visit.main.locator(BARS)
    expect(bars.first).to_be_visible()
    # Plotly listens on a layer above the bars.
    bars.first.click(force=True)
    chip = visit.main.get_by_role("button", name="Brands unseen in train")
    expect(chip).to_be_visible()
    rows = visit.main.get_by_text("Rows of the choice (")
    expect(rows).to_be_visible()
    visit.at_rest()

    visit.main.get_by_role("slider").first.press("ArrowRight")
    expect(visit.main.get_by_text("rare: 1 to 5 train rows").first).to_be_visible()
    visit.at_rest()
    expect(chip).to_be_visible()

    chip.click()
    expect(chip).to_have_count(0)
    expect(rows).to_have_count(0)
    visit.at_rest()
    visit.main.locator(BARS).first.click(force=True)
    expect(chip).to_be_visible()
    visit.at_rest()
    visit.assert_sound()
