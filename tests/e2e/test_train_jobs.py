"""Training jobs in the browser: a curve that goes on over a reload, a queue, and cancelling from the tray."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from core.catalog import CatalogSource
from core.jobs import JobStatus, cancel_job, forget_job, job_status, list_jobs, read_feed, start_job
from core.types import JsonDict
from tests.e2e.server import Studio
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

SLOW: JsonDict = {"learning_rate": 0.001, "max_rounds": 5000, "patience": 5000, "leaves": 255, "min_leaf_rows": 1}
"""Minutes on the demo, so that no machine is through with it while the test looks at it."""
TITLE = "A long run"


@pytest.fixture
def long_run(studio: Studio, demo: CatalogSource, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Id of a training job on the demo that takes minutes; it and whatever is queued behind it are gone at the end."""
    monkeypatch.setenv("SHELFPRICE_CACHE", str(studio.cache))
    before = {job.job_id for job in list_jobs()}
    params: JsonDict = {"source": demo.to_json(), "family": "lightgbm", "blocks": ["five_simple", "size"], "seed": 9}
    yield start_job("train", {**params, "settings": SLOW}, title=TITLE)
    for job in list_jobs():
        if job.job_id not in before:
            cancel_job(job.job_id)
            forget_job(job.job_id)


def button(visit: Visit, what: str, job_id: str) -> Locator:
    """A button of the job's card in the tray."""
    return visit.sidebar.locator(f".st-key-shell-{what}-{job_id}").get_by_role("button")


def card(visit: Visit, job_id: str) -> Locator:
    """The card of an ended job in the tray: the innermost block that holds its button and its state."""
    resume = visit.page.locator(f".st-key-shell-resume-{job_id}")
    blocks = visit.sidebar.get_by_test_id("stVerticalBlock").filter(has=resume)
    return blocks.filter(has_text="cancelled").last


def cancel(visit: Visit, job_id: str) -> JobStatus:
    """Press Cancel on the job's card and wait until the card says so."""
    button(visit, "cancel", job_id).click()
    expect(button(visit, "resume", job_id)).to_be_visible()
    expect(card(visit, job_id)).to_be_visible()
    expect(button(visit, "cancel", job_id)).to_have_count(0)
    return job_status(job_id)


def test_a_run_goes_on_over_a_reload_another_waits_and_both_are_cancelled(
    look: Callable[..., Visit], long_run: str
) -> None:
    visit = look()
    visit.open("train")
    heading = visit.main.get_by_text(f"{TITLE}, folds at work")
    curve = visit.main.locator(".st-key-train-live .scatterlayer .trace path").first
    expect(heading).to_be_visible()
    expect(curve).to_be_attached()
    rounds = len(read_feed(long_run)["fold 1"].x)

    visit.page.reload()
    visit.settled("train")
    expect(heading).to_be_visible()
    expect(curve).to_be_attached()
    expect(button(visit, "cancel", long_run)).to_be_visible()
    assert job_status(long_run).state == "running"
    assert len(read_feed(long_run)["fold 1"].x) >= rounds > 0

    visit.page.get_by_role("button", name="five-simple").click()
    visit.at_rest()
    visit.page.get_by_role("button", name="Train", exact=True).click()
    expect(visit.page.get_by_role("button", name="Train (running)")).to_be_disabled()
    expect(visit.main.get_by_text("1 more run queued")).to_be_visible()
    (waiting,) = (job for job in list_jobs() if job.active and job.job_id != long_run)
    assert (waiting.kind, waiting.state) == ("train", "queued")

    assert cancel(visit, waiting.job_id).state == "cancelled"
    assert job_status(long_run).state == "running"
    assert cancel(visit, long_run).state == "cancelled"
    expect(heading).to_have_count(0)
    visit.assert_sound()
