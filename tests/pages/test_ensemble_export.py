"""The export part: cleared by the sentinel before it is offered, a bundle that makes it again, the diff."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import core.config
import pages._export.clearance
import pages._export.desk
from core.catalog import CatalogSource
from core.export import Submission, open_archive, open_ledger
from core.folds import random_plan
from core.pipeline import reproduce
from core.sentinel import run_sentinel
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.train.run import Run, keep_run
from core.types import Catalog
from tests.pages.conftest import TEST_ROWS, Open, sound, texts
from tests.pages.test_train import quick_run


@pytest.fixture
def members(catalog: Catalog, store: ArtifactStore) -> list[str]:
    return [quick_run(catalog, store, block="five_simple"), quick_run(catalog, store, block="text_stats")]


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(core.config, "PROJECT_ROOT", tmp_path)
    return tmp_path / "out"


def submission_tab(open_page: Open) -> AppTest:
    app = open_page("ensemble")
    app.session_state["ensemble.tab"] = "Submission"
    return sound(app.run())


def test_the_sentinel_looks_by_itself_and_the_bundle_makes_the_file_again(
    open_page: Open, members: list[str], out: Path, data: Path, store: ArtifactStore
) -> None:
    app = submission_tab(open_page)
    assert "checks of the leak sentinel pass" in texts(app)
    sound(app.button(key="ensemble.write").click().run())
    archive = open_archive(out / "bundle.zip")
    assert {line["verdict"] for line in archive.manifest["sentinel"]} == {"pass"}
    assert set(archive.manifest["blend"]["weights"]) == set(members)
    assert archive.read("test_out.csv") == (out / "test_out.csv").read_bytes()
    source = CatalogSource(str(data / "train.csv"), str(data / "test.csv"), name="data")
    assert reproduce(out / "bundle.zip", source, store=store).identical


def test_what_the_sentinel_finds_keeps_the_file_back_until_there_is_a_reason(
    open_page: Open, members: list[str], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages._export.clearance, "run_sentinel", run_sentinel)
    st.cache_resource.clear()
    app = submission_tab(open_page)
    assert "sentinel: No column alone knows the price: fail" in texts(app)
    assert "ensemble.write" not in [button.key for button in app.button]
    app.text_input(key="ensemble.reason").set_value("prices follow from the size here").run()
    sound(app.button(key="ensemble.write").click().run())
    st.cache_resource.clear()
    manifest = open_archive(out / "bundle.zip").manifest
    assert manifest["override_reason"] == "prices follow from the size here"
    assert "fail" in {line["verdict"] for line in manifest["sentinel"]}


def test_a_file_that_goes_against_a_check_is_logged_with_its_reason(
    open_page: Open, catalog: Catalog, store: ArtifactStore, out: Path
) -> None:
    run = train(
        catalog, random_plan(catalog), TrainSpec("lightgbm", ("five_simple",), max_rounds=2), store=store, record=False
    )
    cents = run.test_fold_log_price + np.log(100.0)
    keep_run(Run(**{**vars(run), "key": "e" * 32, "test_fold_log_price": cents}), store=store, created="2026-01-01")
    app = submission_tab(open_page)
    assert "read as cents" in texts(app)
    assert "ensemble.log_button" not in [button.key for button in app.button]
    app.text_input(key="ensemble.reason").set_value("only to see whether it is refused").run()
    app.session_state["ensemble.log_open"] = True
    sound(app.run())
    sound(app.button(key="ensemble.log_button").click().run())
    (entry,) = open_ledger(catalog).entries()
    sound(app.button(key="ensemble.write").click().run())
    assert entry.sha256 == hashlib.sha256((out / "test_out.csv").read_bytes()).hexdigest()


def test_a_large_catalogue_asks_first_and_takes_a_reason(
    open_page: Open, members: list[str], out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages._export.clearance, "AT_ONCE_ROWS", 10)
    monkeypatch.setattr(pages._export.desk, "AT_ONCE_ROWS", 10)
    app = submission_tab(open_page)
    assert "has not looked at these members yet" in texts(app)
    keys = [button.key for button in app.button]
    assert "ensemble.sentinel" in keys
    assert "ensemble.write" not in keys
    app.text_input(key="ensemble.reason").set_value("no").run()
    assert "Write 10 to 500" in texts(app)
    assert "ensemble.write" not in [button.key for button in app.button]
    app.text_input(key="ensemble.reason").set_value("checked by hand elsewhere").run()
    app.toggle(key="ensemble.make_bundle").set_value(True).run()
    app.button(key="ensemble.write").click().run()
    archive = open_archive(out / "bundle.zip")
    assert archive.manifest["override_reason"] == "checked by hand elsewhere"
    check = next(line for line in archive.manifest["checks"] if line["check"] == "sentinel")
    assert check["evidence"].startswith("overridden (checked by hand elsewhere)")


def test_what_moved_since_a_file_from_elsewhere(
    open_page: Open, members: list[str], out: Path, catalog: Catalog
) -> None:
    app = submission_tab(open_page)
    app.session_state["ensemble.diff_open"] = True
    assert "Nothing to compare with yet" in texts(sound(app.run()))
    sound(app.button(key="ensemble.write").click().run())
    before = pd.read_csv(out / "test_out.csv", dtype={"sample_id": "str"})
    before.loc[3, "price"] *= 2
    open_ledger(catalog).log((out / "test_out.csv").read_bytes(), Submission("first", elsewhere=True))
    said = texts(sound(app.run()))
    assert f"all {TEST_ROWS} rows: the same file as 1 · first" in said
    assert "ensemble.write" not in [button.key for button in app.button]
    assert "Moved more than 10 %: 0.0 %" in said
    app.file_uploader(key="ensemble.diff_file").set_value(
        ("before.csv", before.to_csv(index=False).encode(), "text/csv")
    )
    said = texts(sound(app.run()))
    assert f"Moved more than 10 %: {100 / TEST_ROWS:.1f} %" in said
    table = next(frame.value for frame in app.dataframe if "change_pct" in frame.value.columns)
    assert table["sample_id"].iloc[0] == catalog.items.test.index[3]
    assert table["change_pct"].iloc[0] == pytest.approx(-50.0)
