"""Each public way to waste a submission is refused, with the count and the first rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.export import Wanted, check_submission, export_json, submission_bytes, submission_frame, write_submission
from core.types import ID, PRICE, Catalog


@pytest.fixture
def good(tiny_catalog: Catalog) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    median = np.log(tiny_catalog.price.median())
    return submission_frame(
        pd.Series(rng.normal(median, 0.5, tiny_catalog.n_test), index=tiny_catalog.items.test.index)
    )


def _verdicts(frame: pd.DataFrame, catalog: Catalog) -> dict[str, str]:
    return {check.check: check.verdict for check in check_submission(frame, Wanted.of(catalog))}


def test_a_good_file_passes_and_reads_back(good: pd.DataFrame, tiny_catalog: Catalog, tmp_path):
    assert set(_verdicts(good, tiny_catalog).values()) == {"pass"}
    path = write_submission(good, Wanted.of(tiny_catalog), tmp_path / "new folder")
    assert path.name == "test_out.csv"
    back = pd.read_csv(path, dtype={ID: str})
    assert list(back.columns) == [ID, PRICE]
    assert list(back[ID]) == list(tiny_catalog.items.test.index)
    assert np.allclose(back[PRICE], good[PRICE], atol=5e-5)
    assert [item.name for item in path.parent.iterdir()] == ["test_out.csv"]
    assert export_json(good, Wanted.of(tiny_catalog))["rows"] == tiny_catalog.n_test


def test_log_price_becomes_positive_dollars():
    frame = submission_frame(pd.Series([np.log(12.3), -50.0, 50.0], index=pd.Index(["1", "2", "3"], name=ID)))
    assert frame[PRICE].tolist() == [12.3, 0.01, 1_000_000.0]


def test_broken_files_are_refused_with_the_count(good: pd.DataFrame, tiny_catalog: Catalog, tmp_path):
    first = good[ID][0]
    broken = {
        "header": good.rename(columns={PRICE: "Price"}),
        "ids_missing": good.iloc[3:],
        "ids_once": pd.concat([good, good.iloc[:2]]),
        "ids_unknown": pd.concat([good, pd.DataFrame({ID: ["no such id"], PRICE: [1.0]})]),
        "price_finite": good.assign(price=good[PRICE].where(good.index > 1)),
        "price_positive": good.assign(price=good[PRICE].where(good.index > 0, -1.0)),
    }
    for name, frame in broken.items():
        assert _verdicts(frame, tiny_catalog)[name] == "fail", name
        with pytest.raises(InputError, match=name):
            write_submission(frame, Wanted.of(tiny_catalog), tmp_path)
    assert list(tmp_path.iterdir()) == []
    missing = next(
        check for check in check_submission(good.iloc[3:], Wanted.of(tiny_catalog)) if check.check == "ids_missing"
    )
    assert missing.evidence.startswith(f"3 of 300 test ids are missing (first: {first}")
    assert _verdicts(good.assign(price="free"), tiny_catalog)["price_finite"] == "fail"
    assert _verdicts(good.assign(price=np.inf), tiny_catalog)["price_finite"] == "fail"


def test_odd_but_valid_files_only_warn(good: pd.DataFrame, tiny_catalog: Catalog):
    assert _verdicts(good.iloc[::-1].reset_index(drop=True), tiny_catalog)["order"] == "warn"
    logs = good.assign(price=np.log(good[PRICE]).clip(lower=0.01))
    assert _verdicts(logs, tiny_catalog)["scale"] == "warn"
    assert submission_bytes(logs, Wanted.of(tiny_catalog)).startswith(b"sample_id,price\n")
