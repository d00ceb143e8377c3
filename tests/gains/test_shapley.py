"""Shapley shares: they add up, they match the definition, and orderings come in pairs."""

from __future__ import annotations

from itertools import permutations
from math import sqrt

import numpy as np
import pytest
from scipy.stats import t

from core.gains.shapley import antithetic_orderings, prefix_sets, shapley_shares

# A game of three: b and c tell the same, a stands alone.
WORTH = {"": 0.0, "a": 2.0, "b": 3.0, "c": 3.0, "ab": 5.0, "ac": 5.5, "bc": 3.0, "abc": 5.25}


def worth(blocks: frozenset[str]) -> float:
    return WORTH["".join(sorted(blocks))]


def test_over_all_orderings_they_are_the_definition():
    orderings = [order for half in permutations("abc") if half < half[::-1] for order in (half, half[::-1])]
    assert len(set(orderings)) == 6
    shares = shapley_shares(orderings, worth)
    # a comes first in 2 of 6, after b in 1, after c in 1, last in 2: (2·2 + 2 + 2.5 + 2·2.25) / 6.
    assert shares["a"].share_pct == pytest.approx(13 / 6)
    assert shares["b"].share_pct == pytest.approx((2 * 3 + 3 + 0 + 2 * -0.25) / 6)
    assert shares["c"].share_pct == pytest.approx((2 * 3 + 3.5 + 0 + 2 * 0.25) / 6)


@pytest.mark.parametrize("count", [2, 4, 10])
def test_they_add_up_to_the_whole_gain(count: int):
    shares = shapley_shares(antithetic_orderings("abc", count, seed=5), worth)
    assert sum(share.share_pct for share in shares.values()) == pytest.approx(5.25)


def test_the_interval_is_that_of_the_pairs():
    orderings = [("a", "b", "c"), ("c", "b", "a"), ("b", "a", "c"), ("c", "a", "b")]
    share = shapley_shares(orderings, worth)["b"]
    pairs = np.array([(3.0 + 0.0) / 2, (3.0 - 0.25) / 2])
    half = t.ppf(0.95, 1) * pairs.std(ddof=1) / sqrt(2)
    assert share.share_pct == pytest.approx(pairs.mean())
    assert share.interval_90_pct == (pytest.approx(pairs.mean() - half), pytest.approx(pairs.mean() + half))
    assert shapley_shares(orderings[:2], worth)["b"].interval_90_pct is None


def test_orderings_come_with_their_reverse_and_by_seed():
    orderings = antithetic_orderings(["d", "a", "c", "b"], 6, seed=1)
    assert all(sorted(order) == list("abcd") for order in orderings)
    assert [order[::-1] for order in orderings[::2]] == orderings[1::2]
    assert orderings == antithetic_orderings("abcd", 6, seed=1) != antithetic_orderings("abcd", 6, seed=2)
    assert shapley_shares([], worth) == {}


def test_each_prefix_is_needed_once():
    parts = prefix_sets([("a", "b"), ("b", "a")])
    assert parts == [frozenset(), frozenset("a"), frozenset("ab"), frozenset("b")]
