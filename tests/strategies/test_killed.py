"""A list of strategies killed in its middle goes on with the next, and does nothing twice."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.jobs import JobStatus, job_status, read_feed, resume_job, start_job
from core.store import ArtifactStore
from core.strategies import MemberRecipe, Strategy, find_outcome, run_strategy
from tests.strategies.recipes import CONSTANT, SIZES

PATIENCE_S = 120.0
SLOW = Strategy(
    "slow",
    "Slow",
    "",
    ("five_simple", "size"),
    (MemberRecipe("lightgbm", "l1", {"max_rounds": 600, "learning_rate": 0.01, "patience": 600}),),
)


def wait_until(job_id: str, wanted: Callable[[JobStatus], bool]) -> JobStatus:
    give_up = time.monotonic() + PATIENCE_S
    while not wanted(status := job_status(job_id)):
        assert time.monotonic() < give_up, f"still {status.state} at {status.fraction}: {status.message}"
        time.sleep(0.01)
    return status


def stamps(cache: Path) -> dict[str, int]:
    """When each record was last written."""
    return {
        path.name: path.stat().st_mtime_ns for kind in ("runs", "strategies") for path in (cache / kind).glob("*.json")
    }


def test_killed_in_the_middle_of_the_third_it_goes_on_with_the_third(
    own_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHELFPRICE_THREADS", "1")
    files = write_demo(tmp_path / "demo", DemoSpec(rows=150, unseen=0.3, seed=3, photos=0))
    source = CatalogSource(str(files.train), str(files.test))
    wanted = [CONSTANT, SIZES, SLOW]
    params = {"source": source.to_json(), "strategies": [one.to_json() for one in wanted], "minutes": None}
    job_id = start_job("strategies", params, title="All strategies")
    in_the_middle = {f"fold {number}" for number in (2, 3, 4, 5)}
    wait_until(
        job_id,
        lambda status: status.message[:6] in in_the_middle and set(read_feed(job_id)) == {"constant", "sizes"},
    )
    os.killpg(int(json.loads((own_cache / "jobs" / job_id / "process.json").read_bytes())["pid"]), signal.SIGKILL)
    assert wait_until(job_id, lambda status: not status.active).state == "interrupted"
    before = stamps(own_cache)
    assert len(before) == 3

    resume_job(job_id)
    status = wait_until(job_id, lambda status: not status.active)
    assert (status.state, status.result) == ("done", {"done": 1, "failed": 0, "too_long": []})
    after = stamps(own_cache)
    assert {name: after[name] for name in before} == before
    assert len(after) == 5

    store, catalog = ArtifactStore(own_cache), load_catalog(source)
    outcomes = [find_outcome(one, catalog, store=store) for one in wanted]
    assert [outcome is not None and outcome.state for outcome in outcomes] == ["done"] * 3
    with_parts = outcomes[2]
    assert with_parts is not None
    undisturbed = run_strategy(catalog, SLOW, store=ArtifactStore(tmp_path / "undisturbed"))
    assert with_parts.oof_smape_pct == undisturbed.oof_smape_pct
    assert with_parts.sha256 == undisturbed.sha256
    store.close()
