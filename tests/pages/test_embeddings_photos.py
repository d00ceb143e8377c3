"""The panel that fetches the photos behind the links."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import CatalogSource
from core.config import settings
from core.images import own_folder
from core.images.journal import Journal, Record
from core.jobs import list_jobs
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


@pytest.fixture
def source(data: Path) -> CatalogSource:
    return CatalogSource(str(data / "train.csv"), str(data / "test.csv"), name="data")


@pytest.fixture
def folder(source: CatalogSource, catalog: Catalog, studio: Path) -> Path:
    """The studio's own folder after a download: three photos, two that are gone, one that timed out."""
    target = own_folder(source, settings().cache_dir)
    journal = Journal(target)
    ids = list(catalog.items.train.index[:6])
    for sample_id, status in zip(ids, ["ok", "ok", "ok", "gone", "gone", "timed_out"], strict=True):
        file = f"{sample_id}.jpg" if status == "ok" else ""
        if file:
            (target / file).write_bytes(b"abc")
        url = f"https://photos.example/{sample_id}.jpg"
        journal.append(Record(url, status, http=200, bytes=3, file=file, detail="said so" if not file else ""))
    journal.close()
    return target


def test_before_a_download_it_offers_all_of_them(open_page: Open, data: Path, source: CatalogSource) -> None:
    app = open_page("embeddings")
    assert any("0 of 140 fetched" in item.label for item in app.expander)
    sound(app.button(key="photos.start").click().run())
    (job,) = list_jobs()
    assert job.kind == "images"
    assert job.params == {
        "source": source.to_json(),
        "folder": str(own_folder(source, settings().cache_dir)),
        "retry": [],
    }


def test_after_it_the_catalogue_has_the_photos_and_the_rest_can_be_fetched(open_page: Open, folder: Path) -> None:
    app = open_page("embeddings")
    assert any("3 of 140 fetched" in item.label for item in app.expander)
    assert "Train photos at hand: 3.0 %" in texts(app)
    assert next(item for item in app.text_input if item.label == "Photo folder").value == str(folder)
    assert app.button(key="photos.start").label == "Fetch the 135 left"
    (counts,) = [item.value for item in app.dataframe if "links" in item.value]
    assert counts[["status", "links"]].to_numpy().tolist() == [
        ["ok", 3],
        ["gone", 2],
        ["timed_out", 1],
        ["pending", 134],
    ]


def test_failed_links_are_shown_by_status_and_tried_again(open_page: Open, folder: Path) -> None:
    app = open_page("embeddings")
    app.pills(key="photos.statuses").set_value(["gone"])
    sound(app.run())
    (rows,) = [item.value for item in app.dataframe if "url" in item.value]
    assert rows["status"].tolist() == ["gone", "gone"]
    assert app.button(key="photos.again").label == "Try these 2 again"
    sound(app.button(key="photos.again").click().run())
    (job,) = list_jobs()
    assert (job.kind, job.params["retry"], job.params["folder"]) == ("images", ["gone"], str(folder))
