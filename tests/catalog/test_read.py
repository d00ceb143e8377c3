from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, load_catalog, read_catalog
from core.errors import InputError
from tests.catalog.files_for_tests import ONE_TEST, ONE_TRAIN, TEST, TRAIN, codes, put, read

ROWS = TRAIN + '007,"Item Name: Jam, red\nValue: 1.0\n",,4.890000000000001\n21,"say ""cheese""",link,13\n'


def test_reads_text_ids_and_prices_exactly(tmp_path: Path) -> None:
    catalog = read(tmp_path, ROWS)
    assert catalog.items.train.index.tolist() == ["007", "21"]
    assert catalog.items.train["catalog_content"].tolist() == ["Item Name: Jam, red\nValue: 1.0\n", 'say "cheese"']
    assert catalog.items.train["image_link"].tolist() == ["", "link"]
    assert catalog.price.to_dict() == {"007": 4.890000000000001, "21": 13.0}
    assert catalog.price.dtype == np.float64
    assert catalog.items.test.index.tolist() == ["9"]
    assert (catalog.n_train, catalog.n_test, catalog.name) == (2, 1, tmp_path.name)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + ROWS.encode(), id="bom"),
        pytest.param(ROWS.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(gzip.compress(ROWS.encode()), id="gzip"),
        pytest.param(("\n\n" + ROWS.replace("\n21", "\n\n\n21")).encode(), id="blank lines"),
        pytest.param(ROWS.rstrip("\n").encode(), id="no last line end"),
    ],
)
def test_the_dress_of_a_file_changes_nothing(tmp_path: Path, content: bytes) -> None:
    expected, found = read(tmp_path, ROWS), read(tmp_path, content)
    pd.testing.assert_frame_equal(found.items.train, expected.items.train)
    pd.testing.assert_series_equal(found.price, expected.price)


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    catalog = read(tmp_path, "price,image_link,sample_id,catalog_content\n3,l,1,t\n")
    assert catalog.items.train.to_dict("index") == {"1": {"catalog_content": "t", "image_link": "l"}}
    assert catalog.price.tolist() == [3.0]


@pytest.mark.parametrize("id_type", ["int64", "float64", "str"])
def test_parquet_and_csv_give_the_same_catalogue(tmp_path: Path, id_type: str) -> None:
    rows = TRAIN + '7,"two\r\nlines",,4.890000000000001\n21,plain,link,13\n'
    expected = read(tmp_path, rows)
    frame = pd.DataFrame(
        {
            "sample_id": pd.Series(["7", "21"]).astype(id_type),
            "catalog_content": ["two\r\nlines", "plain"],
            "image_link": [None, "link"],
            "price": [4.890000000000001, 13.0],
        }
    )
    frame.to_parquet(tmp_path / "train.parquet")
    frame.drop(columns="price").to_parquet(tmp_path / "test.parquet")
    found = read_catalog(tmp_path / "train.parquet", tmp_path / "test.parquet")
    pd.testing.assert_frame_equal(found.items.train, expected.items.train)
    pd.testing.assert_frame_equal(found.items.test, expected.items.train)
    pd.testing.assert_series_equal(found.price, expected.price)


def test_load_catalog_reads_what_the_source_names(tmp_path: Path) -> None:
    train = put(tmp_path, "train.csv", ONE_TRAIN + "2,b,l,free\n")
    test = put(tmp_path, "test.csv", ONE_TEST)
    side = put(tmp_path, "extra.csv", "sample_id,weight\n1,5\n")
    source = CatalogSource(str(train), str(test), (str(side),), name="mine", drop_bad_prices=True)
    catalog = load_catalog(source)
    assert catalog.name == "mine"
    assert catalog.price.to_dict() == {"1": 2.5}
    assert [one.name for one in catalog.sides] == ["extra"]


