from __future__ import annotations

import math

from core.images.schedule import Schedule
from core.images.spec import FetchSpec


def schedule(**settings: float) -> Schedule[str]:
    return Schedule(FetchSpec(**({"per_host": 4, "per_host_rate": 1000.0} | settings)))  # type: ignore[arg-type]


def taken(queue: Schedule[str], now: float, most: int = 100) -> list[str]:
    found = []
    while len(found) < most and (errand := queue.take(now)) is not None:
        found.append(errand)
    return found


def test_hosts_take_turns_and_each_has_no_more_than_it_may() -> None:
    queue = schedule(per_host=2, per_host_rate=math.inf)
    for name in ("a1", "a2", "a3", "b1"):
        queue.add(name[0], name, 0.0)
    assert taken(queue, 1.0) == ["a1", "b1", "a2"]
    assert queue.wait_s(1.0) is None
    queue.release("a", 1.0)
    assert taken(queue, 1.0) == ["a3"]


def test_a_host_has_a_pace() -> None:
    # The first one pays for nothing before it.
    queue = schedule(per_host_rate=2.0)
    for number in range(4):
        queue.add("a", str(number), 10.0)
    assert taken(queue, 10.0) == ["0", "1"]
    assert queue.wait_s(10.0) == 0.5
    assert taken(queue, 10.25) == []
    assert taken(queue, 10.5) == ["2"]
    assert taken(queue, 10.75) == []


def test_an_errand_for_later_waits_for_its_time_and_then_goes_first() -> None:
    queue = schedule(per_host_rate=math.inf)
    queue.add("a", "later", 0.0, at=5.0)
    assert taken(queue, 1.0) == []
    assert queue.wait_s(1.0) == 4.0
    queue.add("a", "fresh", 5.0)
    assert taken(queue, 5.0) == ["later", "fresh"]


def test_a_redirect_goes_ahead() -> None:
    queue = schedule(per_host_rate=math.inf)
    queue.add("a", "one", 0.0)
    queue.add("a", "hop", 0.0, first=True)
    assert taken(queue, 1.0) == ["hop", "one"]


def test_patience_asked_for_is_patience_given_to_all_of_the_host() -> None:
    queue = schedule()
    for name in ("a1", "a2", "b1"):
        queue.add(name[0], name, 0.0)
    assert queue.strained("a", 1.0, begun=0.5, pause_s=30.0)
    assert taken(queue, 1.0) == ["b1"]
    assert queue.wait_s(1.0) == 30.0
    assert taken(queue, 31.0)[0] == "a1"


def test_strain_halves_once_for_all_that_were_under_way_and_good_answers_give_back() -> None:
    queue = schedule(per_host=8, per_host_rate=math.inf)
    for number in range(40):
        queue.add("a", str(number), 0.0)
    assert len(taken(queue, 1.0)) == 8
    for _ in range(3):
        queue.strained("a", 2.0, begun=1.0)
    for _ in range(8):
        queue.release("a", 2.0)
    assert len(taken(queue, 3.0)) == 4
    for _ in range(4):
        queue.release("a", 3.0)
        queue.good("a", 3.0)
    # 4 + 1/4 + 1/4.25 + … is a little below 5.
    assert len(taken(queue, 3.0)) == 4
    queue.good("a", 3.0)
    assert len(taken(queue, 3.0)) == 1


def test_failures_in_a_row_pause_ever_longer_and_end_in_giving_up() -> None:
    queue = schedule(per_host_rate=math.inf, backoff_s=1.0, host_pause_max_s=4.0, host_gives_up=4)
    for number in range(3):
        queue.add("a", str(number), 0.0)
    waits, goes_on = [], []
    for _ in range(8):
        goes_on.append(queue.strained("a", 100.0, begun=0.0))
        waits.append(queue.wait_s(100.0))
    assert waits == [None, None, None, None, 1.0, 2.0, 4.0, 4.0]
    assert goes_on == [True] * 7 + [False]
    assert sorted(queue.drop("a")) == ["0", "1", "2"]
    assert taken(queue, 1000.0) == []


def test_a_good_answer_ends_a_row_of_failures() -> None:
    queue = schedule(host_gives_up=1)
    for _ in range(10):
        assert queue.strained("a", 1.0, begun=0.0)
        queue.good("a", 1.0)
