"""A running studio and a Chromium, once a session; a fresh window for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from core.catalog import CatalogSource, demo_source, load_catalog
from core.folds import random_plan
from core.jobs import cancel_job, list_jobs
from core.store import ArtifactStore
from core.train import FAMILIES, TrainSpec, train
from core.types import Catalog
from tests.e2e.server import Studio, start_studio, stop_studio
from tests.e2e.visit import Visit

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Look = Callable[..., Visit]


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The studio on a free port; at the end its jobs are cancelled and it is stopped."""
    running = start_studio(tmp_path_factory.mktemp("studio"))
    yield running
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHELFPRICE_CACHE", str(running.cache))
        for job in list_jobs():
            cancel_job(job.job_id)
    stop_studio(running)


@pytest.fixture(scope="session")
def demo(studio: Studio) -> CatalogSource:
    """The demo that the studio shows, in the studio's own cache."""
    return demo_source(studio.cache)


@pytest.fixture(scope="session")
def catalog(demo: CatalogSource) -> Catalog:
    """The demo as it is read."""
    return load_catalog(demo)


@pytest.fixture(scope="session")
def runs(studio: Studio, catalog: Catalog) -> list[str]:
    """A run of each family on the demo, of a few rounds, so that no page is empty; their ids."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHELFPRICE_CACHE", str(studio.cache))
        patch.setenv("SHELFPRICE_THREADS", "1")
        store = ArtifactStore(studio.cache)
        plan = random_plan(catalog)
        made = [train(catalog, plan, TrainSpec(family, ("size",), max_rounds=20), store=store) for family in FAMILIES]
        store.close()
    return [run.run_id for run in made]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium at hand, else Playwright's own."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def look(browser: Browser, studio: Studio) -> Iterator[Look]:
    """``look("dark")``: a window without a history, in a shade; the light one without a word."""
    opened = []

    def window(shade: str = "light") -> Visit:
        context = browser.new_context(
            color_scheme="dark" if shade == "dark" else "light", viewport={"width": 1400, "height": 1000}
        )
        opened.append(context)
        return Visit(context.new_page(), studio)

    yield window
    for context in opened:
        context.close()
