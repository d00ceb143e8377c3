from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from core.catalog.files import read_file
from core.errors import InputError
from tests.catalog.files_for_tests import ONE_TRAIN, put

TABLE = "Give a CSV (UTF-8), CSV.gz or Parquet file."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", f"a.csv is empty. {TABLE}"),
        ("a.csv", b" \r\n \n", f"a.csv is empty. {TABLE}"),
        ("a.csv", b"\xef\xbb\xbf", f"a.csv is empty. {TABLE}"),
        ("a.csv.gz", gzip.compress(b""), f"a.csv.gz is empty. {TABLE}"),
        ("a.csv", b"\x89PNG\r\n\x1a\n\0\0", f"a.csv is not a table: it holds a PNG picture. {TABLE}"),
        ("a.csv", b"PK\x03\x04rest", f"a.csv is not a table: it holds a zip archive or an Excel workbook. {TABLE}"),
        ("a.csv", "sample_id\n1\n".encode("utf-16"), f"a.csv is not a table: it holds UTF-16 text. {TABLE}"),
        ("a.csv", b"sample_id\n\0\1\2", f"a.csv is not a table: it holds binary data. {TABLE}"),
        ("a.parquet", b"sample_id\n1\n", f"a.parquet is not a Parquet file, whatever its name says. {TABLE}"),
        (
            "a.csv.gz",
            gzip.compress(ONE_TRAIN.encode())[:-9],
            "a.csv.gz is a damaged or cut-off gzip file. Fetch or pack it again.",
        ),
    ],
)
def test_what_is_no_table(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_file(put(tmp_path, name, content))
    assert str(caught.value) == message


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file .*nothing.csv\. Check the path\."):
        read_file(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match=r"is a folder, not a file\. Name the file in it\."):
        read_file(tmp_path)
    with pytest.raises(InputError, match="cannot be read"):
        read_file(tmp_path / "a\0b")


def test_content_decides_over_the_name(tmp_path: Path) -> None:
    packed = read_file(put(tmp_path, "a.csv", gzip.compress(ONE_TRAIN.encode())))
    plain = read_file(put(tmp_path, "b.csv.gz", ONE_TRAIN))
    assert packed.kind == plain.kind == "csv"
    assert packed.data == plain.data == ONE_TRAIN.encode()
    assert packed.digest != plain.digest
