from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.embed import Embedding, EncodeOptions, ModelSpec, embed_images, embed_texts
from core.folds import random_plan
from core.jobs import list_jobs
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog
from pages import _shell as shell
from pages._shell.choosing import _Pick
from tests.pages.conftest import Open, sound, texts

TINY = {
    "embed_dim": 16,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "head_width": 64, "patch_size": 16},
    "text_cfg": {"context_length": 24, "vocab_size": 49408, "width": 64, "heads": 1, "layers": 1},
}
OPTIONS = EncodeOptions(device="cpu", workers=1)

Show = Callable[[], AppTest]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    """A model of a few thousand random weights that this process knows."""
    config = tmp_path_factory.mktemp("model") / "page-two-towers.json"
    config.write_text(json.dumps(TINY))
    open_clip.add_model_config(config)
    return ModelSpec(config.stem)


@pytest.fixture
def photos(studio: Path, catalog: Catalog) -> Path:
    """Photos of the first 20 train and the first 10 test products, one of them cut short."""
    folder = studio / "photos"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for sample_id in [*catalog.items.train.index[:20], *catalog.items.test.index[:10]]:
        pixels = rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{sample_id}.jpg")
    broken = folder / f"{catalog.items.train.index[0]}.jpg"
    broken.write_bytes(broken.read_bytes()[:-300])
    return folder


@pytest.fixture
def show(open_page: Open, photos: Path, tiny: ModelSpec) -> Show:
    """The page with the photo folder and the small model typed in."""

    def opened() -> AppTest:
        app = open_page("embeddings")
        photo_folder(app).set_value(str(photos))
        app.selectbox(key="embed.model").select_index(len(app.selectbox(key="embed.model").options) - 1)
        sound(app.run())
        return sound(app.text_input(key="embed.tag").set_value(tiny.tag).run())

    return opened


def photo_folder(app: AppTest) -> Any:
    return next(item for item in app.text_input if item.label == "Photo folder")


def open_tab(app: AppTest, name: str) -> AppTest:
    app.session_state["embed.tabs"] = name
    return sound(app.run())


def test_without_photos_it_says_what_to_do_next(open_page: Open, catalog: Catalog) -> None:
    app = open_page("embeddings")
    assert "Which photos do we have" in texts(app)
    assert "No photo folder yet" in texts(app)
    assert "Train photos at hand: 0.0 %" in texts(app)
    assert "Titles: up to 140 to encode" in texts(app).replace("*", "")
    assert "Photos: " not in texts(app).replace("*", "")


def test_photos_are_counted_by_split(show: Show) -> None:
    said = texts(show())
    assert "Train photos at hand: 20.0 %" in said
    assert "Test photos at hand: 25.0 %" in said
    assert "20 of 100 products" in said
    assert "No vectors of this model yet" in said


def test_a_folder_that_is_not_there_is_told_in_words(open_page: Open, catalog: Catalog) -> None:
    app = open_page("embeddings")
    photo_folder(app).set_value("/nowhere/at/all").run()
    assert not app.exception
    assert "cannot be opened" in texts(app)


def test_the_button_starts_a_job_with_what_is_chosen(show: Show, photos: Path, tiny: ModelSpec) -> None:
    app = show()
    app.number_input(key="embed.batch").set_value(8)
    app.pills(key="embed.towers").set_value(["image"]).run()
    sound(app.button(key="embed.start").click().run())
    (job,) = list_jobs()
    assert job.kind == "embed"
    wanted = {"images": str(photos), "tag": tiny.tag, "pretrained": None, "towers": ["image"], "batch_size": 8}
    assert {name: job.params[name] for name in wanted} == wanted


def test_a_timed_sample_gives_an_estimate(show: Show) -> None:
    app = show()
    assert "the time is not known yet" in texts(app)
    sound(app.button(key="embed.sample").click().run())
    said = texts(app).replace("*", "")
    assert "Photos: nothing to encode" in said
    assert re.search(r"Titles: up to \d+ to encode, about .* a second on ", said)


@pytest.fixture
def known(photos: Path, catalog: Catalog, store: ArtifactStore, tiny: ModelSpec) -> Embedding:
    """Vectors of the photos; those of the titles are in the cache too."""
    embed_texts(catalog, tiny, store=store, options=OPTIONS)
    return embed_images(catalog, photos, tiny, store=store, options=OPTIONS)


def around_everything(found: Embedding) -> shell.Selection:
    corners = tuple((x * 1e6, y * 1e6) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)))
    return shell.Selection(((1.0,),), None, (corners,))


