"""The Strategies page: what is measured, what is foretold, what to do next."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import core.config
from core.export import BudgetSpec, open_archive, open_ledger
from core.folds import random_plan
from core.jobs import list_jobs
from core.store import ArtifactStore
from core.strategies import BUILTIN, find_outcome, run_all, saved_folder, saved_strategies
from core.train import TrainSpec, all_runs, train
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts


def test_before_anything_is_measured_the_page_says_where_to_begin(open_page: Open) -> None:
    app = open_page("strategies")
    assert "Nothing is measured yet. Run all" in texts(app)
    assert app.dataframe(key="strategies.board").value["strategy"].tolist() == [one.title for one in BUILTIN.values()]
    app.button(key="strategies.run_all").click()
    sound(app.run())
    (job,) = list_jobs()
    assert job.kind == "strategies"
    assert [one["name"] for one in job.params["strategies"]] == list(BUILTIN)
    assert job.params["minutes"] is None


@pytest.fixture
def measured(catalog: Catalog, store: ArtifactStore) -> None:
    """Two strategies done and one failed."""
    run_all(catalog, [BUILTIN[name] for name in ("constant", "five_simple", "brand_photo")], store=store)


@pytest.mark.usefixtures("measured")
def test_what_was_measured_stands_on_the_board_and_on_top(open_page: Open) -> None:
    app = open_page("strategies")
    said = texts(app)
    assert "is the best so far" in said
    assert "Measured: 2 of 8" in said
    board = app.dataframe(key="strategies.board").value.set_index("strategy")
    assert board.loc["Constant median", "state"] == "measured"
    assert board.loc["Brand + photo vectors", "state"] == "failed"
    assert "no block fits 'image@*'. Bring the photos" in texts(app)
    assert board.loc["Brand only", "state"] == "not run"
    assert board["validation"].notna().sum() == 2
    assert {"the best", "real"} >= {board.loc[name, "verdict"] for name in ("Constant median", "Five simple features")}
    assert app.button(key="strategies.run_all").label == "Run all, 6 due"


def test_a_runs_settings_become_a_strategy(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    train(catalog, random_plan(catalog), TrainSpec("lightgbm", ("size",), max_rounds=5, leaves=4), store=store)
    app = open_page("strategies")
    app.session_state["strategies.tabs"] = "Recipes"
    sound(app.run())
    app.multiselect(key="strategies.runs").set_value([all_runs(store=store)[0].run_id])
    app.text_input(key="strategies.title").set_value("Small & quick")
    sound(app.run())
    app.button(key="strategies.save").click()
    sound(app.run())
    (path,) = saved_folder().iterdir()
    assert path.name == "small_quick.json"
    mine = saved_strategies()[0]["small_quick"]
    assert (mine.title, mine.blocks) == ("Small & quick", ("size",))
    assert dict(mine.members[0].settings) == {"max_rounds": 5, "leaves": 4}
    assert "Small & quick" in app.dataframe(key="strategies.board").value["strategy"].tolist()
    app.text_input(key="strategies.title").set_value("small, quick")
    sound(app.run())
    app.button(key="strategies.save").click()
    assert "there is a strategy small_quick already" in texts(app.run())
    app.checkbox(key="strategies.replace").set_value(True)
    app.button(key="strategies.save").click()
    sound(app.run())
    assert saved_strategies()[0]["small_quick"].title == "small, quick"
    mine = saved_strategies()[0]["small_quick"]
    app.selectbox(key="strategies.recipe").set_value("small_quick")
    sound(app.run())
    assert json.loads(app.code[0].value) == mine.to_json()
    app.button(key="strategies.forget").click()
    sound(app.run())
    assert "small_quick" not in saved_strategies()[0]


def test_a_file_that_is_no_strategy_is_said(open_page: Open) -> None:
    saved_folder().mkdir(parents=True)
    (saved_folder() / "odd.json").write_text("{}")
    app = open_page("strategies")
    app.session_state["strategies.tabs"] = "Recipes"
    assert "odd.json: this is no strategy" in texts(sound(app.run()))


@pytest.mark.usefixtures("measured")
def test_a_strategys_file_is_cleared_by_the_sentinel_and_comes_with_its_bundle(
    open_page: Open, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(core.config, "PROJECT_ROOT", tmp_path)
    app = open_page("strategies")
    app.session_state["strategies.file"] = True
    sound(app.run())
    assert "checks of the leak sentinel pass" in texts(app)
    app.button(key="strategies.write").click()
    sound(app.run())
    # At first the best is selected: with prices that follow from the size, the five features.
    outcome = find_outcome(BUILTIN["five_simple"], catalog, store=store)
    assert outcome is not None
    assert hashlib.sha256((tmp_path / "out" / "test_out.csv").read_bytes()).hexdigest() == outcome.sha256
    assert set(open_archive(tmp_path / "out" / "bundle.zip").manifest["blend"]["weights"]) == set(outcome.run_ids)


@pytest.mark.usefixtures("measured")
def test_a_strategys_file_is_logged_and_its_score_stands_on_the_board(open_page: Open, catalog: Catalog) -> None:
    app = open_page("strategies")
    app.session_state["strategies.file"] = True
    sound(app.run())
    app.button(key="strategies.log").click()
    sound(app.run())
    ledger = open_ledger(catalog)
    (entry,) = ledger.entries()
    assert entry.submission.name == "Five simple features"
    assert entry.submission.forecast is not None
    assert app.button(key="strategies.log").disabled
    ledger.score(entry.entry_id, 71.25)
    ledger.set_budget(BudgetSpec(deadline=datetime.now(UTC) + timedelta(hours=5)))
    app = open_page("strategies")
    board = app.dataframe(key="strategies.board").value.set_index("strategy")
    assert board.loc["Five simple features", "leaderboard"] == 71.25
    assert board.loc["Five simple features", "feasible"] == "yes"
    assert "hours left" in texts(app)
