from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.sentinel.id_order import (
    above_auc,
    between_share,
    id_numbers,
    id_order,
    neighbour_means,
    order_correlations,
)
from core.types import ID, Catalog, SplitFrame
from tests.sentinel.conftest import Case


def test_neighbours_leave_the_row_itself_out():
    assert neighbour_means(np.array([1.0, 2.0, 4.0, 8.0]), reach=1).tolist() == [2.0, 2.5, 5.0, 4.0]


def test_ids_are_numbers_by_the_digits_at_their_end():
    assert id_numbers(pd.Index(["12", "7"])).tolist() == [12.0, 7.0]
    assert id_numbers(pd.Index(["B00-3", "x21"])).tolist() == [3.0, 21.0]
    assert id_numbers(pd.Index(["12", "none"])) is None


def test_share_between_folds_and_auc():
    position, fold = np.arange(4.0), np.array([0, 0, 1, 1])
    # Ranks 1 to 4 have variance 1.25, the folds' means 1.5 and 3.5 have 1.
    assert between_share(position, fold) == pytest.approx(0.8)
    assert between_share(position, np.array([0, 1, 1, 0])) == pytest.approx(0.0)
    assert above_auc(np.array([1.0, 3.0]), np.array([2.0, 3.0])) == pytest.approx((1 + 0 + 1 + 0.5) / 4)


def test_a_slope_and_a_wave_both_show():
    position = np.arange(400.0)
    straight, around = order_correlations(position, position**2)
    assert (straight, around) == (pytest.approx(1.0), pytest.approx(1.0, abs=0.01))
    straight, around = order_correlations(position, np.sin(position / 15))
    assert straight < 0.2
    assert around > 0.95


def test_rows_in_the_order_of_their_prices_fail(clean: Case):
    order = np.argsort(clean.catalog.price.to_numpy())
    items = SplitFrame(clean.catalog.items.train.iloc[order], clean.catalog.items.test)
    sorted_rows = replace(clean.catalog, items=items, price=clean.catalog.price.iloc[order])
    plan = replace(clean.plan, fold_of=clean.plan.fold_of.iloc[order])
    found = id_order(sorted_rows, plan, clean.runs[0].oof_log_price.iloc[order])
    assert found.verdict == "fail"
    assert found.evidence.startswith("Row order goes with the price by a rank correlation of 1.000")


def test_folds_cut_from_the_file_and_ids_that_tell_the_file_warn(clean: Case):
    catalog, oof = clean.catalog, clean.runs[0].oof_log_price
    in_turn = pd.Series(np.arange(600) // 120, index=catalog.price.index)
    found = id_order(catalog, replace(clean.plan, fold_of=in_turn), oof)
    assert (found.verdict, "of the variance of row order lies between folds" in found.evidence) == ("warn", True)
    late = catalog.items.test.set_axis(pd.Index([str(10**6 + i) for i in range(600)], name=ID))
    found = id_order(replace(catalog, items=SplitFrame(catalog.items.train, late)), clean.plan, oof)
    assert (found.verdict, "AUC of 1.000" in found.evidence) == ("warn", True)


def test_ids_without_digits_are_left_alone(clean: Case):
    catalog: Catalog = clean.catalog
    names = pd.Index([f"row-{'abcdefghij'[i // 60]}{'x' * (i % 60)}" for i in range(600)], name=ID)
    items = SplitFrame(catalog.items.train.set_axis(names), catalog.items.test)
    renamed = replace(catalog, items=items, price=catalog.price.set_axis(names))
    plan = replace(clean.plan, fold_of=clean.plan.fold_of.set_axis(names))
    found = id_order(renamed, plan, clean.runs[0].oof_log_price.set_axis(names))
    assert found.verdict == "pass"
    assert "the id" not in found.evidence.lower()
