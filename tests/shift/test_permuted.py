from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.shift.coded import coded_column
from core.shift.permuted import counts_in_test, permuted_labels, step_down


def test_every_labelling_has_as_many_test_rows() -> None:
    labels = permuted_labels(7, 4, n_permutations=50, seed=1)
    assert labels.shape == (11, 50)
    assert (labels.sum(axis=0) == 4).all()
    assert (labels == permuted_labels(7, 4, n_permutations=50, seed=1)).all()


def test_counts_are_those_of_a_plain_loop() -> None:
    rng = np.random.default_rng(0)
    numbers = pd.Series(np.where(rng.random(40) < 0.2, np.nan, rng.integers(0, 4, 40)))
    columns = [coded_column(numbers), coded_column(pd.Series(rng.choice(["a", "b"], 40), dtype="str"))]
    labels = permuted_labels(30, 10, n_permutations=6, seed=0)
    for column, counts in zip(columns, counts_in_test(columns, labels), strict=True):
        for p in range(6):
            plain = np.bincount(column.code[labels[:, p] == 1], minlength=column.n_values + 1)
            assert counts[:, p].tolist() == plain.tolist()


def _by_hand(observed: np.ndarray, null: np.ndarray) -> list[float]:
    """Step-down by its definition, one comparison after the other; all on one scale already."""
    order, adjusted, last = np.argsort(-observed), np.zeros(len(observed)), 0.0
    for place, at in enumerate(order):
        left = order[place:]
        exceed = (null[:, left].max(axis=1) >= observed[at]).sum() + 1
        last = max(last, exceed / (len(null) + 1))
        adjusted[at] = last
    return adjusted.tolist()


def test_step_down_is_the_one_of_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    null = rng.normal(size=(199, 5))
    # One scale for all, so that the scaling inside changes nothing.
    null = np.column_stack([rng.permutation(null[:, 0]) for _ in range(5)])
    observed = np.array([0.5, 3.5, 1.0, 2.9, -1.0])
    monkeypatch.setattr(np, "quantile", lambda pool, q, axis: np.full(pool.shape[1], 1.0))
    monkeypatch.setattr(np, "median", lambda pool, axis: np.zeros(pool.shape[1]))
    assert step_down(observed, null).tolist() == pytest.approx(_by_hand(observed, null))


def test_what_never_varies_is_never_an_alarm() -> None:
    null = np.column_stack([np.zeros(99), np.random.default_rng(0).normal(size=99)])
    assert step_down(np.array([0.0, 9.0]), null).tolist() == pytest.approx([1.0, 0.01])
    assert step_down(np.zeros(0), np.zeros((99, 0))).size == 0


def test_a_clear_difference_does_not_hide_a_second_one() -> None:
    null = np.abs(np.random.default_rng(1).normal(size=(999, 60)))
    observed = np.concatenate([[9.0, 4.6], np.full(58, 0.5)])
    p_value = step_down(observed, null)
    assert (p_value[:2] < 0.05).all()
    assert (p_value[2:] > 0.5).all()
