"""Files of predictions: read by id, refused with the place and the count."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.catalog import read_predictions
from core.errors import InputError


def _file(folder: Path, text: str, name: str = "oof.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_members_prices_and_folds_are_read(tmp_path: Path):
    path = _file(tmp_path, "sample_id,price,fold,m1,m2\n007,10,3,9.5,2\n8,20.5,1,21,3\n")
    found = read_predictions(path, priced=True)
    assert list(found.values.columns) == ["m1", "m2"]
    assert found.values.loc["007"].tolist() == [9.5, 2.0]
    assert found.price is not None
    assert found.price.tolist() == [10.0, 20.5]
    assert found.fold is not None
    assert found.fold.tolist() == [1, 0]


def test_parquet_reads_alike(tmp_path: Path):
    frame = pd.DataFrame({"sample_id": [7, 8], "price": [10.0, 20.5], "m1": [9.5, 21.0]})
    frame.to_parquet(tmp_path / "oof.parquet", index=False)
    found = read_predictions(tmp_path / "oof.parquet", priced=True)
    assert found.values.index.tolist() == ["7", "8"]
    assert found.values["m1"].tolist() == [9.5, 21.0]
    assert found.fold is None


def test_a_submission_is_a_table_of_one_member(tmp_path: Path):
    found = read_predictions(_file(tmp_path, "sample_id,price\n1,9.5\n2,8\n"), priced=False)
    assert list(found.values.columns) == ["price"]
    assert found.price is None


@pytest.mark.parametrize(
    ("text", "priced", "said"),
    [
        ("sample_id,m1\n1,2\n", True, "no column 'price'"),
        ("id,price,m1\n1,2,3\n", True, "no column 'sample_id'"),
        ("sample_id,price\n1,2\n", True, "no column of predictions"),
        ("sample_id\n1\n", False, "no column of predictions"),
        ("sample_id,price,m1,m1\n1,2,3,4\n", True, "'m1' heads two columns"),
        ("sample_id,price,m1\n1,2,3\n1,2,3\n", True, r"line 3: sample_id '1' stands already on line 2"),
        ("sample_id,price,m1\n1,2,3\n2,-4,3\n", True, "line 3: 1 row without a usable price"),
        (
            "sample_id,price,m1\n1,2,\n2,4,nan\n3,4,inf\n4,4,1\n",
            True,
            r"line 2: column 'm1' has 3 rows without a finite",
        ),
        ("sample_id,price,m1\n1,2,9.5\n2,4,$3\n", True, r"line 3 reads '\$3'"),
        ("sample_id,price,fold,m1\n1,2,0,3\n2,4,x,3\n", True, "'fold' has 1 row without a whole number"),
        ("sample_id,price,fold,m1\n1,2,0,3\n2,4,0,3\n", True, "holds 1 different folds"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, text: str, priced: bool, said: str):
    with pytest.raises(InputError, match=said):
        read_predictions(_file(tmp_path, text), priced=priced)
