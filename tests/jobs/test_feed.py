"""Curves of a job while it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.jobs import Feed, feed_of, read_feed
from core.types import no_progress

JOB = "20250101-000000-0123abcd"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHELFPRICE_CACHE", str(tmp_path))
    (tmp_path / "jobs" / JOB).mkdir(parents=True)
    return tmp_path / "jobs" / JOB / "feed.jsonl"


def test_points_come_back_by_series_in_their_order(path: Path):
    feed = Feed(path)
    feed.points("fold 1", [1.0, 2.0], [60.0, 55.5])
    feed.points("fold 2", [1.0], [61.0])
    feed.close("fold 1", "done at 2")
    curves = read_feed(JOB)
    assert list(curves) == ["fold 1", "fold 2"]
    assert (curves["fold 1"].x, curves["fold 1"].y, curves["fold 1"].said) == ([1.0, 2.0], [60.0, 55.5], "done at 2")
    assert (curves["fold 2"].y, curves["fold 2"].said) == ([61.0], "")


def test_an_attempt_starts_anew_and_a_cut_line_is_left_out(path: Path):
    Feed(path).close("fold 1", "earlier")
    again = Feed(path)
    again.begin()
    again.close("fold 2", "now")
    with path.open("a") as file:
        file.write('["fold 2", 3.0, 5')
    assert {title: curve.said for title, curve in read_feed(JOB).items()} == {"fold 2": "now"}


def test_without_a_job_nothing_is_kept(path: Path):
    feed = feed_of(no_progress)
    feed.points("fold 1", [1.0], [2.0])
    feed.close("fold 1", "x")
    assert not path.exists()
    assert read_feed(JOB) == {}
