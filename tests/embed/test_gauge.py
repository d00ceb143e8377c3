from __future__ import annotations

import pytest

from core.embed.gauge import Gauge, Pace, duration, read_gauge


@pytest.mark.parametrize("left_s", [0.0, 59.0, 3599.0, 7260.0])
def test_a_gauge_is_read_back_from_its_words(left_s: float) -> None:
    gauge = Gauge("photos", 1_500, 75_000, 1234.5, left_s, "decoding", 1_007)
    assert read_gauge(gauge.words()) == gauge


def test_other_messages_are_no_gauge() -> None:
    assert read_gauge("opening ViT-B-32") is None
    assert read_gauge("photos, 3 of 9 · 1.0 a second") is None


def test_durations_in_words() -> None:
    assert [duration(seconds) for seconds in (5.4, 65, 3700)] == ["5 s", "1 min 5 s", "1 h 1 min"]


def test_the_pace_is_that_of_the_last_quarter_minute() -> None:
    pace = Pace(0.0)
    assert pace.rate(0.0, 0) == 0.0
    assert pace.rate(10.0, 100) == 10.0
    assert pace.rate(20.0, 120) == pytest.approx(120 / 20)
    assert pace.rate(30.0, 140) == pytest.approx(40 / 20)
