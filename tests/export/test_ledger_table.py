from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from core.export import BudgetSpec, Foretold, Ledger, Submission
from core.export.ledger_table import COLUMNS, ledger_csv, ledger_frame, ledger_json

NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger(tmp_path)
    told = Submission("=SUM(A1)", 'two\nlines, "quoted"', {"a": 0.75, "b": 0.25}, "slsqp", 51.0, Foretold(52, 50, 54))
    first = made.log(b"sample_id,price\na,1\n", told, now=NOON)
    made.log(b"sample_id,price\na,2\n", Submission(elsewhere=True), now=NOON)
    made.score(first.entry_id, 53.0, now=NOON)
    made.score(first.entry_id, 53.5, now=NOON)
    return made


def test_the_table_has_a_line_an_entry_and_missing_is_nan(ledger: Ledger) -> None:
    frame = ledger_frame(ledger.entries())
    assert tuple(frame.columns) == COLUMNS
    assert frame["error_pct"].tolist()[0] == -1.5
    assert frame["forecast_smape_pct"].isna().tolist() == [False, True]
    assert frame["members"].tolist() == ["a 0.750, b 0.250", ""]
    assert ledger_frame([]).empty


def test_the_csv_reads_back_and_holds_no_formula(ledger: Ledger) -> None:
    back = pd.read_csv(io.BytesIO(ledger_csv(ledger.entries())))
    assert back["name"].tolist()[0] == "'=SUM(A1)"
    assert back["note"].tolist()[0] == 'two\nlines, "quoted"'
    assert back["leaderboard_smape_pct"].tolist()[0] == 53.5


def test_the_json_tells_the_history(ledger: Ledger) -> None:
    assert json.loads(ledger_json(ledger))["budget"] is None
    ledger.set_budget(BudgetSpec(left_in_all=4, deadline=NOON), now=NOON)
    found = json.loads(ledger_json(ledger))
    assert found["budget"] == {
        "left_today": None,
        "per_day": None,
        "left_in_all": 4,
        "deadline": "2030-05-04T12:00:00+00:00",
    }
    assert [score["smape_pct"] for score in found["entries"][0]["scores"]] == [53.0, 53.5]
    assert found["entries"][0]["forecast"] == {"smape_pct": 52, "low_pct": 50, "high_pct": 54, "level": 0.9}
    assert found["notes"] == []
