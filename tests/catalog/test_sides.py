from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog.sides import side_name
from core.errors import InputError
from core.types import Catalog
from tests.catalog.files_for_tests import TEST, TRAIN, codes, put, read

TRAIN_ROWS = TRAIN + "1,a,k,2\n2,b,l,3\n"
TEST_ROWS = TEST + "8,c,m\n9,d,n\n"


def with_sides(folder: Path, **files: str) -> Catalog:
    paths = [put(folder, f"{name}.csv", content) for name, content in files.items()]
    return read(folder, TRAIN_ROWS, TEST_ROWS, sides=paths)


def test_numbers_categories_and_booleans_with_partial_coverage(tmp_path: Path) -> None:
    table = "form,sample_id,grams,organic\n jar ,1,5,True\nbag,8,,false\njar,9,1e2,\n"
    catalog = with_sides(tmp_path, extra=table)
    (side,) = catalog.sides
    assert side.name == "extra"
    assert side.frame.columns == ["form", "grams", "organic"]
    np.testing.assert_array_equal(side.frame.train["grams"], [5.0, np.nan])
    np.testing.assert_array_equal(side.frame.test["grams"], [np.nan, 100.0])
    np.testing.assert_array_equal(side.frame.test["organic"], [0.0, np.nan])
    assert side.frame.train["form"].tolist()[0] == "jar"
    assert pd.isna(side.frame.train["form"].tolist()[1])
    for frame in (side.frame.train, side.frame.test):
        assert frame["form"].cat.categories.tolist() == ["bag", "jar"]
    assert [(notice.code, notice.count, notice.sample_ids) for notice in catalog.notices] == [
        ("side_partial", 1, ("2",))
    ]


def test_two_files_are_one_table(tmp_path: Path) -> None:
    catalog = with_sides(
        tmp_path,
        attributes_test="sample_id,form,n,only_test\n8,tin,3,1\n9,,4,1\n",
        attributes_train="sample_id,form,n\n1,jar,1\n2,bag,2\n",
    )
    (side,) = catalog.sides
    assert side.name == "attributes"
    assert side.frame.train["n"].tolist() == [1.0, 2.0]
    assert side.frame.test["n"].tolist() == [3.0, 4.0]
    assert side.frame.train["form"].cat.categories.tolist() == ["bag", "jar", "tin"]
    (notice,) = catalog.notices
    assert notice.message == ("side table attributes: 1 column left out: 'only_test' (only in one of the two files).")


def test_the_pair_gives_one_key_in_either_order(tmp_path: Path) -> None:
    train = put(tmp_path, "x_train.csv", "sample_id,n\n1,1\n2,1\n")
    test = put(tmp_path, "x_test.csv", "sample_id,n\n8,1\n9,1\n")
    keys = {read(tmp_path, TRAIN_ROWS, TEST_ROWS, sides=pair).sides[0].key for pair in ([train, test], [test, train])}
    assert len(keys) == 1
    put(tmp_path, "x_test.csv", "sample_id,n\n8,1\n9,2\n")
    assert read(tmp_path, TRAIN_ROWS, TEST_ROWS, sides=[train, test]).sides[0].key not in keys


def test_an_id_that_both_catalogue_files_hold_takes_the_row_of_its_own_file(tmp_path: Path) -> None:
    sides = [
        put(tmp_path, "x_train.csv", "sample_id,n\n1,10\n2,20\n"),
        put(tmp_path, "x_test.csv", "sample_id,n\n1,99\n9,90\n"),
    ]
    (side,) = read(tmp_path, TRAIN_ROWS, TEST + "1,c,m\n9,d,n\n", sides=sides).sides
    assert side.frame.train["n"].tolist() == [10.0, 20.0]
    assert side.frame.test["n"].tolist() == [99.0, 90.0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("attributes_train.csv", ("attributes", "train")),
        ("attributes_test.CSV.gz", ("attributes", "test")),
        ("a.b.parquet", ("a.b", "")),
        ("train.csv", ("train", "")),
    ],
)
def test_side_names(name: str, expected: tuple[str, str]) -> None:
    assert side_name(Path(name)) == expected


def test_ids_written_as_floats_find_their_rows(tmp_path: Path) -> None:
    (side,) = with_sides(tmp_path, extra="sample_id,n\n1.0,5\n2.00,6\n8,7\n9.0,8\n").sides
    assert side.frame.train["n"].tolist() == [5.0, 6.0]
    assert side.frame.test["n"].tolist() == [7.0, 8.0]