def test_the_key_follows_content_and_options_but_not_place_name_or_side_tables(tmp_path: Path) -> None:
    side = put(tmp_path, "extra.csv", "sample_id,weight\n1,5\n")
    other = tmp_path / "elsewhere"
    other.mkdir()
    base = read(tmp_path)
    assert read(other).key == base.key
    changed = [
        read(tmp_path, ONE_TRAIN.replace("2.5", "2.6")),
        read(tmp_path, test=ONE_TEST.replace("a box", "a bag")),
        read(tmp_path, drop=True),
    ]
    assert len({base.key, *(one.key for one in changed)}) == 4
    brought = read(tmp_path, sides=[side])
    assert brought.key == base.key == base.read_key
    assert brought.read_key == f"{base.key}-{brought.sides[0].key}"


def test_notices_come_worst_first(tmp_path: Path) -> None:
    train = TRAIN.strip() + ",more\n1,,l,2,x\n2,b,l,zero,x\n"
    assert codes(read(tmp_path, train, drop=True)) == ["bad_price_dropped", "blank_text", "extra_columns"]


def test_latin_1_is_read_with_a_notice_of_its_line(tmp_path: Path) -> None:
    train = TRAIN.encode() + '1,plain,l,2\n2,"two\nlines: crème brûlée",k,3\n'.encode("latin-1")
    catalog = read(tmp_path, train)
    assert catalog.items.train.loc["2", "catalog_content"] == "two\nlines: crème brûlée"
    (notice,) = catalog.notices
    assert (notice.code, notice.count) == ("not_utf8", 3)
    assert notice.message.startswith("train.csv, line 4: not UTF-8 from here on (3 odd bytes)")


def test_one_slip_does_not_spoil_the_utf8_around_it(tmp_path: Path) -> None:
    train = TRAIN.encode() + "1,crème,l,2\n".encode() + b"2,a\x93quote\x94 \x81,k,3\n"
    assert read(tmp_path, train).items.train["catalog_content"].tolist() == ["crème", "a“quote” \x81"]


def test_a_text_longer_than_any_buffer(tmp_path: Path) -> None:
    text = "x" * 3_000_000
    assert read(tmp_path, TRAIN + f'1,"{text}",l,2\n').items.train.loc["1", "catalog_content"] == text


@pytest.mark.real_rows
def test_the_real_rows_read_without_alarm(challenge_dir: Path) -> None:
    sides = [challenge_dir / "attributes_train.csv", challenge_dir / "attributes_test.csv"]
    catalog = read_catalog(challenge_dir / "train.csv", challenge_dir / "test.csv", sides=sides)
    assert (catalog.n_train, catalog.n_test) == (6480, 4481)
    assert set(codes(catalog)) <= {"shared_photo", "side_partial"}
    (side,) = catalog.sides
    assert side.name == "attributes"
    assert int((~side.frame.test.notna().any(axis=1)).sum()) == 91
    assert str(side.frame.train["brand_name"].dtype) == "category"
    assert side.frame.train["declared_quantity"].dtype == np.float64


def test_a_dropped_price_keeps_items_and_prices_together(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN + "1,a,l,2\n2,b,m,\n3,c,n,4\n", drop=True)
    assert catalog.items.train.index.tolist() == catalog.price.index.tolist() == ["1", "3"]
    assert catalog.items.train["catalog_content"].tolist() == ["a", "c"]
    with pytest.raises(InputError, match=r"train.csv, line 3: 1 row without a usable price: line 3 is missing"):
        read(tmp_path, TRAIN + "1,a,l,2\n2,b,m,\n3,c,n,4\n")


def test_blank_links_are_told(tmp_path: Path) -> None:
    catalog = read(tmp_path, test=TEST + "9,x,\n10,y,\n")
    assert catalog.items.test["image_link"].tolist() == ["", ""]
    (notice,) = catalog.notices
    assert (notice.code, notice.count, notice.sample_ids) == ("no_image_link", 2, ("9", "10"))
