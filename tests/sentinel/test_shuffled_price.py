from __future__ import annotations

import numpy as np
import pytest

from core.sentinel.lab import constant_smape_pct, drawn_rows
from core.sentinel.shuffled_price import Followers, followers, judged, noise_pct
from core.train import Matrix

QUIET = Followers(["a.x", "b.y"], np.array([0.1, 0.05]), np.array([0.0, 0.2]), 0.3)


@pytest.mark.parametrize(("read", "verdict"), [(72.1, "pass"), (77.9, "pass"), (71.9, "fail"), (78.1, "fail")], ids=str)
def test_one_below_and_five_above_chance_are_let_pass(read: float, verdict: str):
    assert judged(read, 73.0, 0.1, QUIET).verdict == verdict


def test_few_rows_widen_what_is_let_pass():
    assert judged(70.1, 73.0, 1.0, QUIET).verdict == "pass"
    assert judged(69.9, 73.0, 1.0, QUIET).verdict == "fail"


def test_a_column_that_follows_is_named_whatever_the_score():
    here = Followers(["a.x", "b.y"], np.array([0.1, 0.5]), np.array([0.0, 0.6]), 0.3)
    there = Followers(["a.x", "b.y"], np.array([0.1, 0.05]), np.array([0.8, 0.0]), 0.3)
    assert judged(73.0, 73.0, 0.1, here).evidence.count("b.y follows the prices it is scored on") == 1
    assert judged(73.0, 73.0, 0.1, there).evidence.count("a.x follows the prices it is trained on") == 1


def test_followers_are_rank_correlations_by_the_share_of_rows_with_a_value():
    log_price = np.arange(200.0)
    valid = np.arange(200) % 2 == 0
    on_training, half = np.where(valid, 0.0, log_price), np.where(np.arange(200) < 100, np.nan, -log_price)
    x = np.column_stack([on_training, half]).astype(np.float32)
    found = followers(Matrix(x, x[:0], ["x", "b.y"], ["a", "b"], []), log_price, valid)
    assert found.names == ["a.x", "b.y"]
    assert found.validation == pytest.approx([0.0, 0.5])
    assert found.training == pytest.approx([1.0, 0.5])
    assert found.limit == pytest.approx(0.6)


def test_chance_is_the_best_constant():
    log_price = np.log([1.0, 2.0, 2.0, 2.0, 50.0])
    # 2 misses 1 by 200/3 and 50 by 200·48/52.
    assert constant_smape_pct(log_price) == pytest.approx((200 / 3 + 200 * 48 / 52) / 5)


def test_noise_is_the_standard_error_of_the_difference_to_the_median():
    log_price = np.array([0.0, 0.0, 0.0, 2.0])
    predicted = np.array([0.0, 0.0, 0.0, 2.0])
    gain = 200 * np.tanh(1.0)
    assert noise_pct(log_price, predicted) == pytest.approx(gain * np.sqrt(3) / 4 / 2)


def test_the_draw_takes_what_there_is_and_no_more():
    assert drawn_rows(5, 10, seed=0).all()
    assert drawn_rows(100, 10, seed=0).sum() == 10
    assert (drawn_rows(100, 10, seed=0) != drawn_rows(100, 10, seed=1)).any()
