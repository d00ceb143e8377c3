"""The decision beside the blend: its gain in words, and a switch that cannot be set where it gains nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import core.config
from core.blend import RuleGain
from core.folds import random_plan
from core.metrics import to_price
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.train.run import Run, keep_run
from core.types import Catalog
from pages._ensemble.decision import said
from pages._ensemble.ways import WAY
from tests.pages.conftest import Open, sound, texts
from tests.pages.test_train import quick_run


def _leaning_run(catalog: Catalog, store: ArtifactStore) -> Run:
    """A run whose predictions are all a tenth too low in ``log_price``, in train and in test."""
    spec = TrainSpec(family="lightgbm", blocks=("five_simple",), max_rounds=2)
    run = train(catalog, random_plan(catalog), spec, store=store, record=False)
    noise = np.random.default_rng(0).normal(scale=0.03, size=catalog.n_train)
    leaning = pd.Series(np.log(catalog.price) - 0.1 + noise, name="log_price")
    kept = Run(**{**vars(run), "key": "f" * 32, "oof_log_price": leaning, "oof_smape_pct": 10.0})
    keep_run(kept, store=store, created="2026-01-01T00:00:00+00:00")
    return kept


def open_submission(open_page: Open) -> AppTest:
    app = open_page("ensemble")
    app.session_state["ensemble.tab"] = "Submission"
    return sound(app.run())


def test_a_gain_is_told_with_its_interval():
    assert said(RuleGain(-0.031, -0.052, 0.0109)) == "−0.03 [−0.05, +0.01]"


def test_where_nothing_is_gained_the_switch_is_off(open_page: Open, catalog: Catalog, store: ArtifactStore) -> None:
    quick_run(catalog, store)
    app = open_submission(open_page)
    toggle = app.toggle(key="ensemble.decide.none")
    assert toggle.disabled
    assert not toggle.value
    assert "gains nothing beyond noise" in toggle.label
    assert "one shift for all" in texts(app)


def test_a_real_gain_moves_what_is_written_until_it_is_switched_off(
    open_page: Open, catalog: Catalog, store: ArtifactStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _leaning_run(catalog, store)
    app = open_submission(open_page)
    # The stack takes the lean back itself, so that nothing is left to decide.
    app.selectbox(key=WAY).set_value("single:log").run()
    key = next(str(item.key) for item in app.toggle if str(item.key).startswith("ensemble.decide."))
    assert key != "ensemble.decide.none"
    monkeypatch.setattr(core.config, "PROJECT_ROOT", tmp_path)
    written = {}
    for on in (True, False):
        app.toggle(key=key).set_value(on).run()
        sound(app.button(key="ensemble.write").click().run())
        written[on] = pd.read_csv(tmp_path / "out" / "test_out.csv")["price"]
    assert np.allclose(written[False], to_price(run.test_log_price), rtol=1e-4)
    assert np.allclose(np.log(written[True] / written[False]), 0.1, atol=0.06)
