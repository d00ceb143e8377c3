"""The way of a newcomer: open, train, blend, download, log it, enter what the leaderboard said, see the gap."""

from __future__ import annotations

import re
from collections.abc import Callable

import pandas as pd
import pytest
from playwright.sync_api import Locator, expect

from core.export import SUBMISSION_NAME, Wanted, check_submission
from core.types import Catalog
from tests.e2e.visit import WAIT_MS, Visit

pytestmark = pytest.mark.browser

A_SCORE = re.compile(r"^\d+\.\d\d %$")


def train_on_five_simple_features(visit: Visit, family: str) -> None:
    """Press the preset, the family and Train, and wait until the job tray says that it is done."""
    visit.page.get_by_role("button", name="five-simple", exact=True).click()
    # The next click would send the blocks that the window still shows.
    blocks = visit.main.get_by_test_id("stButtonGroup").filter(has_text="Feature blocks")
    expect(blocks.get_by_role("button", pressed=True)).to_have_text(["Five simple features"])
    visit.page.get_by_role("radio", name=family).click()
    visit.page.get_by_role("button", name="Train", exact=True).click()
    card = visit.sidebar.get_by_test_id("stVerticalBlock").filter(has_text=f"{family}, 1 block").last
    expect(card.get_by_text("out of fold")).to_be_visible(timeout=2 * WAIT_MS)
    visit.at_rest()


def weight_of(slider: Locator) -> float:
    """What a slider stands at."""
    return float(str(slider.get_attribute("aria-valuetext")))


def test_from_the_first_look_to_a_submission_and_its_gap(look: Callable[..., Visit], catalog: Catalog) -> None:
    visit = look()
    visit.open("submissions")
    expect(visit.main.get_by_text("Nothing is logged yet")).to_be_visible()
    visit.open()
    expect(visit.sidebar.get_by_text("Demo catalogue", exact=True).first).to_be_visible()
    expect(visit.sidebar.get_by_text("Invented products")).to_be_visible()

    visit.go("train")
    for family in ("LightGBM", "XGBoost"):
        train_on_five_simple_features(visit, family)
    expect(visit.main.get_by_test_id("stMetricValue").first).to_have_text(A_SCORE)

    visit.go("ensemble")
    expect(visit.main.get_by_test_id("stMetricValue").first).to_have_text(A_SCORE)
    # The least weight, moved to the other end: the score must change, and some weight stays above zero.
    sliders = visit.main.get_by_role("slider")
    expect(sliders).not_to_have_count(0)
    visit.at_rest()
    weight = min(sliders.all(), key=weight_of)
    score = visit.main.get_by_test_id("stMetricValue").first
    suggested_weight, suggested_score = weight.get_attribute("aria-valuetext"), score.inner_text()
    weight.press("Home" if weight_of(weight) >= 0.3 else "End")
    expect(score).not_to_have_text(suggested_score)
    visit.page.get_by_role("button", name="Take the suggested weights").click()
    expect(weight).to_have_attribute("aria-valuetext", str(suggested_weight))
    expect(score).to_have_text(suggested_score)
    visit.page.get_by_role("tab", name="Submission").click()
    expect(visit.page.get_by_role("button", name=f"Download {SUBMISSION_NAME}")).to_be_visible(timeout=2 * WAIT_MS)
    # A file asked for while the page is drawn again is a file of the page before.
    visit.at_rest()

    with visit.page.expect_download(timeout=2 * WAIT_MS) as download:
        visit.page.get_by_role("button", name=f"Download {SUBMISSION_NAME}").click()
    assert download.value.suggested_filename == SUBMISSION_NAME
    submission = pd.read_csv(download.value.path(), dtype={"sample_id": "str"})
    assert len(submission) == catalog.n_test
    checks = check_submission(submission, Wanted.of(catalog))
    assert [check for check in checks if check.verdict != "pass"] == []
    log_and_score(visit, download.value.path().read_bytes())


def log_and_score(visit: Visit, submitted: bytes) -> None:
    """Log the file that was downloaded, enter a score for it, and see both pages tell of it."""
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
