"""From a slider to the new score at full size: the core's call, and what a user waits for in a real browser.

    python benchmarks/bench_slider.py --rows DIR [--members 12] [--cache DIR]

``DIR`` holds ``train.csv`` and ``test.csv``, e.g. 75,000 + 75,000 generated rows. Twelve members with errors that
correlate are kept as if somebody had brought them; the studio is started on the rows and Ensemble opened in Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

os.environ.setdefault("SHELFPRICE_THREADS", "1")

import numpy as np
import pandas as pd
from _common import machine
from playwright.sync_api import Page, sync_playwright

from core.blend import Draft, Member, Panel, Reading, Tables, keep_members, list_members, open_member
from core.catalog import CatalogSource, load_catalog
from core.folds import random_plan
from core.pipeline.run import N_FOLDS
from core.store import ArtifactStore
from core.types import Catalog
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.server import start_studio, stop_studio

PRESSES = 25
WAIT_MS = 600_000
TIMED = """() => {
  const metric = () => document.querySelector('[data-testid=stMetricValue]').innerText;
  window.timed = {times: []};
  document.addEventListener('keydown', event => {
    const before = metric(), began = performance.now();
    const look = () => metric() === before && performance.now() - began < 20000
      ? requestAnimationFrame(look) : window.timed.times.push(performance.now() - began);
    requestAnimationFrame(look);
  }, true);
}"""


def members_of(catalog: Catalog, count: int, store: ArtifactStore) -> None:
    """Keep ``count`` members of three families, unless they are there."""
    if list_members(catalog.key, store=store):
        return
    rng = np.random.default_rng(0)
    ids = [catalog.items.train.index, catalog.items.test.index]
    log_price = np.log(catalog.price.to_numpy())
    truths = [log_price, rng.normal(log_price.mean(), log_price.std(), size=catalog.n_test)]
    shared = [rng.normal(scale=0.5, size=(len(index), 3)) for index in ids]
    reading = Reading("log", {"price": 190.0, "log": 50.0, "log1p": 52.0}, 99.0)
    drafts = []
    for place in range(count):
        sides = [
            pd.Series(truth + own[:, place % 3] + rng.normal(scale=0.2 + 0.02 * place, size=len(index)), index=index)
            for truth, own, index in zip(truths, shared, ids, strict=True)
        ]
        drafts.append(Draft(f"model {place + 1}", reading, "", Member(f"model {place + 1}", *sides)))
    keep_members(drafts, Tables("generated", pd.DataFrame(), None, None), catalog, store=store)


def core_call(catalog: Catalog, store: ArtifactStore) -> None:
    """Time the panel's blend by hand."""
    found = [open_member(record, catalog, store=store) for record in list_members(catalog.key, store=store)]
    members = [one.member for one in found if one is not None]
    panel = Panel.of(members, catalog.price, random_plan(catalog, n_folds=N_FOLDS))
    for space in ("log", "price"):
        times = []
        for turn in range(PRESSES):
            weights = {name: 1.0 + 0.01 * turn * place for place, name in enumerate(panel.names)}
            began = time.perf_counter()
            panel.by_hand(weights, space=space)
            times.append(1000.0 * (time.perf_counter() - began))
        print(f"core, {space} space: {np.median(times):.1f} ms in the median, {max(times):.1f} at most")


def presses(page: Page) -> list[float]:
    """Milliseconds from a key to the new score, each press alone."""
    page.evaluate(TIMED)
    slider = page.get_by_test_id("stMain").get_by_role("slider").first
    slider.focus()
    for turn in range(PRESSES):
        # From one end to the other: the score must change in its second digit.
        page.keyboard.press("End" if turn % 2 == 0 else "Home")
        page.wait_for_function(f"() => window.timed.times.length > {turn}")
        page.wait_for_timeout(400)
    return list(page.evaluate("() => window.timed.times"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True, help="folder with train.csv and test.csv")
    parser.add_argument("--members", type=int, default=12)
    parser.add_argument("--cache", type=Path, help="folder that keeps the members and what was assessed of them")
    options = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory() as temporary:
        work = options.cache or Path(temporary)
        os.environ["SHELFPRICE_CACHE"] = str(work / "cache")
        shutil.rmtree(work / "data", ignore_errors=True)
        studio = start_studio(work)
        for name in ("train.csv", "test.csv"):
            (studio.data / name).symlink_to((options.rows / name).resolve())
        try:
            source = CatalogSource(str(studio.data / "train.csv"), str(studio.data / "test.csv"), name="data")
            catalog, store = load_catalog(source), ArtifactStore(studio.cache)
            members_of(catalog, options.members, store)
            core_call(catalog, store)
            with sync_playwright() as playwright:
                path = next(filter(None, map(shutil.which, CHROMIUM)), None)
                browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
                page = browser.new_page(viewport={"width": 1400, "height": 1000})
                page.set_default_timeout(WAIT_MS)
                began = time.perf_counter()
                page.goto(studio.url("ensemble"))
                page.get_by_role("tab", name="Weights").wait_for()
                page.get_by_test_id("stMain").get_by_role("slider").last.wait_for()
                print(f"page opened with nothing known: {time.perf_counter() - began:.1f} s")
                page.wait_for_timeout(3000)
                times = presses(page)
                print(
                    f"key to new score in the browser: {np.median(times):.0f} ms in the median,"
                    f" {np.quantile(times, 0.9):.0f} at 90 %, {max(times):.0f} at most, {len(times)} presses"
                )
                browser.close()
        finally:
            stop_studio(studio)


if __name__ == "__main__":
    main()
