from __future__ import annotations

import numpy as np
import pandas as pd

from core.shift.coded import MAX_CUTS, MAX_LEVELS, OTHERS, coded_column


def test_few_values_keep_a_code_each_and_gaps_have_the_last_one() -> None:
    coded = coded_column(pd.Series([3.0, 1.0, np.nan, 1.0, 7.0]))
    assert coded.code.tolist() == [1, 0, 3, 0, 2]
    assert (coded.n_values, coded.missing, coded.labels) == (3, 3, ("1", "3"))
    assert not coded.is_flag


def test_many_values_are_cut_into_even_groups() -> None:
    coded = coded_column(pd.Series(np.arange(3200.0)))
    assert coded.n_values == MAX_CUTS + 1
    assert set(np.bincount(coded.code).tolist()) == {100}


def test_a_heavy_value_takes_several_cuts_and_order_survives() -> None:
    values = np.concatenate([np.zeros(900), np.arange(1.0, 101.0)])
    coded = coded_column(pd.Series(values))
    assert coded.code[:900].tolist() == [0] * 900
    assert (np.diff(coded.code) >= 0).all()
    assert coded.n_values < MAX_CUTS


def test_a_logarithm_orders_the_rows_alike() -> None:
    values = pd.Series(np.random.default_rng(0).lognormal(size=500))
    assert (coded_column(values).code == coded_column(np.log(values)).code).all()


def test_cuts_of_logarithms_are_named_by_what_they_stand_for() -> None:
    coded = coded_column(pd.Series(np.log([1.0, 2.0, 12.0])), is_log=True)
    assert coded.labels == ("1", "2")


def test_a_flag_is_known_as_one() -> None:
    assert coded_column(pd.Series([0.0, 1.0, np.nan])).is_flag
    assert not coded_column(pd.Series([0.0, 2.0])).is_flag


def test_rare_levels_are_one_and_blanks_are_missing() -> None:
    levels = [f"l{i:03d}" for i in range(MAX_LEVELS) for _ in range(2)] + ["rare", "rarer", ""]
    coded = coded_column(pd.Series(levels, dtype="str"))
    assert coded.labels[-1] == OTHERS
    assert coded.n_values == MAX_LEVELS + 1
    assert coded.code[-3:].tolist() == [MAX_LEVELS, MAX_LEVELS, coded.missing]


def test_a_category_without_a_level_is_missing() -> None:
    coded = coded_column(pd.Series(pd.Categorical(["tea", None, "oil"])))
    assert coded.labels == ("oil", "tea")
    assert coded.code.tolist() == [1, 2, 0]


def test_a_column_of_gaps_has_no_value() -> None:
    coded = coded_column(pd.Series([np.nan, np.nan]))
    assert coded.code.tolist() == [coded.missing] * 2
