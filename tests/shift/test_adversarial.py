from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.shift import AdversarialSpec, adversarial, no_shift, verdict
from core.shift.design_matrix import design_matrix
from core.types import ID, SplitFrame


def files(*, shift: float, seed: int = 0, n_train: int = 600, n_test: int = 400) -> SplitFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n_train + n_test, 6)), columns=[f"c{i}" for i in range(6)])
    frame["kind"] = pd.Categorical(rng.choice(["tea", "oil", "rye"], len(frame)))
    frame.loc[n_train:, "c2"] += shift
    frame.loc[rng.random(len(frame)) < 0.1, "c3"] = np.nan
    frame.index = pd.Index([f"r{i}" for i in range(len(frame))], name=ID)
    return SplitFrame(frame.iloc[:n_train], frame.iloc[n_train:])


MODALITIES = {"amount": ["c0", "c1", "c2"], "rest": ["c3", "c4", "c5", "kind"]}


@pytest.mark.parametrize("seed", range(4))
def test_a_random_split_reads_about_a_half(seed: int) -> None:
    found = adversarial(files(shift=0.0, seed=seed))
    assert found.low <= 0.5 <= found.high
    assert no_shift(found, unseen_change=0.01)


def test_a_planted_shift_is_found_and_named() -> None:
    found = adversarial(files(shift=1.0), modalities=MODALITIES)
    assert found.low > 0.6
    assert found.by_modality["amount"].low > 0.6
    assert found.by_modality["rest"].low < 0.5 < found.by_modality["rest"].high
    top = found.top_columns.iloc[0]
    assert (top["column"], top["modality"]) == ("c2", "amount")
    assert top["weight"] > 0
    assert top["auc_alone"] > 0.7
    assert not no_shift(found, unseen_change=0.0)


def test_the_interval_covers_a_half_as_often_as_it_says() -> None:
    held = sum(
        found.low <= 0.5 <= found.high
        for found in (adversarial(files(shift=0.0, seed=100 + s, n_train=200, n_test=150)) for s in range(20))
    )
    assert held >= 15


def test_weights_make_train_look_like_test() -> None:
    split = files(shift=0.7)
    weight = adversarial(split).weights()
    assert weight.mean() == pytest.approx(1.0)
    plain = split.train["c2"].mean()
    weighted = np.average(split.train["c2"], weights=weight)
    goal = split.test["c2"].mean()
    assert abs(weighted - goal) < 0.35 * abs(plain - goal)


def test_the_same_seed_gives_the_same_propensities() -> None:
    split = files(shift=0.3)
    first, second = (adversarial(split, spec=AdversarialSpec(seed=4)).propensity.train for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_more_unseen_brands_alone_are_a_shift() -> None:
    found = adversarial(files(shift=0.0))
    assert not no_shift(found, unseen_change=0.2)
    assert verdict(found, unseen_change=0.2).startswith("Brand shift")
    assert verdict(found, unseen_change=0.0).startswith("No shift")


def test_too_few_rows_decide_nothing() -> None:
    split = files(shift=2.0)
    found = adversarial(SplitFrame(split.train, split.test.head(10)))
    assert (found.auc, found.low, found.high) == (0.5, 0.0, 1.0)
    assert (found.weights() == 1.0).all()


def test_nothing_to_compare_is_told() -> None:
    split = files(shift=0.0)
    constant = SplitFrame(*(pd.DataFrame({"a": 1.0}, index=s.index) for s in (split.train, split.test)))
    with pytest.raises(InputError, match="no column varies"):
        adversarial(constant)
    with pytest.raises(InputError):
        AdversarialSpec(n_folds=1)


def test_design_matrix_marks_gaps_and_drops_constants() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 46752.0, 2.0], "b": [1.0] * 4, "k": ["x", "y", "x", "x"]})
    matrix, origin = design_matrix(frame)
    assert origin == ["a", "a", "k", "k"]
    assert np.abs(matrix).max() < 4
    assert matrix.mean(axis=0) == pytest.approx(np.zeros(4))
