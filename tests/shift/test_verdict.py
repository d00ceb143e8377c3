from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.folds import FoldPlan, random_plan
from core.shift import Adversarial, ColumnDrift, no_shift, unseen_change, unseen_spread, verdict
from core.types import ID, Catalog, SplitFrame


def told(auc: float, *, n_train: int = 6000, n_test: int = 4000) -> Adversarial:
    empty = pd.DataFrame({"propensity": []}, index=pd.Index([], name=ID))
    top = pd.DataFrame(columns=["column", "modality", "weight", "auc_alone"])
    return Adversarial(auc, auc - 0.02, auc + 0.02, {}, SplitFrame(empty, empty), top, n_train, n_test)


def drift(*p_values: float) -> ColumnDrift:
    table = pd.DataFrame(
        {
            "column": [f"size.c{i}" for i in range(len(p_values))],
            "p_value": list(p_values),
            "alarm": [p < 0.05 for p in p_values],
            "where": "at most 3",
            "train_pct": 40.0,
            "test_pct": 52.5,
        }
    )
    return ColumnDrift(table, 93, 100, 10_000)


def test_alike_in_all_three_ways() -> None:
    assert no_shift(told(0.51), unseen_change=0.01, drift=drift(0.2, 0.9))
    said = verdict(told(0.51), unseen_change=0.01, drift=drift(0.2, 0.9))
    assert said.startswith("No shift")
    assert "column" not in said


def test_a_column_at_the_edge_of_chance_is_named_and_changes_nothing() -> None:
    said = verdict(told(0.51), unseen_change=0.01, drift=drift(0.03, 0.9))
    assert said.startswith("No shift")
    assert "1 of 93 column differs by more than chance allows, first of all size.c0 at most 3: 40.0 % of train" in said


def test_a_column_that_is_certain_is_a_shift_of_its_own() -> None:
    assert not no_shift(told(0.51), unseen_change=0.01, drift=drift(0.001, 0.002, 0.9))
    said = verdict(told(0.51), unseen_change=0.01, drift=drift(0.001, 0.002, 0.9))
    assert said.startswith("A shift in single columns")
    assert "2 of 93 columns differ" in said


def test_unseen_brands_and_the_classifier_come_first() -> None:
    brand = verdict(told(0.52), unseen_change=0.2, drift=drift(0.001))
    assert brand.startswith("Brand shift")
    assert "size.c0" in brand
    strong = verdict(told(0.8), unseen_change=0.2, drift=drift(0.001))
    assert strong.startswith("A strong shift: a classifier ranks a test row above a train row 80 times in 100, and")
    assert "20.0 points more rows of unseen brands" in strong
    assert "14.0 points fewer" in verdict(told(0.65), unseen_change=-0.14)
    assert verdict(told(0.6), unseen_change=0.0).startswith("A clear shift")


def test_small_files_reach_more_by_chance() -> None:
    assert not no_shift(told(0.55), unseen_change=0.0)
    assert no_shift(told(0.55, n_test=100), unseen_change=0.0)
    assert not no_shift(told(0.5), unseen_change=0.08, unseen_spread=0.01)
    assert no_shift(told(0.5), unseen_change=0.08, unseen_spread=0.05)


def named(plan_rows: int, test_rows: int, brands: int, seed: int) -> SplitFrame:
    rng = np.random.default_rng(seed)
    keys = [f"b{i}" if i else "" for i in rng.integers(0, brands, plan_rows + test_rows)]
    frame = pd.DataFrame({"brand_key": keys}, index=pd.Index([f"r{i}" for i in range(len(keys))], name=ID))
    return SplitFrame(frame.iloc[:plan_rows], frame.iloc[plan_rows:])


def plan_of(frame: SplitFrame, seed: int) -> FoldPlan:
    price = pd.Series(1.0, index=frame.train.index)
    items = SplitFrame(*(pd.DataFrame({"t": ""}, index=side.index) for side in (frame.train, frame.test)))
    return random_plan(Catalog("made", items, price, f"key{seed}"), seed=seed)


def test_the_spread_is_what_alike_files_show() -> None:
    changes, spreads = [], []
    for seed in range(40):
        frame = named(200, 50, 120, seed)
        plan = plan_of(frame, seed)
        changes.append(unseen_change(frame, plan, seed=seed))
        spreads.append(unseen_spread(frame, plan, seed=seed, n_permutations=40))
    assert np.std(changes) == pytest.approx(np.mean(spreads), rel=0.3)
    assert np.std(spreads) < 0.4 * np.mean(spreads)


def test_the_spread_shrinks_with_the_rows() -> None:
    small, large = named(400, 40, 200, 0), named(400, 400, 200, 0)
    assert unseen_spread(small, plan_of(small, 0)) > 1.5 * unseen_spread(large, plan_of(large, 0))
