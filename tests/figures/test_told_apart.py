from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.figures import theme
from core.figures import told_apart as figures

BINS = pd.DataFrame({"low": [0.1, 0.3], "high": [0.3, 0.5], "train_pct": [75.0, 25.0], "test_pct": [50.0, 50.0]})
COLUMNS = pd.DataFrame(
    {
        "name": ["size.pack", "size.pack (missing)", "quality.q"],
        "effect": [0.2, 0.1, 0.02],
        "low": [0.15, 0.05, 0.0],
        "high": [0.25, 0.15, 0.04],
        "chance": [0.02, 0.02, 0.02],
        "alarm": [True, True, False],
        "test": [0, 1, 2],
    }
)
WORDS = pd.DataFrame(
    {
        "term": ["keto", "tea", "oil"],
        "log_odds": [np.log(2.0), -np.log(4.0), np.log(3.0)],
        "low": [0.1, -2.0, 0.5],
        "high": [1.0, -0.5, 2.0],
        "train_rows": [3, 9, 2],
        "test_rows": [6, 2, 6],
        "told": [True, True, False],
    }
)


def test_both_files_propensities_stand_on_one_axis() -> None:
    figure = figures.propensity_steps(BINS, n_train=60, n_test=40)
    assert [(trace.name, trace.line.color) for trace in figure.data] == [("train", theme.TRAIN), ("test", theme.TEST)]
    assert list(figure.data[0].x) == pytest.approx([0.2, 0.4])
    assert figure.layout.shapes[0].x0 == pytest.approx(0.4)


def test_alarms_have_a_colour_of_their_own_and_chance_stands_beside() -> None:
    alarms, rest, chance = figures.column_effects(COLUMNS).data
    assert list(alarms.y) == ["size.pack", "size.pack (missing)"]
    assert alarms.marker.color == theme.BAD
    assert list(rest.x) == pytest.approx([2.0])
    assert list(alarms.error_x.array) == pytest.approx([5.0, 5.0])
    assert list(chance.x) == pytest.approx([2.0] * 3)


def test_only_the_clearest_columns_are_drawn() -> None:
    names = [(i, [f"{i}.{j}" for j in range(3)]) for i in range(20)]
    many = pd.concat([COLUMNS.assign(name=part, test=COLUMNS["test"] + 3 * i) for i, part in names])
    figure = figures.column_effects(many)
    assert sum(len(trace.y) for trace in figure.data[:-1]) == figures.MOST_COLUMNS


def test_words_are_parted_by_the_file_that_has_more_of_them() -> None:
    test, train = figures.word_odds(WORDS).data
    assert (list(test.y), list(train.y)) == (["oil", "keto"], ["tea"])
    assert list(test.x) == pytest.approx([3.0, 2.0])
    assert list(test.marker.symbol) == ["circle-open", "circle"]
    assert (test.marker.color, train.marker.color) == (theme.TEST, theme.TRAIN)
    assert test.error_x.arrayminus[1] == pytest.approx(2.0 - np.exp(0.1))


def test_words_of_one_side_alone_still_draw() -> None:
    assert len(figures.word_odds(WORDS.head(1)).data) == 1
    assert len(figures.word_odds(WORDS.head(0)).data) == 0


def test_columns_that_share_a_test_are_drawn_once() -> None:
    twins = pd.concat([COLUMNS.head(1), COLUMNS.head(1).assign(name="size.log_pack"), COLUMNS.tail(1)])
    names = [name for trace in figures.column_effects(twins).data[:-1] for name in trace.y]
    assert names == ["size.pack", "quality.q"]
