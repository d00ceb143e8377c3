"""What the ledger says after submissions, scores, corrections and budgets, and what it refuses."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError, StorageError
from core.export import (
    BudgetSpec,
    Foretold,
    Ledger,
    Submission,
    Wanted,
    check_past,
    competition_key,
    open_ledger,
    submission_bytes,
    submission_frame,
    submitted_price,
)
from core.types import Catalog, SplitFrame

NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)
FORETOLD = Foretold(52.0, 50.0, 54.0)


def file_of(price: float) -> bytes:
    return f"sample_id,price\na,{price:.4f}\nb,2.0000\n".encode()


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "competition")


def test_a_submission_comes_back_with_all_that_was_logged(ledger: Ledger) -> None:
    told = Submission("both", "a note", {"LightGBM": 0.7, "XGBoost": 0.3}, "slsqp", 51.5, FORETOLD)
    made = ledger.log(file_of(1.5), told, now=NOON)
    (entry,) = Ledger(ledger.folder).entries()
    assert entry == made
    assert (entry.number, entry.title, entry.logged, entry.n_rows) == (1, "1 · both", NOON, 2)
    assert entry.submission == told
    assert entry.sha256 == hashlib.sha256(file_of(1.5)).hexdigest()
    assert ledger.file(entry) == file_of(1.5)
    assert (entry.leaderboard_smape_pct, entry.error_pct) == (None, None)
    (earlier,) = ledger.earlier()
    assert (earlier.name, earlier.forecast_smape_pct, earlier.leaderboard_smape_pct) == ("1 · both", 52.0, None)
    assert earlier.price.to_dict() == {"a": 1.5, "b": 2.0}


def test_a_score_can_be_corrected_and_taken_back_and_its_history_stays(ledger: Ledger) -> None:
    made = ledger.log(file_of(1.5), Submission(forecast=FORETOLD), now=NOON)
    for minutes, score in enumerate((53.0, 53.5, None)):
        ledger.score(made.entry_id, score, now=NOON + timedelta(minutes=minutes))
    (entry,) = ledger.entries()
    assert [score.smape_pct for score in entry.scores] == [53.0, 53.5, None]
    assert entry.leaderboard_smape_pct is None
    ledger.score(made.entry_id, 53.25)
    (entry,) = ledger.entries()
    assert (entry.leaderboard_smape_pct, entry.error_pct) == (53.25, -1.25)


def test_the_same_file_is_refused_until_the_first_is_withdrawn(ledger: Ledger) -> None:
    first = ledger.log(file_of(1.5), Submission("first"))
    with pytest.raises(InputError, match="submission 1 · first already"):
        ledger.log(file_of(1.5), Submission("again"))
    ledger.withdraw(first.entry_id)
    assert ledger.earlier() == ()
    assert ledger.log(file_of(1.5), Submission("again")).number == 2
    assert [entry.withdrawn for entry in ledger.entries()] == [True, False]


def test_a_name_and_a_note_can_be_changed(ledger: Ledger) -> None:
    made = ledger.log(file_of(1.5), Submission("first", "old", {"m": 1.0}))
    ledger.rename(made.entry_id, name="renamed", note="new")
    (entry,) = ledger.entries()
    assert entry.submission == Submission("renamed", "new", {"m": 1.0})


@pytest.mark.parametrize(
    ("score", "said"), [(0.4576, "Type it in percent"), (201.0, "no SMAPE"), (float("nan"), "no SMAPE")]
)
def test_a_score_that_cannot_be_is_refused(ledger: Ledger, score: float, said: str) -> None:
    made = ledger.log(file_of(1.5), Submission())
    with pytest.raises(InputError, match=said):
        ledger.score(made.entry_id, score)
    assert ledger.entries()[0].scores == ()


def test_what_is_no_submission_is_refused(ledger: Ledger) -> None:
    for data in (b"", b"id,price\na,1\n", b"sample_id,price\na,\n", b"sample_id,price\na,dear\n", b"\xff\xfe\x00"):
        with pytest.raises(InputError):
            ledger.log(data, Submission())
    with pytest.raises(InputError, match="no such submission"):
        ledger.score("0000", 50.0)
    with pytest.raises(InputError, match="characters"):
        ledger.log(file_of(1.0), Submission(note="x" * 2_001))
    with pytest.raises(InputError, match="low, forecast and high"):
        Foretold(52.0, 53.0, 54.0)
    assert ledger.entries() == ()


def test_the_budget_counts_down_and_a_new_day_gives_the_days_own(ledger: Ledger) -> None:
    assert ledger.budget(NOON) is None
    ledger.set_budget(BudgetSpec(3, 5, 12, NOON + timedelta(days=2)), now=NOON)
    ledger.log(file_of(1.0), Submission(), now=NOON + timedelta(hours=1))
    gone = ledger.log(file_of(2.0), Submission(), now=NOON + timedelta(hours=2))
    ledger.log(file_of(3.0), Submission(elsewhere=True), now=NOON + timedelta(hours=2))
    today = ledger.budget(NOON + timedelta(hours=6))
    assert today is not None
    assert (today.left_today, today.left_in_all, today.hours_left, today.next_day_h) == (1, 10, 42.0, 6.0)
    ledger.withdraw(gone.entry_id)
    tomorrow = NOON + timedelta(days=1)
    ledger.log(file_of(4.0), Submission(), now=tomorrow)
    later = ledger.budget(tomorrow + timedelta(hours=1))
    assert later is not None
    assert (later.left_today, later.left_in_all, later.is_over) == (4, 10, False)
    over = ledger.budget(NOON + timedelta(days=3))
    assert over is not None and over.is_over
    assert ledger.budget_as_set() == BudgetSpec(3, 5, 12, NOON + timedelta(days=2))


def test_a_budget_of_one_number_tells_only_that(ledger: Ledger) -> None:
    ledger.set_budget(BudgetSpec(left_in_all=1), now=NOON)
    ledger.log(file_of(1.0), Submission(), now=NOON + timedelta(hours=1))
    ledger.log(file_of(2.0), Submission(), now=NOON + timedelta(hours=1))
    found = ledger.budget(NOON + timedelta(hours=2))
    assert found is not None
    assert (found.left_today, found.left_in_all, found.hours_left) == (None, 0, None)
    with pytest.raises(InputError, match="left in all is -1"):
        BudgetSpec(left_in_all=-1)
    with pytest.raises(InputError, match="no time zone"):
        BudgetSpec(deadline=datetime(2030, 5, 4))


def test_the_same_test_file_finds_its_ledger_whatever_else_changed(tiny_catalog: Catalog, tmp_path: Path) -> None:
    open_ledger(tiny_catalog, root=tmp_path).log(file_of(1.0), Submission())
    items = tiny_catalog.items
    other = Catalog("other", SplitFrame(items.train.iloc[1:], items.test.iloc[::-1]), tiny_catalog.price.iloc[1:], "k")
    assert len(open_ledger(other, root=tmp_path).entries()) == 1
    assert open_ledger(other, demo=True, root=tmp_path).entries() == ()
    fewer = Catalog("fewer", SplitFrame(items.train, items.test.iloc[1:]), tiny_catalog.price, "k")
    assert competition_key(fewer) != competition_key(tiny_catalog)


def test_the_ledger_stands_beside_the_data(tiny_catalog: Catalog, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SHELFPRICE_DATA", str(tmp_path / "data"))
    key = competition_key(tiny_catalog)
    assert open_ledger(tiny_catalog).folder == tmp_path / "data" / "submissions" / key
    monkeypatch.setenv("SHELFPRICE_SUBMISSIONS", str(tmp_path / "else"))
    assert open_ledger(tiny_catalog, demo=True).folder == tmp_path / "else" / "demo" / key


def test_a_damaged_line_and_a_lost_file_are_told(ledger: Ledger) -> None:
    first = ledger.log(file_of(1.0), Submission("one"))
    second = ledger.log(file_of(2.0), Submission("two"))
    ledger.score(second.entry_id, 50.0)
    assert ledger.notes() == ()
    text = ledger.path.read_text()
    ledger.path.write_text(text.replace('"one"', '"uno"'))
    (ledger.folder / "files" / f"{second.sha256}.csv").write_text("sample_id,price\na,9\n")
    (entry,) = ledger.entries()
    assert (entry.entry_id, entry.leaderboard_smape_pct) == (second.entry_id, 50.0)
    assert ledger.earlier() == (), "a file that was changed is not what was submitted"
    assert "line 1" in ledger.notes()[0]
    with pytest.raises(InputError, match="no such submission"):
        ledger.score(first.entry_id, 50.0)
    (ledger.folder / "files" / f"{second.sha256}.csv").unlink()
    assert "1 · two is gone" in ledger.notes()[1]


def test_nothing_is_logged_when_the_file_cannot_be_kept(ledger: Ledger) -> None:
    ledger.log(file_of(1.0), Submission())
    files = ledger.folder / "files"
    files.rename(ledger.folder / "elsewhere")
    files.write_text("in the way")
    with pytest.raises(StorageError):
        ledger.log(file_of(2.0), Submission())
    assert len(ledger.entries()) == 1


def test_a_file_made_elsewhere_passes_the_checks_of_a_new_one(tiny_catalog: Catalog) -> None:
    wanted = Wanted.of(tiny_catalog)
    frame = submission_frame(
        pd.Series(np.full(tiny_catalog.n_test, np.log(tiny_catalog.price.median())), index=wanted.ids)
    )
    data = submission_bytes(frame, wanted)
    check_past(data, wanted)
    assert submitted_price(data).index.tolist() == wanted.ids.tolist()
    with pytest.raises(InputError, match="ids_missing"):
        check_past(b"\n".join(data.splitlines()[:-1]), wanted)


def test_the_stamp_moves_with_each_event(ledger: Ledger) -> None:
    stamps = [ledger.stamp()]
    made = ledger.log(file_of(1.0), Submission())
    stamps.append(ledger.stamp())
    ledger.score(made.entry_id, 50.0)
    stamps.append(ledger.stamp())
    assert len(set(stamps)) == 3
