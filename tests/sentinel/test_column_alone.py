from __future__ import annotations

import numpy as np
import pytest

from core.sentinel.column_alone import Columns, Suspect, alarming, judged, out_of_fold
from core.train import Matrix


def _columns(*blocks: str) -> Columns:
    names = [f"{block}.c{i}" for i, block in enumerate(blocks)]
    honest = np.array([not block.startswith(("side:", "extra")) for block in blocks])
    return Columns(np.zeros((3, len(blocks))), list(blocks), names, honest, [], np.zeros(3), np.zeros(3, dtype=int))


def test_a_column_alarms_once_by_its_largest_statistic_or_by_its_gain():
    found = [Suspect(0, 0.3, 0.25), Suspect(0, 0.35, 0.4), Suspect(1, 0.39, 0.4), Suspect(2, 0.1, 0.25)]
    assert [(item.column, item.correlation) for item in alarming(found, {})] == [(0, 0.35)]
    assert [item.column for item in alarming(found, {2: 15.0})] == [0, 2]
    assert alarming(found[2:], {2: 14.9}) == []


def test_a_side_table_is_sent_to_review_and_anything_else_fails():
    columns = _columns("size", "side:mine", "extra")
    found = [Suspect(0, 0.1, 0.25), Suspect(1, 0.6, 0.25), Suspect(2, 0.7, 0.25)]
    assert judged(columns, found[:1], {}, 50.0).verdict == "pass"
    side = judged(columns, found[:2], {1: 20.0}, 50.0)
    assert side.verdict == "warn"
    assert "side:mine.c1 (rank correlation 0.60, gains 20.0 SMAPE)" in side.evidence
    both = judged(columns, found, {}, 50.0)
    assert (both.verdict, both.evidence[:7]) == ("fail", "2 of 3 ")


def test_the_closest_column_is_named_by_its_limit():
    columns = _columns("size", "words")
    found = [Suspect(0, 0.2, 0.25), Suspect(1, 0.22, 0.4)]
    assert "closest is size.c0 at 0.20 of 0.25" in judged(columns, found, {}, 50.0).evidence


def test_each_row_is_read_as_its_own_fold_sees_it():
    first, second = (np.array([[low], [low + 1], [low + 2]], dtype=np.float32) for low in (0, 10))
    matrices = [Matrix(x, x[:0], ["c"], ["side:s"], []) for x in (first, second)]
    found = out_of_fold(matrices, np.array([0, 1, 0]), np.zeros(3), ours=["size"])
    assert found.values.ravel() == pytest.approx([0, 11, 2])
    assert (found.names, found.honest.tolist()) == (["side:s.c"], [False])
