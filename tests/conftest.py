"""What every test shares: a cache folder of its own, a store, a small demo catalogue, the challenge's rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalog import DemoSpec, read_catalog, write_demo
from core.config import PROJECT_ROOT
from core.store import ArtifactStore
from core.types import Catalog


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configured cache folder, fresh for each test, so that none reads what another wrote."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SHELFPRICE_CACHE", str(folder))
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ArtifactStore]:
    """An artifact store in the test's own folder."""
    opened = ArtifactStore(tmp_path / "store")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def tiny_catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """300 + 300 demo rows without photos; three in ten test rows have a brand that train never shows."""
    files = write_demo(tmp_path_factory.mktemp("tiny"), DemoSpec(rows=300, unseen=0.3, seed=7, photos=0))
    return read_catalog(files.train, files.test, name="tiny")


@pytest.fixture(scope="session")
def challenge_dir() -> Path:
    """The folder with the challenge's real rows (``SHELFPRICE_CHALLENGE``, or beside the project)."""
    default = PROJECT_ROOT.parent / "shared" / "challenge"
    folder = Path(os.environ.get("SHELFPRICE_CHALLENGE") or default)
    if not (folder / "train.csv").is_file():
        pytest.skip(f"the challenge's real rows are not in {folder}; SHELFPRICE_CHALLENGE names their folder")
    return folder
