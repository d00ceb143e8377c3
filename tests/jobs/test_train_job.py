"""A real training job: its curves while it runs, SIGKILL in the middle, resumed, equal to an undisturbed one."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.folds import random_plan
from core.jobs import read_feed, resume_job, start_job
from core.store import ArtifactStore
from core.train import TrainSpec, all_runs, load_run, train
from tests.jobs.waiting import kill_job, wait_until

SPEC = TrainSpec("lightgbm", ("five_simple", "size"), seed=1, learning_rate=0.01, max_rounds=600, patience=600)


def test_a_killed_training_job_goes_on_and_equals_an_undisturbed_run(own_cache: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    files = write_demo(tmp_path / "demo", DemoSpec(rows=150, unseen=0.3, seed=3, photos=0))
    source = CatalogSource(str(files.train), str(files.test))
    settings = {"learning_rate": 0.01, "max_rounds": 600, "patience": 600}
    params = {"source": source.to_json(), "family": "lightgbm", "blocks": list(SPEC.blocks), "seed": 1}
    job_id = start_job("train", {**params, "settings": settings}, title="train")

    wait_until(job_id, lambda status: bool(read_feed(job_id).get("fold 1") and read_feed(job_id)["fold 1"].said))
    kill_job(job_id, own_cache)
    store = ArtifactStore(own_cache)
    assert all_runs(store=store) == []

    resume_job(job_id)
    status = wait_until(job_id, lambda status: not status.active)
    assert (status.state, status.error) == ("done", None)
    curves = read_feed(job_id)
    assert [len(curves[f"fold {fold}"].x) for fold in range(1, 6)] == [600] * 5
    assert all(curve.said for curve in curves.values())

    resumed = load_run(str((status.result or {})["run_id"]), store=store)
    catalog = load_catalog(source)
    undisturbed = train(catalog, random_plan(catalog), SPEC, store=ArtifactStore(tmp_path / "undisturbed"))
    assert resumed is not None
    assert resumed.key == undisturbed.key
    pd.testing.assert_series_equal(resumed.oof_log_price, undisturbed.oof_log_price, check_exact=True)
    pd.testing.assert_frame_equal(resumed.test_fold_log_price, undisturbed.test_fold_log_price, check_exact=True)
    store.close()
