"""From a blend to its score: download, log, enter what the leaderboard said, see the gap."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.export import SUBMISSION_NAME
from tests.e2e.visit import WAIT_MS, Visit

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("runs")]


def test_a_blend_is_downloaded_logged_and_scored_and_its_gap_is_seen(look: Callable[..., Visit]) -> None:
    visit = look()
    visit.open("submissions")
    expect(visit.main.get_by_text("Nothing is logged yet")).to_be_visible()

    visit.go("ensemble")
    visit.main.get_by_role("tab", name="Submission", exact=True).click()
    expect(visit.page.get_by_role("button", name=f"Download {SUBMISSION_NAME}")).to_be_visible()
    visit.at_rest()
    with visit.page.expect_download(timeout=2 * WAIT_MS) as download:
        visit.page.get_by_role("button", name=f"Download {SUBMISSION_NAME}").click()
    submitted = download.value.path().read_bytes()

    visit.main.get_by_text("Log this submission", exact=True).click()
    expect(visit.main.get_by_text("measure its forecast first")).to_be_visible()
    visit.at_rest()
    visit.main.get_by_role("textbox", name="Name", exact=True).fill("first blend")
    visit.main.get_by_role("button", name="Log it", exact=True).click()
    expect(visit.main.get_by_text("Logged as submission 1")).to_be_visible()

    visit.go("submissions")
    expect(visit.main.get_by_text("Enter a leaderboard score below")).to_be_visible()
    visit.at_rest()
    visit.main.get_by_role("spinbutton", name="Leaderboard score").first.fill("61.5")
    visit.main.get_by_role("button", name="Save", exact=True).click()
    expect(visit.main.get_by_test_id("stMetricValue").first).to_have_text("61.50 %")
    expect(visit.main.get_by_text("leaderboard less validation")).to_be_visible()
    visit.at_rest()
    visit.assert_sound()

    (kept,) = (visit.studio.data / "submissions" / "demo").glob("*/files/*.csv")
    assert kept.read_bytes() == submitted
    visit.go("")
    expect(visit.main.get_by_text("best score 61.50 %")).to_be_visible()
    visit.assert_sound()
