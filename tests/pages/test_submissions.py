from __future__ import annotations

import pandas as pd
import pytest

from core.export import Foretold, Ledger, Submission, Wanted, open_ledger, submission_bytes, submission_frame
from core.pipeline import keep_report
from core.store import ArtifactStore
from core.types import Catalog
from pages._submissions.forms import entry_key
from tests.pages.conftest import Open, sound, texts
from tests.pages.test_ensemble import members

__all__ = ["members"]


@pytest.fixture
def ledger(catalog: Catalog) -> Ledger:
    """Five submissions of flat prices, three of them scored, each 1 point worse than foretold."""
    made = open_ledger(catalog)
    for number in range(5):
        told = Submission(
            f"file {number + 1}",
            members={"a": 1.0},
            validation_smape_pct=40.0 - number,
            forecast=Foretold(41.0 - number, 39.0 - number, 43.0 - number),
        )
        entry = made.log(flat(catalog, 2.5 + 0.4 * number), told)
        if number < 3:
            made.score(entry.entry_id, 42.0 - number)
    return made


def flat(catalog: Catalog, log_price: float) -> bytes:
    wanted = Wanted.of(catalog)
    return submission_bytes(submission_frame(pd.Series(log_price, index=wanted.ids)), wanted)


def test_with_an_empty_ledger_it_says_what_to_do(open_page: Open, catalog: Catalog) -> None:
    app = open_page("submissions")
    assert "Nothing is logged yet" in texts(app)
    assert "Submissions:" not in texts(open_page())
    assert not open_ledger(catalog).folder.exists(), "looking writes nothing"


def test_the_numbers_on_top_and_the_record_of_the_forecasts(open_page: Open, ledger: Ledger) -> None:
    said = texts(open_page("submissions"))
    assert "Best leaderboard score: 40.00 %" in said
    assert "submission 3; 3 of 5 logged ones are scored" in said
    assert "3 of 3 scores within the forecast's interval; on average the forecasts were 1.00 points too low" in said
    assert "set the budget and the deadline below" in said
    overview = texts(open_page())
    assert "best score 40.00 % of 3 scored" in overview


def test_a_score_is_entered_corrected_and_refused(open_page: Open, ledger: Ledger) -> None:
    app = open_page("submissions")
    newest = ledger.entries()[-1]
    app.number_input(key=f"{entry_key(newest)}.score").set_value(36.5)
    sound(app.button(key=f"{entry_key(newest)}.save").click().run())
    newest = ledger.entries()[-1]
    assert newest.leaderboard_smape_pct == 36.5
    assert "Best leaderboard score: 36.50 %" in texts(app)
    app.number_input(key=f"{entry_key(newest)}.score").set_value(0.365)
    app.button(key=f"{entry_key(newest)}.save").click().run()
    assert "Type it in percent" in app.error[0].value
    assert ledger.entries()[-1].leaderboard_smape_pct == 36.5
    app.number_input(key=f"{entry_key(newest)}.score").set_value(36.75)
    app.text_input(key=f"{entry_key(newest)}.name").set_value("renamed")
    sound(app.button(key=f"{entry_key(newest)}.save").click().run())
    newest = ledger.entries()[-1]
    assert (newest.leaderboard_smape_pct, newest.submission.name) == (36.75, "renamed")
    assert "36.50 % on" in texts(app)


def test_a_window_that_stayed_open_takes_nothing_back(open_page: Open, ledger: Ledger) -> None:
    app, newest = open_page("submissions"), ledger.entries()[-1]
    ledger.score(newest.entry_id, 37.0)
    app.text_area(key=f"{entry_key(newest)}.note").set_value("typed in the other window")
    sound(app.button(key=f"{entry_key(newest)}.save").click().run())
    newest = ledger.entries()[-1]
    assert (newest.leaderboard_smape_pct, newest.submission.note) == (37.0, "typed in the other window")


