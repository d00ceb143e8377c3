"""Each public way to waste a submission is refused, with the count, the first rows and the remedy."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError, StorageError
from core.export import (
    Clearance,
    Earlier,
    Wanted,
    check_submission,
    csv_bytes,
    export_json,
    sha256_of,
    submission_bytes,
    submission_frame,
    write_submission,
)
from core.sentinel import Verdict
from core.types import ID, PRICE, Catalog

Break = Callable[[pd.DataFrame], pd.DataFrame]


def _put(frame: pd.DataFrame, rows: int, value: object) -> pd.DataFrame:
    return frame.assign(price=[value] * rows + frame[PRICE].tolist()[rows:])


BROKEN: dict[str, tuple[str, int, Break]] = {
    "rows missing": ("ids_missing", 3, lambda good: good.iloc[3:]),
    "missing prices": ("price_finite", 2, lambda good: _put(good, 2, np.nan)),
    "negative prices": ("price_positive", 4, lambda good: _put(good, 4, -1.0)),
    "log scale": ("scale", 300, lambda good: good.assign(price=np.log(good[PRICE]).clip(lower=0.05))),
    "log1p scale": ("scale", 300, lambda good: good.assign(price=np.log1p(good[PRICE]))),
    "cents": ("scale", 300, lambda good: good.assign(price=100 * good[PRICE])),
    "unknown ids": ("ids_unknown", 1, lambda good: pd.concat([good, pd.DataFrame({ID: ["nobody"], PRICE: [1.0]})])),
    "ids twice": ("ids_once", 2, lambda good: pd.concat([good, good.iloc[:2]])),
    "wrong header": ("header", 2, lambda good: good.rename(columns={PRICE: "Price"})),
    "columns swapped": ("header", 2, lambda good: good[[PRICE, ID]]),
    "infinite": ("price_finite", 5, lambda good: _put(good, 5, np.inf)),
    "text": ("price_number", 6, lambda good: _put(good, 6, "$12.99")),
    "zero": ("price_positive", 1, lambda good: _put(good, 1, 0.0)),
}


def _check(frame: pd.DataFrame, wanted: Wanted, name: str):  # type: ignore[no-untyped-def]
    return next(check for check in check_submission(frame, wanted) if check.check == name)


def test_a_good_file_passes_and_reads_back(good: pd.DataFrame, tiny_catalog: Catalog, tmp_path: Path):
    wanted = Wanted.of(tiny_catalog)
    assert {check.verdict for check in check_submission(good, wanted)} == {"pass"}
    path = write_submission(good, wanted, tmp_path / "new folder")
    assert path.name == "test_out.csv"
    back = pd.read_csv(path, dtype={ID: str})
    assert list(back.columns) == [ID, PRICE]
    assert list(back[ID]) == list(tiny_catalog.items.test.index)
    assert np.allclose(back[PRICE], good[PRICE], atol=5e-5)
    assert [item.name for item in path.parent.iterdir()] == ["test_out.csv"]
    told = export_json(good, wanted)
    assert told["rows"] == tiny_catalog.n_test
    assert told["sha256"] == sha256_of(path.read_bytes())


def test_log_price_becomes_positive_dollars():
    frame = submission_frame(pd.Series([np.log(12.3), -50.0, 50.0], index=pd.Index(["1", "2", "3"], name=ID)))
    assert frame[PRICE].tolist() == [12.3, 0.01, 1_000_000.0]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_refused_with_its_count_and_a_remedy(
    kind: str, good: pd.DataFrame, tiny_catalog: Catalog, tmp_path: Path
):
    name, count, broken = BROKEN[kind]
    frame, wanted = broken(good), Wanted.of(tiny_catalog)
    check = _check(frame, wanted, name)
    assert (check.verdict, check.count) == ("fail", count)
    assert check.remedy
    assert name == "header" or f"{count:,} " in check.evidence
    with pytest.raises(InputError, match=rf"'{name}'.*Nothing written\."):
        write_submission(frame, wanted, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_evidence_names_the_first_rows(good: pd.DataFrame, tiny_catalog: Catalog):
    wanted = Wanted.of(tiny_catalog)
    first = good[ID].tolist()[:3]
    missing = _check(good.iloc[3:], wanted, "ids_missing").evidence
    assert missing == f"3 of 300 test ids are missing from 297 rows (first: {', '.join(first)})"
    assert _check(_put(good, 2, -1.0), wanted, "price_positive").evidence.endswith(f"(first: {', '.join(first[:2])})")


def test_another_order_and_odd_spreads_only_warn(good: pd.DataFrame, tiny_catalog: Catalog):
    wanted = Wanted.of(tiny_catalog)
    turned = _check(good.iloc[::-1], wanted, "order")
    assert (turned.verdict, turned.count) == ("warn", 300)
    assert "Sort the rows" in turned.remedy
    constant = good.assign(price=float(tiny_catalog.price.median()))
    assert _check(constant, wanted, "spread").verdict == "warn"
    assert _check(constant, wanted, "scale").verdict == "pass"
    far = _put(good, 2, 1e5)
    assert (_check(far, wanted, "range").verdict, _check(far, wanted, "range").count) == ("warn", 2)
    assert _check(good.assign(price=2.5 * good[PRICE]), wanted, "scale").verdict == "warn"
    assert submission_bytes(far, wanted).startswith(b"sample_id,price\n")


def test_the_same_file_is_not_sent_twice(good: pd.DataFrame, tiny_catalog: Catalog, tmp_path: Path):
    price = good.set_index(ID)[PRICE]
    by_hash = Earlier("number 1", sha256_of(csv_bytes(good)), price)
    by_value = Earlier("number 2", "", (price + 0.004).sample(frac=1.0, random_state=0))
    for earlier in (by_hash, by_value):
        wanted = Wanted.of(tiny_catalog, earlier=[earlier])
        with pytest.raises(InputError, match=rf"'not_earlier'.*300.*{earlier.name}"):
            write_submission(good, wanted, tmp_path)
        again = Wanted.of(tiny_catalog, earlier=[earlier], clearance=Clearance(_passes(), "the upload broke off"))
        assert submission_bytes(good, again) == csv_bytes(good)
    assert list(tmp_path.iterdir()) == []
    other = Earlier("number 3", "", price.mul(1.01))
    found = check_submission(good, Wanted.of(tiny_catalog, earlier=[other]))
    assert {check.verdict for check in found} == {"pass"}
    assert any(check.check == "beside_earlier" and "1.000 with number 3" in check.evidence for check in found)


def test_a_shuffled_join_shows_beside_an_earlier_file(good: pd.DataFrame, tiny_catalog: Catalog):
    shuffled = good.assign(price=good[PRICE].sample(frac=1.0, random_state=1).to_numpy())
    wanted = Wanted.of(tiny_catalog, earlier=[Earlier("number 1", "", good.set_index(ID)[PRICE])])
    assert _check(shuffled, wanted, "beside_earlier").verdict == "warn"
    assert _check(shuffled, wanted, "scale").verdict == "pass"


def _passes() -> tuple[Verdict, ...]:
    return (Verdict("id_order", "pass", "nothing found.", "Ids say nothing", "Drop them."),)


def test_without_the_sentinels_pass_it_takes_a_reason(good: pd.DataFrame, tiny_catalog: Catalog):
    leak = Verdict("column_alone", "fail", "side:x knows the price.", "No column alone", "Drop it.")
    for verdicts, said in (((), "has not looked"), ((leak,), "side:x knows the price")):
        wanted = Wanted.of(tiny_catalog, clearance=Clearance(verdicts))
        with pytest.raises(InputError, match=f"'sentinel'.*{said}"):
            submission_bytes(good, wanted)
        reason = "known before the price is"
        check = _check(good, Wanted.of(tiny_catalog, clearance=Clearance(verdicts, reason)), "sentinel")
        assert check.verdict == "warn"
        assert check.evidence.startswith(f"overridden ({reason}): ")
        headless = check_submission(good, Wanted.of(tiny_catalog, clearance=Clearance(verdicts, binding=False)))
        told = [check.verdict for check in headless if check.check == "sentinel"]
        assert told == (["warn"] if verdicts else [])
    assert _check(good, Wanted.of(tiny_catalog, clearance=Clearance(_passes())), "sentinel").verdict == "pass"


@pytest.mark.parametrize("reason", ["because", "x" * 501])
def test_a_reason_has_to_say_something(reason: str):
    with pytest.raises(InputError, match="characters"):
        Clearance((), reason)


def test_a_reason_overrules_no_broken_file(good: pd.DataFrame, tiny_catalog: Catalog):
    wanted = Wanted.of(tiny_catalog, clearance=Clearance(_passes(), "I want it all the same"))
    with pytest.raises(InputError, match="price_positive"):
        submission_bytes(_put(good, 1, -1.0), wanted)


def test_where_nobody_can_give_a_reason_a_doubt_is_a_warning(good: pd.DataFrame, tiny_catalog: Catalog):
    wanted = Wanted.of(tiny_catalog, clearance=Clearance(binding=False))
    assert _check(good.assign(price=9 * good[PRICE]), wanted, "scale").verdict == "warn"
    assert _check(_put(good, 1, -1.0), wanted, "price_positive").verdict == "fail"


def test_a_full_disk_leaves_the_file_before_it(
    good: pd.DataFrame, tiny_catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    wanted = Wanted.of(tiny_catalog)
    before = write_submission(good, wanted, tmp_path).read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=r"No space left on device.*Free some space"):
        write_submission(good.assign(price=2 * good[PRICE]), wanted, tmp_path)
    assert [item.name for item in tmp_path.iterdir()] == ["test_out.csv"]
    assert (tmp_path / "test_out.csv").read_bytes() == before


WRITER = """
import sys
from pathlib import Path
from core.store import write_atomic
folder = Path(sys.argv[1])
data = [bytes([65 + turn]) * (32 << 20) for turn in range(2)]
print("ready", flush=True)
turn = 0
while True:
    write_atomic(folder / "test_out.csv", data[turn % 2])
    turn += 1
"""


@pytest.mark.parametrize("after_s", [0.05, 0.11, 0.23])
def test_killed_while_it_writes_no_file_is_half(after_s: float, tmp_path: Path):
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    while not (tmp_path / "test_out.csv").exists():
        time.sleep(0.01)
    time.sleep(after_s)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    data = (tmp_path / "test_out.csv").read_bytes()
    assert len(data) == 32 << 20
    assert data == data[:1] * len(data)
