from __future__ import annotations

import numpy as np
import pytest

from core.sentinel.fold_mismatch import Drop, judged, largest_drop

FOLD = np.repeat(np.arange(5), 100)


def _errors(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(50.0, 20.0, 500)


def test_the_drop_is_below_the_median_of_the_other_folds():
    errors = np.repeat([50.0, 54.0, 40.0, 52.0, 90.0], 100)
    drop = largest_drop(errors, FOLD)
    assert (drop.fold, drop.smape_pct) == (2, pytest.approx((52.0 + 54.0) / 2 - 40.0))
    # The fold itself has no spread here; the members' whole spread stands in for it.
    assert drop.error_pct == pytest.approx(errors.std() / 10.0)


def test_a_drop_alarms_beyond_its_limit_and_beyond_chance():
    assert Drop(0, 4.1, 0.8).alarming(4.0)
    assert not Drop(0, 3.9, 0.1).alarming(4.0)
    assert not Drop(0, 4.1, 0.9).alarming(4.0)


def test_members_as_good_as_each_other_pass():
    shared = _errors(0)
    members = {name: shared + np.random.default_rng(i).normal(0, 3, 500) for i, name in enumerate("abc")}
    assert judged(members, FOLD, alone_limit_pct=6.0).verdict == "pass"


def test_the_member_that_is_too_good_in_one_fold_is_named_and_not_its_neighbour():
    shared = _errors(0)
    cheat = np.where(FOLD == 1, shared - 20.0, shared + 0.1)
    for members in ({"cheat": cheat, "fair": shared}, {"fair": shared, "cheat": cheat}):
        found = judged(members, FOLD, alone_limit_pct=6.0)
        assert found.verdict == "fail"
        assert found.evidence.startswith("Member cheat reads")
        assert "in fold 2" in found.evidence


def test_a_fault_that_all_members_share_shows_in_each_alone():
    cheat = np.where(FOLD == 4, 5.0, _errors(0))
    for members in ({"one": cheat}, {"one": cheat, "two": cheat + 0.1}):
        found = judged(members, FOLD, alone_limit_pct=6.0)
        assert (found.verdict, "in fold 5" in found.evidence) == ("fail", True)
