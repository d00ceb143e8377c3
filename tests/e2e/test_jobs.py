"""Long work in the browser: it outlives the page that started it, and it can be stopped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from core.jobs import list_jobs
from tests.e2e.visit import Visit

pytestmark = pytest.mark.browser

TITLE = "Whole run"


def test_a_job_outlives_a_page_change_and_a_reload_and_can_be_cancelled(
    look: Callable[..., Visit], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = look()
    monkeypatch.setenv("SHELFPRICE_CACHE", str(visit.studio.cache))
    visit.open()
    visit.page.get_by_role("button", name="Run it all").click()
    cancel = visit.sidebar.get_by_role("button", name="Cancel")
    expect(cancel).to_be_visible()
    expect(visit.page.get_by_role("button", name="Run it all (running)")).to_be_disabled()

    visit.go("ensemble")
    expect(cancel).to_be_visible()
    visit.page.reload()
    visit.settled("ensemble")
    expect(visit.sidebar.get_by_text(TITLE).first).to_be_visible()
    expect(visit.sidebar.get_by_role("progressbar")).to_be_visible()
    (job,) = (job for job in list_jobs() if job.kind == "pipeline")
    assert job.active

    cancel.click()
    expect(visit.sidebar.get_by_role("button", name="Resume")).to_be_visible()
    expect(cancel).to_have_count(0)
    (job,) = (job for job in list_jobs() if job.kind == "pipeline")
    assert job.state == "cancelled"

    visit.open()
    expect(visit.page.get_by_role("button", name="Run it all")).to_be_enabled()
    visit.assert_sound()
