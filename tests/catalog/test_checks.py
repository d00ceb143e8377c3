"""Every kind of bad file: one clear line with the file, the line and what to do."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.catalog import read_catalog
from core.errors import InputError
from tests.catalog.files_for_tests import ONE_TEST, ONE_TRAIN, TEST, TRAIN, put, read


def refusal(folder: Path, train: str | bytes = ONE_TRAIN, test: str | bytes = ONE_TEST, *, drop: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, train, test, drop=drop)
    message = str(caught.value)
    assert "\n" not in message
    assert caught.value.remedy
    return message


@pytest.mark.parametrize(
    ("train", "message"),
    [
        pytest.param(
            ONE_TRAIN.replace("catalog_content", "catalog_contnt"),
            "train.csv: no column 'catalog_content'; nearest is 'catalog_contnt'. Rename it.",
            id="misspelt",
        ),
        pytest.param(
            ONE_TRAIN.replace("sample_id", "Sample_ID "),
            "train.csv: no column 'sample_id'; nearest is 'Sample_ID '. Rename it.",
            id="case and blank",
        ),
        pytest.param(
            "sample_id,catalog_content,price\n1,a,2\n",
            "train.csv: no column 'image_link'; it has 'sample_id', 'catalog_content', 'price'. Add it.",
            id="missing",
        ),
        pytest.param(
            TEST + "1,a,l\n",
            "train.csv: no column 'price'; it has 'sample_id', 'catalog_content', 'image_link'. Add it.",
            id="no price anywhere",
        ),
        pytest.param(
            TRAIN.strip() + ",price\n1,a,l,2,3\n",
            "train.csv, line 1: two columns are called 'price'. Keep one of them.",
            id="twice",
        ),
        pytest.param(
            TRAIN.replace(",", ";") + "1;a;l;2\n",
            "train.csv, line 1: the columns are separated by ';', not by commas. Save it with commas.",
            id="semicolons",
        ),
        pytest.param(
            "Dear all,\nthis is a letter about prices, and no table.\n",
            "train.csv is not a table of products: its first line reads 'Dear all,'."
            " It needs the header sample_id, catalog_content, image_link, price.",
            id="prose",
        ),
        pytest.param(
            "once upon a time\nthere was a shop\n",
            "train.csv is not a table of products: its first line reads 'once upon a time'."
            " It needs the header sample_id, catalog_content, image_link, price.",
            id="one column of prose",
        ),
        pytest.param(
            TRAIN + '1,"a\nb",l,2\n2,b,l,3,4\n3,c,l\n',
            "train.csv, line 4: 5 columns where the header has 4 (2 such rows)."
            " Put quotes around text that holds a comma or a line break.",
            id="ragged",
        ),
        pytest.param(
            TRAIN + '1,"a\nb",l,2\n2,"b,l,3\n3,c,l,4\n',
            "train.csv, line 4: a quote opened in the row that starts here is never closed."
            ' Close it, and write a quote inside quoted text as "".',
            id="open quote",
        ),
        pytest.param(TRAIN, "train.csv has a header and no rows. Give a file with products in it.", id="header only"),
    ],
)
def test_columns_and_shape(tmp_path: Path, train: str, message: str) -> None:
    assert refusal(tmp_path, train) == message


def test_an_open_quote_in_the_last_column_does_not_swallow_rows(tmp_path: Path) -> None:
    message = refusal(tmp_path, test=TEST + '9,a,l\n10,b,"m\n11,c,n\n')
    assert message.startswith("test.csv, line 3: a quote opened in the row that starts here is never closed.")


def test_a_lone_inch_mark_is_no_open_quote(tmp_path: Path) -> None:
    catalog = read(tmp_path, TRAIN + '1,a 12" pan,l,2\n')
    assert catalog.items.train.loc["1", "catalog_content"] == 'a 12" pan'


def test_test_file_with_prices(tmp_path: Path) -> None:
    expected = "test.csv, line 1: price column found; a test file has none. Drop it or load the file as train."
    assert refusal(tmp_path, test=TRAIN + "9,a,l,2\n") == expected
    assert refusal(tmp_path, test=TRAIN.replace("price", " Price") + "9,a,l,2\n") == expected


def test_train_and_test_swapped(tmp_path: Path) -> None:
    assert refusal(tmp_path, ONE_TEST, ONE_TRAIN) == (
        "train.csv has no price column while test.csv has one: train and test are swapped."
        " Name them the other way round."
    )


def test_the_same_file_twice(tmp_path: Path) -> None:
    assert refusal(tmp_path, ONE_TRAIN, ONE_TRAIN) == (
        "train.csv and test.csv hold the same: one file was given twice. Name the other."
    )


def test_repeated_ids_with_true_lines(tmp_path: Path) -> None:
    train = TRAIN + '1,a,l,2\n2,"b\n\nc",l,3\n1,d,l,4\n2,e,l,4\n2,f,l,4\n'
    assert refusal(tmp_path, train) == (
        "train.csv, line 6: sample_id '1' stands already on line 2 (3 rows repeat an id: '1', '2')."
        " Keep one row for each id."
    )
    assert refusal(tmp_path, test=TEST + "9,a,l\n9,b,l\n").startswith(
        "test.csv, line 3: sample_id '9' stands already on line 2 (1 row repeat an id: '9')."
    )


def test_ids_that_differ_in_leading_zeros_are_different(tmp_path: Path) -> None:
    assert read(tmp_path, TRAIN + "1,a,l,2\n01,b,m,3\n").items.train.index.tolist() == ["1", "01"]


def test_blank_ids(tmp_path: Path) -> None:
    assert refusal(tmp_path, TRAIN + '1,"a\nb",l,2\n ,c,l,3\n,d,l,3\n') == (
        "train.csv, line 4: sample_id is blank (2 rows: line 4, line 5). Give every row its own id."
    )


BAD_PRICES = (
    TRAIN
    + '1,"a\nb",l,$12.99\n2,b,l,"1,299.00"\n3,c,l,\n4,d,l,-1\n5,e,l,0\n6,f,l,inf\n7,g,l,1_0\n8,h,l, 3.5 \n9,i,l,nan\n'
)


def test_bad_prices_are_listed_and_counted(tmp_path: Path) -> None:
    assert refusal(tmp_path, BAD_PRICES, TEST + "90,a,l\n") == (
        "train.csv, line 2: 8 rows without a usable price: line 2 is not a number ('$12.99'),"
        " line 4 is not a number ('1,299.00'), line 5 is missing, line 6 is zero or less ('-1'),"
        " line 7 is zero or less ('0') and 3 more. Correct them, or read again with bad prices dropped."
    )


@pytest.mark.parametrize(("text", "why"), [("inf", "is infinite ('inf')"), ("1_0", "is not a number ('1_0')")])
def test_prices_that_python_alone_would_take(tmp_path: Path, text: str, why: str) -> None:
    assert f"line 2 {why}." in refusal(tmp_path, TRAIN + f"1,a,l,{text}\n")


def test_bad_prices_dropped_on_request(tmp_path: Path) -> None:
    catalog = read(tmp_path, BAD_PRICES, TEST + "90,a,k\n", drop=True)
    assert catalog.price.to_dict() == {"8": 3.5}
    notice = catalog.notices[0]
    assert (notice.code, notice.count) == ("bad_price_dropped", 8)
    assert notice.sample_ids == ("1", "2", "3", "4", "5", "6", "7", "9")


def test_no_price_left(tmp_path: Path) -> None:
    assert refusal(tmp_path, TRAIN + "1,a,l,free\n", drop=True) == (
        "train.csv: no row has a usable price; 1 row without a usable price: line 2 is not a number ('free')."
        " Write plain dollars such as 12.99."
    )


def test_lines_are_true_beside_loose_quotes(tmp_path: Path) -> None:
    train = TRAIN + '1,"a"b,l,2\n\n2,12" pan,l,3\n3,"c\nd",l,x\n'
    assert refusal(tmp_path, train).startswith("train.csv, line 5: 1 row without")


def test_parquet_names_rows_instead_of_lines(tmp_path: Path) -> None:
    test = put(tmp_path, "test.csv", ONE_TEST)
    train = tmp_path / "train.parquet"
    columns = {"sample_id": [1, 2], "catalog_content": ["a", "b"], "image_link": ["l", "k"]}
    pd.DataFrame({**columns, "price": [2.0, float("inf")]}).to_parquet(train)
    with pytest.raises(InputError, match=r"train.parquet, row 2: 1 row .* row 2 is infinite \('inf'\)"):
        read_catalog(train, test)
    pd.DataFrame({**columns, "price": ["2.0", "dear"]}).to_parquet(train)
    with pytest.raises(InputError, match=r"row 2 is not a number \('dear'\)"):
        read_catalog(train, test)
    pd.DataFrame({**columns, "catalog_content": [[1], [2]], "price": [1.0, 2.0]}).to_parquet(train)
    with pytest.raises(InputError, match=r"train.parquet: column 'catalog_content' holds list<.*>, not text"):
        read_catalog(train, test)
