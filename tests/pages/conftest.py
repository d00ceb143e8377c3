"""A studio of the test's own: cache and data folders under ``tmp_path``, no browser, no server."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

import pages._export.clearance
from core.catalog import CatalogSource, load_catalog
from core.config import PROJECT_ROOT
from core.jobs import cancel_job, list_jobs
from core.sentinel import CHECKS, Verdict
from core.store import ArtifactStore
from core.types import Catalog

TRAIN_ROWS, TEST_ROWS = 100, 40
BRANDS = ("Amberfold", "Quillmoor", "Tessarine", "Brindlewick", "Ottervale")
GOODS = ("Rolled Oats", "Black Tea", "Olive Oil", "Sea Salt", "Trail Mix")

Open = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def _app_has_run_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest forgets after each run that pages come from ``st.navigation``; a server knows it after the first."""
    original = PagesManager.__init__

    def with_memory(self: PagesManager, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", with_memory)


@pytest.fixture(autouse=True)
def cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    """The leak sentinel passes: these hundred rows cost what their size says, which it rightly finds suspicious."""
    passes = (Verdict.from_json({"check": check, "verdict": "pass", "evidence": "Nothing found."}) for check in CHECKS)
    verdicts = list(passes)
    monkeypatch.setattr(pages._export.clearance, "run_sentinel", lambda *_given, **_more: verdicts)


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Folder that holds ``cache/`` and ``data/``; whatever job a test started is stopped at its end."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("SHELFPRICE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SHELFPRICE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    yield tmp_path
    for job in list_jobs():
        if job.active:
            cancel_job(job.job_id)


@pytest.fixture
def data(studio: Path) -> Path:
    """The studio's data folder with a small train and test file of invented products."""
    write_files(studio / "data")
    return studio / "data"


@pytest.fixture
def catalog(data: Path) -> Catalog:
    """What the studio reads from ``data``."""
    return load_catalog(CatalogSource(str(data / "train.csv"), str(data / "test.csv"), name="data"))


@pytest.fixture
def store(studio: Path) -> ArtifactStore:
    """The studio's artifact cache."""
    return ArtifactStore(studio / "cache")


@pytest.fixture
def open_page(studio: Path) -> Open:
    """``open_page("train")``: the studio, run once on that page; the overview without a name."""

    def opened(name: str = "overview") -> AppTest:
        app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
        if name != "overview":
            app.run()
            app.switch_page(f"pages/{name}.py")
        return sound(app.run())

    return opened


def sound(app: AppTest) -> AppTest:
    """The same app, unless it raised or shows an error."""
    assert [item.value for item in app.exception] == []
    assert [item.value for item in app.error] == []
    return app


def texts(app: AppTest) -> str:
    """Everything that the page says in words."""
    kinds = (app.header, app.subheader, app.caption, app.markdown, app.info, app.warning, app.error, app.success)
    said = [item.value for kind in kinds for item in kind]
    return "\n".join([*said, *(f"{item.label}: {item.value}" for item in app.metric)]).replace("\\", "")


def write_files(folder: Path) -> None:
    """``train.csv`` and ``test.csv`` whose prices follow brand, product and pack."""
    draw = random.Random(0)
    for name, rows, first in (("train", TRAIN_ROWS, 1000), ("test", TEST_ROWS, 5000)):
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["sample_id", "catalog_content", "image_link", *(["price"] if name == "train" else [])])
            for row in range(rows):
                writer.writerow(_product(draw, first + row, with_price=name == "train"))


def _product(draw: random.Random, sample_id: int, *, with_price: bool) -> list[str]:
    brand, good, pack, ounces = draw.choice(BRANDS), draw.choice(GOODS), draw.choice([1, 2, 6]), draw.choice([4, 8, 16])
    text = (
        f"Item Name: {brand} {good}, {ounces} Ounce (Pack of {pack})\nBullet Point 1: lot {sample_id}\n"
        f"Value: {float(ounces * pack)}\nUnit: Ounce\n"
    )
    price = (2 + BRANDS.index(brand) + GOODS.index(good)) * pack**0.8 * (ounces / 4) ** 0.6 * draw.uniform(0.9, 1.1)
    link = f"https://photos.example/{sample_id}.jpg"
    return [str(sample_id), text, link, *([f"{price:.2f}"] if with_price else [])]
