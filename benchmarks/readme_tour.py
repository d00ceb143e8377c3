"""The README's screenshots, taken from the demo in a browser.

    .venv/bin/python benchmarks/readme_tour.py [--out DIR]

Starts a studio with folders of its own, runs the whole way on the demo, and takes a picture of every page as a user
finds it then. Writes into ``.readme/`` unless ``--out`` names another folder.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from _common import ROOT
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.server import start_studio, stop_studio
from tests.e2e.visit import PAGES, Visit

SIZE = {"width": 1280, "height": 860}
LONGEST_RUN_MS = 15 * 60 * 1000
COLOURS = 128
"""A screenshot in so many colours reads as well and takes a third of the bytes."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, default=ROOT / ".readme")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        studio = start_studio(Path(name) / "studio")
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            visit = Visit(browser.new_context(viewport=SIZE, color_scheme="light").new_page(), studio)
            _whole_way(visit)
            for page in PAGES:
                visit.open(page)
                _take(visit.page, out / f"{page or 'overview'}.png")
                print(out / f"{page or 'overview'}.png")
        finally:
            browser.close()
            stop_studio(studio)


def _whole_way(visit: Visit) -> None:
    """Start the run of the overview and wait for its headline numbers."""
    visit.open()
    visit.main.get_by_role("button", name="Run it all").first.click()
    visit.main.get_by_test_id("stMetric").filter(has_text="Validation").first.wait_for(timeout=LONGEST_RUN_MS)
    visit.at_rest()


def _take(page: Page, path: Path) -> None:
    # Charts are drawn after the script has ended.
    page.wait_for_timeout(1500)
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
