from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import CatalogSource, find_data, save_upload
from core.errors import InputError
from tests.catalog.files_for_tests import ONE_TEST, ONE_TRAIN, put


def test_json_round_trip() -> None:
    source = CatalogSource("a.csv", "b.csv", ("s.csv",), "photos", "mine", True)
    assert CatalogSource.from_json(source.to_json()) == source
    assert source.to_json()["sides"] == ["s.csv"]


@pytest.mark.parametrize(
    "change",
    [{"train": 3}, {"train": ""}, {"sides": "s.csv"}, {"sides": [1]}, {"images": 5}, {"drop_bad_prices": 1}, {"x": 1}],
)
def test_json_that_is_no_source(change: dict[str, object]) -> None:
    value = {**CatalogSource("a.csv", "b.csv").to_json(), **change}
    with pytest.raises(InputError):
        CatalogSource.from_json(value)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        CatalogSource.from_json({"train": "a.csv"})


def test_find_data(tmp_path: Path) -> None:
    assert find_data(tmp_path) is None
    assert find_data(tmp_path / "nowhere") is None
    put(tmp_path, "train.parquet", ONE_TRAIN)
    with pytest.raises(InputError, match=r"holds train.parquet and no test file"):
        find_data(tmp_path)
    put(tmp_path, "test.csv.gz", ONE_TEST)
    put(tmp_path, "attributes_train.csv", "sample_id,n\n1,2\n")
    found = find_data(tmp_path)
    assert found == CatalogSource(str(tmp_path / "train.parquet"), str(tmp_path / "test.csv.gz"), name=tmp_path.name)
    (tmp_path / "images").mkdir()
    put(tmp_path, "train.csv", ONE_TRAIN)
    found = find_data(tmp_path)
    assert found is not None
    assert (found.train, found.images) == (str(tmp_path / "train.csv"), str(tmp_path / "images"))


def test_an_upload_is_kept_once_by_its_content(tmp_path: Path) -> None:
    first = save_upload(b"abc", "train.csv", tmp_path)
    assert first.read_bytes() == b"abc"
    assert first.name == "train.csv"
    assert save_upload(b"abc", "train.csv", tmp_path) == first
    assert save_upload(b"abd", "train.csv", tmp_path) != first
    first.write_bytes(b"")
    assert save_upload(b"abc", "train.csv", tmp_path).read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\my train.csv", "my_train.csv"),
        ("..", "upload.csv"),
        ("", "upload.csv"),
        (".hidden.csv", "hidden.csv"),
        ("attributes_test.csv.gz", "attributes_test.csv.gz"),
        ("a\n\0b.csv", "a_b.csv"),
        ("x" * 500 + ".csv", "x" * 80 + ".csv"),
    ],
)
def test_no_upload_name_leaves_its_folder(tmp_path: Path, name: str, kept: str) -> None:
    path = save_upload(b"abc", name, tmp_path)
    assert path.name == kept
    assert path.parent.parent == tmp_path / "uploads"
