from __future__ import annotations

from core.figures import ensemble


def test_the_blend_stands_below_its_members() -> None:
    points = ensemble.member_scores({"a": 54.0, "b": 55.0}, 53.5).data[0]
    assert list(points.y) == ["a", "b", "blend"]
    assert list(points.x) == [54.0, 55.0, 53.5]


def test_weights_are_shown_as_shares() -> None:
    by_hand, suggested = ensemble.weight_bars({"a": 1.0, "b": 1.0}, {"a": 0.7, "b": 0.3}).data
    assert list(by_hand.x) == [50.0, 50.0]
    assert list(suggested.x) == [70.0, 30.0]


def test_all_weights_zero_can_be_drawn() -> None:
    assert list(ensemble.weight_bars({"a": 0.0}, {"a": 1.0}).data[0].x) == [0.0]
