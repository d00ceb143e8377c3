"""The blend of a report held against the true test prices of a generated catalogue."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.folds import random_plan
from core.metrics import smape_pct, to_price
from core.pipeline import true_smape_pct
from core.store import ArtifactStore
from core.train import TrainSpec, train


@pytest.fixture
def source(tmp_path: Path) -> CatalogSource:
    files = write_demo(tmp_path / "demo", DemoSpec(rows=150, unseen=0.3, seed=5, photos=0))
    return CatalogSource(str(files.train), str(files.test))


def test_the_blend_is_scored_on_the_true_prices(source: CatalogSource, store: ArtifactStore) -> None:
    catalog = load_catalog(source)
    spec = TrainSpec("lightgbm", ("five_simple",), max_rounds=5)
    run = train(catalog, random_plan(catalog), spec, store=store)
    report = {"blend": {"weights": {run.run_id: 1.0}}}
    truth = pd.read_csv(Path(source.test).with_name("test_truth.csv"), dtype={"sample_id": "str"})
    wanted = smape_pct(truth["price"], to_price(run.test_log_price[truth["sample_id"]].to_numpy(dtype=np.float64)))
    assert true_smape_pct(report, source, catalog, store=store) == pytest.approx(wanted)
    gone = {"blend": {"weights": {run.run_id: 0.5, "000000000000": 0.5}}}
    assert true_smape_pct(gone, source, catalog, store=store) is None
    assert true_smape_pct({}, source, catalog, store=store) is None


def test_prices_of_another_test_file_are_not_taken_for_its_own(source: CatalogSource, store: ArtifactStore) -> None:
    catalog = load_catalog(source)
    run = train(catalog, random_plan(catalog), TrainSpec("lightgbm", ("five_simple",), max_rounds=5), store=store)
    Path(source.test).with_name("test_truth.csv").write_text("sample_id,price\nanother,1.00\n")
    report = {"blend": {"weights": {run.run_id: 1.0}}}
    assert true_smape_pct(report, source, catalog, store=store) is None
