from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalog import (
    CatalogSource,
    DemoFiles,
    DemoSpec,
    demo_source,
    load_catalog,
    load_truth,
    read_catalog,
    write_demo,
)
from core.catalog.demo import demo_table
from core.catalog.demo.photos import photo_jpeg
from core.errors import InputError

SPEC = DemoSpec(rows=200, unseen=0.3, seed=3, photos=12)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), SPEC)


def test_the_files_read_back_without_alarm(files: DemoFiles) -> None:
    catalog = read_catalog(files.train, files.test)
    assert (catalog.n_train, catalog.n_test) == (200, 200)
    assert [notice.code for notice in catalog.notices] == ["shared_photo"]
    assert not set(catalog.items.train.index) & set(catalog.items.test.index)


def test_prices_of_test_stand_apart(files: DemoFiles) -> None:
    assert files.test.read_text().splitlines()[0] == "sample_id,catalog_content,image_link"
    truth = load_truth(CatalogSource(str(files.train), str(files.test)))
    assert truth is not None
    catalog = read_catalog(files.train, files.test)
    assert truth.index.tolist() == catalog.items.test.index.tolist()
    assert (truth > 0).all()
    frame, _, _ = demo_table(SPEC)
    np.testing.assert_array_equal(truth, frame["price"][200:])


def test_no_truth_beside_a_users_file(tmp_path: Path) -> None:
    assert load_truth(CatalogSource("train.csv", str(tmp_path / "test.csv"))) is None


def test_the_unseen_share_is_exact_after_shuffling() -> None:
    _, rows, products = demo_table(SPEC)
    train, test = {one.brand for one in products[:200]}, [one.brand for one in products[200:]]
    assert sum(brand not in train for brand in test) == 60
    assert rows["brand"].nunique() == len({one.brand for one in products})
    unseen_places = [place for place, brand in enumerate(test) if brand not in train]
    assert unseen_places != list(range(140, 200))


def test_the_same_settings_give_the_same_bytes(files: DemoFiles, tmp_path: Path) -> None:
    again = write_demo(tmp_path / "again", SPEC)
    for mine, theirs in ((files.train, again.train), (files.test, again.test), (files.truth, again.truth)):
        assert mine.read_bytes() == theirs.read_bytes()
    photos = sorted(path.name for path in files.images.iterdir())
    assert photos == sorted(path.name for path in again.images.iterdir())
    assert all((files.images / name).read_bytes() == (again.images / name).read_bytes() for name in photos)
    other = write_demo(tmp_path / "other", DemoSpec(rows=200, unseen=0.3, seed=4, photos=0))
    assert other.train.read_bytes() != files.train.read_bytes()


def test_photos_are_those_that_rows_link_to(files: DemoFiles) -> None:
    catalog = read_catalog(files.train, files.test)
    links = set(catalog.items.stacked()["image_link"])
    photos = list(files.images.iterdir())
    assert len(photos) == 12
    for path in photos:
        assert f"https://demo.invalid/I/{path.name}" in links
        with Image.open(path) as image:
            assert (image.format, image.size) == ("JPEG", (224, 224))
            assert all(channel > 240 for channel in image.convert("RGB").getpixel((1, 1)))


def test_colours_follow_the_brand() -> None:
    _, rows, products = demo_table(SPEC)

    def colour(brand: int) -> tuple[int, ...]:
        data = photo_jpeg(products[0], int(rows["shelf"][0]), brand, seed=3)
        with Image.open(io.BytesIO(data)) as image:
            return tuple(image.convert("RGB").getpixel((112, 150)))

    assert colour(1) == colour(1)
    assert len({colour(brand) for brand in range(6)}) > 3


def test_progress_rises_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    write_demo(tmp_path, DemoSpec(rows=20, photos=0), report=lambda fraction, _: told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_out_must_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InputError, match="is a file, not a folder"):
        write_demo(tmp_path / "out", SPEC)


def test_the_built_in_demo_is_written_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = DemoSpec(rows=30, photos=2)
    monkeypatch.setattr("core.catalog.demo.write.BUILT_IN", small)
    source = demo_source(tmp_path)
    stamp = Path(source.train).stat().st_mtime_ns
    assert demo_source(tmp_path) == source
    assert Path(source.train).stat().st_mtime_ns == stamp
    assert load_catalog(source).name == "demo"
    assert source.images is not None
    assert len(list(Path(source.images).iterdir())) == 2
    assert len(list((tmp_path / "demo").iterdir())) == 1
    assert load_truth(source) is not None
