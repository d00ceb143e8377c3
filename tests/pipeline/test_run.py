"""The headless way from two files to a submission, on small files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.blend import RULES
from core.catalog import CatalogSource, DemoSpec, write_demo
from core.errors import Cancelled, InputError
from core.pipeline import PipelineSpec, diagnose, latest_report, run_pipeline, write_result
from core.sentinel import CHECKS
from core.shift import SETTINGS, TWIN_KINDS
from core.store import ArtifactStore
from core.types import ID


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> CatalogSource:
    files = write_demo(tmp_path_factory.mktemp("demo"), DemoSpec(rows=400, unseen=0.3, seed=3, photos=0))
    return CatalogSource(str(files.train), str(files.test))


def test_a_run_reports_what_it_exports(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    seen: list[float] = []
    result = run_pipeline(source, PipelineSpec(), store=store, report=lambda fraction, _m: seen.append(fraction))
    write_result(result, tmp_path / "out")
    report = json.loads((tmp_path / "out/report.json").read_text())
    assert report["command"] == "run"
    assert report["data"]["n_train"] == 400
    assert report["cv"]["smape_pct"] == report["blend"]["nested_smape_pct"]
    assert len(report["cv"]["fold_smape_pct"]) == 5
    assert np.mean(report["cv"]["fold_smape_pct"]) == pytest.approx(report["cv"]["smape_pct"])
    assert sum(report["blend"]["weights"].values()) == pytest.approx(1.0)
    models = [(run["family"], run["loss"]) for run in report["runs"]]
    others = [("linear", "smape"), ("dual_input", "smape")]
    assert models == [("lightgbm", "l1"), ("xgboost", "l1"), ("lightgbm", "smape"), *others]
    assert {"train.lightgbm", "train.lightgbm.smape", "train.dual_input.smape"} <= set(report["seconds"])
    decision = report["blend"]["decision"]
    assert decision["rule"] in RULES
    assert set(decision["rules"]) == set(RULES) - {"none"}
    assert (decision["rule"] == "none") == all(low <= 0 for _, low, _ in decision["rules"].values())
    settings = {step["setting"]: step["oof_smape_pct"] for step in report["gap"]}
    assert set(settings) == set(SETTINGS)
    assert settings["in_sample_brand_price"] == min(settings.values())
    assert report["forecast"]["low_pct"] < report["forecast"]["smape_pct"] < report["forecast"]["high_pct"]
    assert 0 < report["brand"]["test_rows_unseen_pct"] < 100
    assert {check["verdict"] for check in report["export"]["checks"]} == {"pass"}
    assert [line["check"] for line in report["sentinel"]] == list(CHECKS)
    assert [line for line in report["sentinel"] if line["verdict"] != "pass"] == []
    assert report["seconds"]["sentinel"] > 0
    assert report["seconds"]["total"] > 0
    assert report["peak_rss_mb"] > 50
    assert report["export"].pop("bundle")["file"] == "bundle.zip"
    assert latest_report(result.catalog.key, store=store) == report
    assert min(seen) == 0.0
    assert max(seen) == 1.0
    lines = (tmp_path / "out/test_out.csv").read_text().splitlines()
    assert lines[0] == "sample_id,price"
    assert [line.split(",")[0] for line in lines[1:]] == list(result.catalog.items.test.index)


def test_the_same_bytes_from_a_cold_and_a_warm_cache(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    spec = PipelineSpec(preset="brand", forecast=False)
    files = []
    for name, where in (("cold", store), ("warm", store), ("elsewhere", ArtifactStore(tmp_path / "other"))):
        result = run_pipeline(source, spec, store=where)
        write_result(result, tmp_path / name)
        files.append((tmp_path / name / "test_out.csv").read_bytes())
        assert all(run["cached"] == (name == "warm") for run in result.report["runs"])
    assert files[0] == files[1] == files[2]
    other = run_pipeline(source, PipelineSpec(preset="brand", forecast=False, seed=1), store=store)
    write_result(other, tmp_path / "seed1")
    assert (tmp_path / "seed1/test_out.csv").read_bytes() != files[0]


def test_a_cancelled_run_is_taken_up_again(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    spec = PipelineSpec(preset="brand", forecast=False)
    undisturbed = run_pipeline(source, spec, store=ArtifactStore(tmp_path / "other"))

    def cancel(fraction: float, _message: str) -> None:
        if fraction > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        run_pipeline(source, spec, store=store, report=cancel)
    resumed = run_pipeline(source, spec, store=store)
    pd.testing.assert_frame_equal(resumed.submission, undisturbed.submission, check_exact=True)


def test_a_side_table_joins_every_preset(source: CatalogSource, store: ArtifactStore, tmp_path: Path):
    train = pd.read_csv(source.train, dtype={ID: str})
    # A true helper: a coarse price class, for half the rows.
    half = train.iloc[::2]
    table = pd.DataFrame({ID: half[ID], "price_class": pd.qcut(half["price"], 4, labels=list("abcd")).astype(str)})
    table.to_csv(tmp_path / "classes.csv", index=False)
    with_side = CatalogSource(source.train, source.test, sides=(str(tmp_path / "classes.csv"),))
    spec = PipelineSpec(preset="five-simple", forecast=False)
    plain = run_pipeline(source, spec, store=store).report
    helped = run_pipeline(with_side, spec, store=store).report
    assert helped["data"]["side_tables"] == ["classes"]
    assert "side:classes" in helped["runs"][0]["blocks"]
    assert "sentinel" not in helped
    assert helped["cv"]["smape_pct"] < plain["cv"]["smape_pct"] - 3


def test_diagnose_reports_without_an_export(source: CatalogSource, store: ArtifactStore):
    report = diagnose(source, store=store)
    assert report["command"] == "diagnose"
    assert {"brand", "shift", "gap", "forecast", "sentinel"} <= set(report)
    assert report["shift"]["duplicates_across"] >= 0
    assert [line["kind"] for line in report["shift"]["twins"]] == list(TWIN_KINDS)
    assert all(line.keys() == {"check", "verdict", "evidence"} for line in report["sentinel"])
    assert "export" not in report
    assert latest_report(report["data"]["key"], store=store, command="diagnose") == report
    assert latest_report(report["data"]["key"], store=store) is None


def test_unknown_presets_are_named_with_the_known_ones():
    with pytest.raises(InputError, match=r"'txt'.*text"):
        PipelineSpec(preset="txt")