def test_the_map_is_coloured_by_what_is_chosen(show: Show, known: Embedding, catalog: Catalog) -> None:
    app = open_tab(show(), "Map")
    assert "All 29 products with a vector" in texts(app)
    assert "error" not in app.segmented_control(key="embed.colour").options
    for colour in ("split", "brand", "category"):
        app.segmented_control(key="embed.colour").set_value(colour)
        sound(app.run())


def test_the_map_shows_the_errors_of_a_run(
    show: Show, known: Embedding, catalog: Catalog, store: ArtifactStore
) -> None:
    spec = TrainSpec("lightgbm", ("five_simple",), max_rounds=2, patience=2)
    run = train(catalog, random_plan(catalog), spec, store=store)
    app = open_tab(show(), "Map")
    app.segmented_control(key="embed.colour").set_value("error")
    sound(app.run())
    assert run.run_id in app.selectbox(key="embed.colour_run").options[0]


def test_a_lasso_opens_a_gallery_in_pages(show: Show, known: Embedding, catalog: Catalog) -> None:
    app = show()
    app.session_state[f"shell.picked.embed.map.{known.key[:12]}"] = _Pick(around_everything(known), "", marked=True)
    said = texts(open_tab(app, "Map"))
    assert "Products: 29" in said
    assert "19 train, 10 test" in said
    assert sum(name in said for name in [*catalog.items.train.index, *catalog.items.test.index]) == 12


def test_a_search_finds_by_product_words_and_photo(
    show: Show, known: Embedding, photos: Path, catalog: Catalog
) -> None:
    app = open_tab(show(), "Search")
    first, second = catalog.items.train.index[1:3]
    assert first in texts(app)
    app.text_input(key="embed.product").set_value(second)
    sound(app.run())
    assert second in texts(app)
    assert texts(app).count("cosine") == 8
    assert "Median price of the 8 with a price" in texts(app)
    app.segmented_control(key="embed.search_by").set_value("words")
    app.run()
    app.text_input(key="embed.words").set_value("olive oil")
    sound(app.run())
    assert texts(app).count("cosine") == 8
    app.segmented_control(key="embed.search_by").set_value("photo")
    app.run()
    app.file_uploader(key="embed.upload").set_value(("own.jpg", (photos / f"{first}.jpg").read_bytes(), "image/jpeg"))
    sound(app.run())
    assert f"{first} · cosine 1.000" in texts(app)


def test_a_file_that_is_no_photo_is_refused_in_words(show: Show, known: Embedding) -> None:
    app = open_tab(show(), "Search")
    app.segmented_control(key="embed.search_by").set_value("photo")
    app.run()
    app.file_uploader(key="embed.upload").set_value(("own.jpg", b"no photo at all", "image/jpeg"))
    app.run()
    assert not app.exception
    assert "cannot be read as a photo" in texts(app)


def test_twins_are_counted_and_shown_with_prices(
    show: Show, photos: Path, catalog: Catalog, store: ArtifactStore, tiny: ModelSpec
) -> None:
    train, test = catalog.items.train.index[1], catalog.items.test.index[0]
    (photos / f"{test}.jpg").write_bytes((photos / f"{train}.jpg").read_bytes())
    embed_images(catalog, photos, tiny, store=store, options=OPTIONS)
    app = show()
    app.session_state["embed.twins_from"] = 100
    app = open_tab(app, "Twins")
    said = texts(app)
    assert "1 test product with a twin, 1 of them with the very same photo" in said
    assert f"{train} · cosine 1.000" in said


def test_twins_wait_until_everything_is_encoded(
    show: Show, photos: Path, catalog: Catalog, store: ArtifactStore, tiny: ModelSpec
) -> None:
    embed_images(catalog, photos, tiny, store=store, options=OPTIONS, limit=20)
    assert "10 products not encoded yet" in texts(open_tab(show(), "Twins"))


def test_the_models_stand_side_by_side(show: Show, tiny: ModelSpec) -> None:
    app = open_tab(show(), "Models")
    (table,) = [item.value for item in app.dataframe if "licence" in item.value]
    assert table["licence"].iloc[0] == "not known here"
    assert set(table["licence"].iloc[1:]) == {"MIT ✓", "Apache-2.0 ✓"}


def test_the_statuses_say_which_photo_failed(
    show: Show, photos: Path, catalog: Catalog, store: ArtifactStore, tiny: ModelSpec
) -> None:
    embed_images(catalog, photos, tiny, store=store, options=OPTIONS)
    app = open_tab(show(), "Statuses")
    (table,) = [item.value for item in app.dataframe if "detail" in item.value]
    assert table[["sample_id", "status"]].to_numpy().tolist() == [[catalog.items.train.index[0], "unreadable"]]
