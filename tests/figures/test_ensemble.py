from __future__ import annotations

import numpy as np

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


def test_weights_carry_their_intervals_and_the_folds_their_dots() -> None:
    figure = ensemble.weight_intervals(
        ["a", "b"],
        np.array([0.7, 0.3]),
        np.array([0.6, 0.0]),
        np.array([0.9, 0.4]),
        np.array([[0.8, 0.2], [0.6, 0.4]]),
    )
    *folds, weights = figure.data
    assert [list(fold.x) for fold in folds] == [[0.8, 0.2], [0.6, 0.4]]
    assert list(weights.x) == [0.7, 0.3]
    assert np.allclose(weights.error_x.array, [0.2, 0.1])
    assert np.allclose(weights.error_x.arrayminus, [0.1, 0.3])


def test_errors_of_members_are_correlated_in_a_square() -> None:
    square = ensemble.error_correlation(
        ["a", "b"], np.array([[1.0, 0.9], [0.9, 1.0]]), np.log([[1.0, 1.1], [1.1, 1.0]])
    ).data[0]
    assert np.allclose(square.customdata, [[0, 10], [10, 0]])
    assert square.z.tolist() == [[1.0, 0.9], [0.9, 1.0]]
    assert list(square.x) == list(square.y) == ["a", "b"]
