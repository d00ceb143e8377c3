"""The encoding on the Embeddings page: the gauge, pause and resume, the limit of the cache."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import numpy as np
import pytest

from core.embed.gauge import Gauge
from core.embed.room import label_shelf
from core.embed.vectors import VectorCache, VectorSpace
from core.jobs import list_jobs
from core.jobs.process import mark_process
from core.jobs.records import JobFolder, JobSpec, JobState, StateRecord, job_folder
from core.store import ArtifactStore, hash_bytes
from core.types import Catalog
from tests.pages.conftest import Open, sound, texts

JOB = "20260101-000000-0123abcd"
GAUGE = Gauge("photos", 1200, 6000, 12.5, 384.0, "decoding", 7)


def record(state: JobState, message: str) -> JobFolder:
    """An encoding in the list of jobs."""
    folder = job_folder(JOB)
    folder.root.mkdir(parents=True)
    folder.write_spec(JobSpec(JOB, "embed", "Vectors, small", {"source": {}}, time.time()))
    folder.write_state(StateRecord(state, 0.2, message, queued=1.0, started=2.0))
    return folder


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that a job's record may take for its worker."""
    process = subprocess.Popen(["sleep", "120"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def test_nothing_is_shown_where_nothing_is_encoded(open_page: Open, catalog: Catalog) -> None:
    assert not [button for button in open_page("embeddings").button if button.key == "embed.pause"]


def test_a_running_encoding_shows_its_gauge_and_pauses(
    open_page: Open, catalog: Catalog, sleeper: subprocess.Popen[bytes]
) -> None:
    record("running", GAUGE.words()).write_process(mark_process(sleeper.pid))
    app = sound(open_page("embeddings"))
    said = texts(app)
    for part in ("Photos a second: 12.5", "The limit is: decoding", "Failed: 7"):
        assert part in said
    app.button(key="embed.pause").click()
    said = texts(sound(app.run()))
    assert job_folder(JOB).pause_flag.exists()
    assert "pausing after the batch under way" in said
    assert app.button(key="embed.pause").disabled


def test_a_paused_encoding_is_resumed(open_page: Open, catalog: Catalog) -> None:
    record("paused", GAUGE.words())
    app = sound(open_page("embeddings"))
    assert "paused; what is finished is kept" in texts(app)
    app.button(key="embed.resume").click()
    sound(app.run())
    (job,) = list_jobs()
    assert job.state != "paused"


def test_what_would_go_is_shown_and_goes_only_by_the_button(
    open_page: Open, catalog: Catalog, store: ArtifactStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = VectorSpace("0" * 32, 8)
    cache = VectorCache(store, space)
    cache.add([hash_bytes(str(row).encode()) for row in range(4000)], np.ones((4000, 8), np.float32))
    cache.merge()
    label_shelf(space, "an older model", "text", store=store)
    monkeypatch.setattr("core.embed.run._known_space", lambda *asked: VectorSpace("1" * 32, 8))
    # What the page itself keeps is there once it was open.
    app = sound(open_page("embeddings"))
    monkeypatch.setenv("SHELFPRICE_CACHE_LIMIT_GB", f"{store.size_bytes() / 1e9:.9f}")
    sound(app.run())
    assert "To make room, these would go: an older model, text, 4,000 vectors" in texts(app)
    app.button(key="embed.make_room").click()
    sound(app.run())
    (job,) = list_jobs()
    assert job.params["make_room"] is True
