from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.folds import FoldPlan
from core.sentinel.duplicates import judged, twin_keys, twin_rows
from tests.planted import with_repeated_rows
from tests.sentinel.conftest import Case


def test_a_twin_has_the_same_key_and_price_in_another_fold():
    keys = pd.Series(["a", "a", "a", "b", "b", "", "", "c", "c"])
    price = pd.Series([1.0, 1.0, 2.0, 3.0, 3.0, 4.0, 4.0, 5.0, 5.001])
    fold_of = pd.Series([0, 1, 1, 1, 1, 0, 1, 0, 1])
    plan = FoldPlan("random", 2, 0, fold_of, "key")
    # Rows 0 and 1; the same fold, another price and a blank key do not count, a tenth of a cent does not part.
    assert twin_rows(keys, price, plan).tolist() == [True, True, False, False, False, False, False, True, True]


@pytest.mark.parametrize(
    ("n_twins", "twin_error", "verdict"), [(0, 50.0, "pass"), (2, 50.0, "pass"), (40, 50.0, "warn"), (40, 0.0, "fail")]
)
def test_the_rule_looks_at_the_rows_and_at_the_score(n_twins: int, twin_error: float, verdict: str):
    twins = np.arange(1000) < n_twins
    found = judged(twins, np.zeros(1000, dtype=bool), np.where(twins, twin_error, 50.0))
    assert found.verdict == verdict
    if verdict == "fail":
        assert "SMAPE is 48.00 % with them and 50.00 % without" in found.evidence


def test_few_twins_that_move_the_score_are_a_warning():
    twins = np.arange(1000) < 10
    assert judged(twins, twins, np.where(twins, 0.0, 60.0)).verdict == "warn"


def test_only_twins_are_left_without_a_score():
    assert judged(np.ones(4, dtype=bool), np.ones(4, dtype=bool), np.full(4, 10.0)).verdict == "fail"


def test_keys_see_through_retyping(clean: Case):
    catalog = with_repeated_rows(clean.catalog, share=0.02, retyped=True)
    keys = twin_keys(catalog, store=clean.store)
    new = catalog.items.train.index.str.fullmatch(r"9\d{8}")
    assert new.sum() == 12
    assert not keys["text"][new].isin(keys["text"][~new]).any()
    assert keys["title and size"][new].isin(keys["title and size"][~new]).all()
