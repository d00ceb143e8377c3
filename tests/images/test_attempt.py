from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from core.images.attempt import _retry_after
from core.images.body import unpacker
from core.images.gauge import Gauge


@pytest.mark.parametrize(("value", "seconds"), [("0", 0.0), ("120", 120.0), ("9" * 40, 999999999.0)])
def test_patience_in_seconds(value: str, seconds: float) -> None:
    assert _retry_after(value) == seconds


@pytest.mark.parametrize("value", ["", "-1", "1.5", "soon", "²", "Wed, 99 Foo 2015"])
def test_patience_that_nobody_understands(value: str) -> None:
    assert _retry_after(value) is None


def test_patience_until_a_date() -> None:
    soon = datetime.now(UTC) + timedelta(hours=1)
    wait = _retry_after(format_datetime(soon, usegmt=True))
    assert wait is not None and 3500 < wait <= 3600
    assert _retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert _retry_after("Wednesday, 21-Oct-15 07:28:00 GMT") == 0.0


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "compress"])
def test_packings_that_are_not_undone(encoding: str) -> None:
    with pytest.raises(ValueError, match="not asked for"):
        unpacker(encoding)


def test_the_gauge_tells_the_rate_of_late_and_what_is_left() -> None:
    gauge = Gauge(total=1000, before=100)
    assert gauge.words(0.0, waiting=False) == "photos, 100 of 1,000"
    for number in range(40):
        gauge.count(failed=number % 4 == 0)
    assert gauge.words(4.0, waiting=False) == "photos, 140 of 1,000 · 10 failed · 10.0 a second · 86 s left"
    assert gauge.words(4.0, waiting=True).endswith("waiting for the servers")
    assert gauge.fraction == 0.14
    assert gauge.rate(30.0) < 10.0
    assert Gauge(0, 0).fraction == 1.0
