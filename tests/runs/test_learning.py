"""Learning curves: fewer fit rows, the same validation rows; and what is foretold from them."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import InputError
from core.folds import random_plan
from core.runs import (
    CurveSpec,
    LearningCurve,
    all_rows_log_price,
    drawn_rows,
    extrapolate,
    latest_curve,
    left_out_largest,
    measure_curve,
    with_fewer_rows,
)
from core.store import ArtifactStore
from core.train import TrainSpec, train
from core.types import Catalog

QUICK = {"max_rounds": 12, "learning_rate": 0.2, "leaves": 6, "min_leaf_rows": 3}
SPEC = TrainSpec("lightgbm", ("size", "brand_price"), **QUICK)


def test_a_share_holds_the_rows_of_a_smaller_one_and_the_same_part_of_each_fold(tiny_catalog: Catalog):
    plan = random_plan(tiny_catalog)
    few, more = drawn_rows(plan, 0.2, seed=1), drawn_rows(plan, 0.5, seed=1)
    assert (few <= more).all()
    assert [int(few[plan.validation_mask(fold)].sum()) for fold in range(5)] == [12] * 5
    assert (drawn_rows(plan, 0.2, seed=2) != few).any()
    assert drawn_rows(plan, 1.0, seed=0).all()


def test_every_row_is_scored_by_a_model_that_never_saw_its_price(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    kept = drawn_rows(plan, 0.4, seed=0)
    part, small = with_fewer_rows(tiny_catalog, plan, kept)
    assert (part.n_train, part.n_test) == (120, 300 + 180)
    run = train(part, small, SPEC, store=store, record=False)
    scored = all_rows_log_price(run, plan)
    assert np.isfinite(scored).all()
    ids = plan.fold_of.index
    assert np.array_equal(scored[kept], run.oof_log_price.loc[ids[kept]])
    outside = np.flatnonzero(~kept)[:20]
    for row in outside:
        fold = int(plan.fold_of.iloc[row])
        assert scored[row] == run.test_fold_log_price.loc[ids[row], f"fold{fold}"]


def test_all_rows_are_the_run_itself(tiny_catalog: Catalog, store: ArtifactStore):
    plan = random_plan(tiny_catalog)
    run = train(tiny_catalog, plan, SPEC, store=store)
    spec = CurveSpec(SPEC, shares=(0.3, 0.4, 0.6, 0.8), seeds=1, full_rows=3000)
    told = []
    found = measure_curve(tiny_catalog, plan, spec, store=store, told=told.append)
    assert found.points[-1].smape_pct == pytest.approx(run.oof_smape_pct)
    assert [point.n_fit for point in found.points] == [72, 96, 144, 192, 240]
    assert list(found.points) == told
    assert found.full.n_fit == 2400
    low, high = found.full_interval_90_pct
    assert low < found.full.low_pct < found.full.smape_pct < found.full.high_pct < high
    again = latest_curve(plan, store=store)
    assert again == found
    assert LearningCurve.from_json(found.to_json()) == found


def _points(a: float, b: float, c: float, sd: float, seed: int) -> tuple[list[int], list[float]]:
    n = [518, 518, 518, 933, 933, 933, 1658, 1658, 1658, 2903, 2903, 2903, 5184, 5184, 5184]
    draw = np.random.default_rng(seed)
    return n, [a + b * size**-c + float(draw.normal(0, sd)) for size in n]


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    held = 0
    truths = [(30.0, 150.0, 0.25), (45.0, 400.0, 0.5), (0.0, 110.0, 0.1), (48.0, 3000.0, 0.9)]
    for seed in range(40):
        a, b, c = truths[seed % 4]
        n, y = _points(a, b, c, 0.25, seed)
        (found,) = extrapolate(n, y, [60_000])
        held += found.low_pct <= a + b * 60_000**-c <= found.high_pct
    assert held >= 32


def test_a_straight_line_in_log_n_is_one_of_the_forms():
    n = [500, 1000, 2000, 4000, 5000]
    (found,) = extrapolate(n, [80 - 3 * np.log(size) for size in n], [20_000])
    assert found.low_pct < 80 - 3 * np.log(20_000) < found.high_pct


def test_the_largest_size_is_foretold_from_the_others():
    n, y = _points(40.0, 200.0, 0.4, 0.1, 3)
    found, measured = left_out_largest(n, y)
    assert found.n_fit == 5184
    assert measured == pytest.approx(float(np.mean(y[-3:])))
    assert found.low_pct < measured < found.high_pct


def test_three_sizes_are_too_few():
    with pytest.raises(InputError, match="3 sizes"):
        extrapolate([1, 2, 3, 3], [1.0, 2.0, 3.0, 3.0], [10])