def test_a_budget_is_set_and_counts_down(open_page: Open, ledger: Ledger, catalog: Catalog) -> None:
    app = open_page("submissions")
    for name, count in (("left_today", 3), ("per_day", 5), ("left_in_all", 9)):
        app.number_input(key=f"submissions.budget.{name}").set_value(count)
    sound(app.button(key="submissions.budget.set").click().run())
    assert "Left today / in all: 3 / 9" in texts(app)
    ledger.log(flat(catalog, 2.2), Submission("one more"))
    sound(app.run())
    assert "Left today / in all: 2 / 8" in texts(app)
    assert app.number_input(key="submissions.budget.2.8.left_in_all").value == 8


def test_a_past_submission_is_checked_and_added_with_its_score(
    open_page: Open, ledger: Ledger, catalog: Catalog
) -> None:
    app = open_page("submissions")
    app.button(key="submissions.add_past").click().run()
    assert "no file was chosen" in app.error[0].value
    app.file_uploader(key="submissions.past_file").set_value(("old.csv", flat(catalog, 2.1)[:-30], "text/csv"))
    app.number_input(key="submissions.past_score").set_value(44.0)
    app.button(key="submissions.add_past").click().run()
    assert "ids_missing" in app.error[0].value.replace("\\", "")
    assert len(ledger.entries()) == 5
    app.file_uploader(key="submissions.past_file").set_value(("old.csv", flat(catalog, 2.1), "text/csv"))
    sound(app.button(key="submissions.add_past").click().run())
    added = ledger.entries()[-1]
    assert (added.submission.name, added.submission.elsewhere, added.leaderboard_smape_pct) == ("old.csv", True, 44.0)


def test_the_blend_is_logged_beside_the_download_and_judged_on_both_pages(
    open_page: Open, members: list[str], catalog: Catalog, store: ArtifactStore
) -> None:
    keep_report(
        {
            "command": "run",
            "cv": {"smape_pct": 30.0},
            "forecast": {"smape_pct": 31.0, "low_pct": 28.0, "high_pct": 34.0, "level": 0.9},
        },
        catalog.key,
        store=store,
    )
    app = open_page("ensemble")
    app.session_state["ensemble.tab"] = "Submission"
    app.session_state["ensemble.log_open"] = True
    sound(app.run())
    assert "Send it to learn: nothing is scored yet" in texts(app)
    app.text_input(key="ensemble.log_name").set_value("my blend")
    sound(app.button(key="ensemble.log_button").click().run())
    assert "Logged as submission 1 · my blend" in texts(app)
    (entry,) = open_ledger(catalog).entries()
    submission = entry.submission
    assert submission.forecast is not None and submission.validation_smape_pct is not None
    assert submission.forecast.smape_pct - submission.validation_smape_pct == pytest.approx(1.0)
    assert len(submission.members) == 2
    assert all(name.startswith("LightGBM") for name in submission.members)
    # A second click meets the ledger, not a second entry.
    app.button(key="ensemble.log_button").click().run()
    assert "this very file is submission 1 · my blend already" in app.error[0].value
    assert len(open_ledger(catalog).entries()) == 1
    app.switch_page("pages/submissions.py")
    said = texts(sound(app.run()))
    assert "Keep it: this very file is submission 1 · my blend" in said
    assert f"Forecast of the next: {submission.forecast.smape_pct:.2f} %" in said


def test_without_a_measured_forecast_it_is_logged_all_the_same(
    open_page: Open, members: list[str], catalog: Catalog
) -> None:
    app = open_page("ensemble")
    app.session_state["ensemble.tab"] = "Submission"
    app.session_state["ensemble.log_open"] = True
    assert "measure its forecast first" in texts(sound(app.run()))
    sound(app.button(key="ensemble.log_button").click().run())
    assert open_ledger(catalog).entries()[0].submission.forecast is None
    app.switch_page("pages/submissions.py")
    assert "Enter a leaderboard score below" in texts(sound(app.run()))
