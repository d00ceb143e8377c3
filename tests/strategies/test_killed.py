"""A list of strategies killed in its middle goes on with the next, and does nothing twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.catalog import CatalogSource, DemoSpec, load_catalog, write_demo
from core.jobs import resume_job, start_job
from core.store import ArtifactStore
from core.strategies import MemberRecipe, Strategy, find_outcome, run_strategy
from tests.jobs.waiting import kill_job, wait_until
from tests.strategies.recipes import CONSTANT, SIZES

SLOW = Strategy(
    "slow",
    "Slow",
    "",
    ("five_simple", "size"),
    (MemberRecipe("lightgbm", "l1", {"max_rounds": 3000, "learning_rate": 0.01, "patience": 3000}),),
)


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
    # The third takes seconds, so that it is in hand as soon as the second is kept.
    wait_until(job_id, lambda status: len(list((own_cache / "strategies").glob("*.json"))) == 2)
    kill_job(job_id, own_cache)
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
