"""Methods beside each other: noise does not flatter the nested score, ties go to the simpler."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.blend import METHODS, Member, assess, blend
from core.blend.assess import MethodScore
from core.folds import FoldPlan

N_ROWS = 3000


def _plan(n_rows: int = N_ROWS) -> FoldPlan:
    ids = pd.Index([str(row) for row in range(n_rows)], name="sample_id")
    fold = np.random.default_rng(0).permutation(n_rows) % 5
    return FoldPlan("random", 5, 0, pd.Series(fold.astype(np.int8), index=ids), "k")


def _members(noise: np.ndarray, plan: FoldPlan, seed: int = 1) -> tuple[list[Member], pd.Series]:
    """Calibrated members: the truth scatters about what they know, so that shrinking them gains nothing."""
    rng = np.random.default_rng(seed)
    known = rng.normal(2.6, 0.9, size=len(noise))
    truth = known + rng.normal(scale=0.5, size=len(noise))
    index, test = plan.fold_of.index, pd.Index(["t1", "t2"], name="sample_id")
    members = [
        Member(f"m{place}", pd.Series(known + column, index=index), pd.Series([1.0, 2.0], index=test))
        for place, column in enumerate(noise.T)
    ]
    return members, pd.Series(np.exp(truth), index=index)


def _score(scores: tuple[MethodScore, ...], name: str, space: str = "log") -> MethodScore:
    return next(score for score in scores if score.method.name == name and score.space == space)


def test_scores_are_those_of_the_blends():
    plan = _plan()
    members, price = _members(np.random.default_rng(2).normal(scale=[0.4, 0.5, 0.6], size=(N_ROWS, 3)), plan)
    tried = assess(members, price, plan)
    assert [(score.method.name, score.space) for score in tried.scores] == [
        (name, space) for name, method in METHODS.items() for space in method.spaces
    ]
    for score in tried.scores:
        mixed = blend(members, price, plan, method=score.method.name, space=score.space)
        assert score.nested_smape_pct == pytest.approx(mixed.nested_smape_pct)
        assert score.in_sample_smape_pct == pytest.approx(mixed.in_sample_smape_pct)
        assert score.mix.weights.tolist() == list(mixed.weights.values())
    best = min(score.nested_smape_pct for score in tried.scores)
    assert tried.best.nested_smape_pct <= best + 2 * tried.best.worse_se_pct
    assert (tried.without_pct > 0).all()


def test_members_of_pure_noise_do_not_improve_the_nested_score():
    plan = _plan()
    rng = np.random.default_rng(4)
    real = rng.normal(scale=0.1, size=(N_ROWS, 3))
    # Noise that knows nothing of the price: what the others know is taken away again.
    known = np.random.default_rng(1).normal(2.6, 0.9, size=N_ROWS)
    noise = rng.normal(2.6, 0.9, size=(N_ROWS, 4)) - known[:, None]
    three, price = _members(real, plan)
    all_seven, _ = _members(np.column_stack([real, noise]), plan)
    alone, beside = assess(three, price, plan), assess(all_seven, price, plan)
    for name in ("greedy", "slsqp"):
        clean, noisy = _score(alone.scores, name), _score(beside.scores, name)
        assert noisy.nested_smape_pct >= clean.nested_smape_pct - 0.02
        assert (noisy.weight_low[3:] <= 0.005).all()
        assert noisy.mix.weights[:3].sum() > 0.95
    assert (np.abs(beside.without_pct[3:]) < 0.1).all()


def test_ties_go_to_the_simpler_blend():
    plan = _plan()
    alike = np.random.default_rng(5).normal(scale=0.1, size=(N_ROWS, 3))
    members, price = _members(alike, plan)
    assert assess(members, price, plan).best.method.name == "equal"
    one_good = np.column_stack([alike[:, 0], alike[:, 0] + 0.9, alike[:, 0] + 1.1])
    members, price = _members(one_good, plan)
    assert assess(members, price, plan).best.method.name in ("single", "stack")


def test_one_member_alone_is_a_blend_too():
    plan = _plan(300)
    members, price = _members(np.random.default_rng(6).normal(scale=0.5, size=(300, 1)), plan)
    tried = assess(members, price, plan)
    assert tried.best.method.name in ("single", "stack")
    assert np.isnan(tried.without_pct).all()
    assert tried.error_correlation.tolist() == [[1.0]]
