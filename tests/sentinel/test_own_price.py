from __future__ import annotations

import numpy as np
import pytest

from core.sentinel.own_price import MAX_CHANGED, Movement, changed_rows, judged, movement, moves
from core.train import Matrix


def _matrix(*columns: list[float]) -> Matrix:
    x = np.column_stack([np.array(column, dtype=np.float32) for column in columns])
    return Matrix(x, x[:0], [f"c{i}" for i in range(x.shape[1])], ["block"] * x.shape[1], [])


def test_moves_are_counted_in_spreads_of_the_column():
    before = _matrix([0.0, 2.0, 0.0, 2.0], [5.0, 5.0, np.nan, np.nan], [1.0, 1.0, 1.0, 1.0])
    after = _matrix([0.0, 2.0, 3.0, 2.0], [5.0, np.nan, np.nan, 5.0], [1.0, 1.0, 1.0, 1.5])
    assert moves(before, after).T.tolist() == [[0, 0, 3, 0], [0, 1, 0, 1], [0, 0, 0, 0.5]]


def test_own_moves_are_those_beyond_the_unchanged_rows_beside():
    before = _matrix([0.0, 2.0, 0.0, 2.0])
    after = [before, _matrix([1.0, 4.0, 0.5, 2.0])]
    rows, changed = np.array([True, True, True, False]), np.array([True, True, False, False])
    found = movement([before, before], after, rows=rows, changed=changed)
    assert found.validation.tolist() == [0.0]
    assert found.own == pytest.approx([1.5 - 0.5])
    # Two changed rows moved 1 and 2: variance 0.25, error √(0.25/2); five of them.
    assert found.own_limit == pytest.approx([5 * np.sqrt(0.125)])


def _judged(validation: float, own: float, shift: float = 0.0) -> tuple[str, str]:
    moved = Movement(np.array([0.0, validation]), np.array([own, 0.0]), np.array([0.2, 0.2]))
    found = judged(moved, _matrix([0.0], [0.0]), n_changed=4, n_rows=9, prediction_shift=shift)
    return found.verdict, found.evidence


def test_the_column_that_moved_is_named():
    assert _judged(0.0, 0.1)[0] == "pass"
    assert "9 predictions bit-identical" in _judged(0.0, 0.1)[1]
    assert _judged(0.009, 0.1, 0.002)[0] == "pass"
    verdict, evidence = _judged(0.02, 0.1)
    assert (verdict, "moved block.c1 in their own fold by up to 0.02" in evidence) == ("fail", True)
    verdict, evidence = _judged(0.0, 0.3)
    assert (verdict, "their own block.c0 moved 0.30 spreads more" in evidence) == ("fail", True)
    assert _judged(0.0, 0.0, 0.05)[0] == "warn"


def test_a_tenth_of_the_fold_is_changed():
    rows = np.arange(400) < 200
    changed = changed_rows(rows, seed=0)
    assert changed.sum() == 20
    assert not changed[200:].any()
    assert changed_rows(np.ones(5000, dtype=bool), seed=0).sum() == MAX_CHANGED