def test_a_parquet_side_table(tmp_path: Path) -> None:
    path = tmp_path / "extra.parquet"
    pd.DataFrame(
        {
            "sample_id": [1.0, 2.0, 8.0, 9.0],
            "flag": [True, None, False, True],
            "when": pd.to_datetime(["2020-01-01", None, "1970-01-02", "1970-01-01"]),
            "kind": pd.Categorical(["a", "b", None, "a"]),
            "n": [1, 2, 3, 4],
        }
    ).to_parquet(path)
    (side,) = read(tmp_path, TRAIN_ROWS, TEST_ROWS, sides=[path]).sides
    np.testing.assert_array_equal(side.frame.train["flag"], [1.0, np.nan])
    np.testing.assert_array_equal(side.frame.test["when"], [86400.0, 0.0])
    assert side.frame.train["kind"].tolist() == ["a", "b"]
    assert side.frame.test["n"].dtype == np.float64


def test_a_price_in_a_side_table_is_kept_out(tmp_path: Path) -> None:
    catalog = with_sides(tmp_path, extra="sample_id,n,Price\n1,1,9\n2,1,9\n8,1,9\n9,1,9\n")
    assert catalog.sides[0].frame.columns == ["n"]
    (notice,) = catalog.notices
    assert notice.message == (
        "extra.csv: a side table with a column 'price' may leak the answer; the column is left out."
    )


def test_unknown_ids_are_counted_and_dropped_prices_are_known(tmp_path: Path) -> None:
    side = put(tmp_path, "extra.csv", "sample_id,n\n1,1\n2,1\n3,1\n8,1\n9,1\n77,1\n")
    catalog = read(tmp_path, TRAIN_ROWS + "3,c,z,free\n", TEST_ROWS, sides=[side], drop=True)
    notice = next(one for one in catalog.notices if one.code == "side_unknown_ids")
    assert (notice.count, notice.sample_ids) == (1, ("77",))


def test_free_text_and_empty_columns_are_left_out(tmp_path: Path) -> None:
    ids = [str(n) for n in range(1500)]
    train = TRAIN + "".join(f"{one},t,link{one},2\n" for one in ids)
    table = "sample_id,note,few,many,empty\n"
    table += "".join(f"{one},note number {one},k{n % 3},v{n % 1200},\n" for n, one in enumerate(ids))
    side = put(tmp_path, "extra.csv", table)
    catalog = read(tmp_path, train, TEST + "x,t,l\n", sides=[side])
    assert catalog.sides[0].frame.columns == ["few", "many"]
    notice = next(one for one in catalog.notices if one.code == "side_columns_left_out")
    assert notice.message == "side table extra: 2 columns left out: 'note' (free text), 'empty' (empty)."


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"extra": "sample_id,n\n1,5\n1,6\n"}, "extra.csv, line 3: sample_id '1' stands already on line 2"),
        ({"extra": "sample_id,n\n1,5\n1.0,6\n"}, "extra.csv, line 3: sample_id '1' stands already on line 2"),
        ({"extra": "sampleid,n\n1,5\n"}, "extra.csv: no column 'sample_id'; nearest is 'sampleid'. Rename it."),
        ({"extra": "sample_id,n,n\n1,5,6\n"}, "extra.csv, line 1: 'n' heads two columns."),
        ({"extra": "sample_id\n1\n"}, "extra.csv: no column besides sample_id can be used."),
        ({"extra": "sample_id,price\n1,2\n"}, "extra.csv: no column besides sample_id can be used."),
        ({"x": "sample_id,n\n1,5\n", "x_train": "sample_id,n\n1,5\n"}, "x_train.csv: a side table called 'x'"),
        ({"x_train": "sample_id,n\n1,5\n", "x": "sample_id,n\n1,5\n"}, "x.csv: a side table called 'x'"),
    ],
)
def test_side_tables_that_are_refused(tmp_path: Path, files: dict[str, str], message: str) -> None:
    with pytest.raises(InputError) as caught:
        with_sides(tmp_path, **files)
    assert str(caught.value).startswith(message)


def test_the_same_side_file_twice(tmp_path: Path) -> None:
    side = put(tmp_path, "extra.csv", "sample_id,n\n1,5\n")
    with pytest.raises(InputError, match=r"extra.csv: a side table called 'extra' was given already"):
        read(tmp_path, TRAIN_ROWS, TEST_ROWS, sides=[side, side])


def test_latin_1_in_a_side_table_is_told(tmp_path: Path) -> None:
    side = put(tmp_path, "extra.csv", "sample_id,maker\n1,Crème\n2,b\n8,c\n9,d\n".encode("latin-1"))
    catalog = read(tmp_path, TRAIN_ROWS, TEST_ROWS, sides=[side])
    assert codes(catalog) == ["not_utf8"]
    assert catalog.sides[0].frame.train["maker"].tolist() == ["Crème", "b"]
