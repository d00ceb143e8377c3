from __future__ import annotations

import numpy as np
import pytest

from core.shift.spread import brand_codes, brand_spread, brands_se, rows_se, shift_se_pct, shift_share


def test_spread_tells_brands_from_rows() -> None:
    rng = np.random.default_rng(0)
    brand = np.repeat(np.arange(2000), 5)
    found = brand_spread(rng.normal(0, 3, 2000)[brand] + rng.normal(0, 4, 10_000), brand)
    assert found.between == pytest.approx(9.0, rel=0.15)
    assert found.within == pytest.approx(16.0, rel=0.1)
    assert brand_spread(np.array([1.0, -1.0]), np.array([0, 1])).between == 0.0


def test_unknown_rows_are_brands_of_their_own() -> None:
    train, test = brand_codes(np.array(["a", "", ""], dtype=object), np.array(["a", ""], dtype=object))
    assert train[0] == test[0]
    assert len({*train, *test}) == 4


def test_rows_add_their_sampling_on_both_sides() -> None:
    assert rows_se(np.full(4, 0.25), 4, within=2.0) == pytest.approx(1.0)


def test_a_brand_weighing_alike_in_both_adds_nothing() -> None:
    omega, code = np.array([0.25, 0.25, 0.5]), np.array([0, 0, 1])
    between = np.array([4.0, 9.0, 16.0])
    assert brands_se(omega, code, np.array([0, 1]), between=between) == pytest.approx(0.0)
    assert brands_se(omega, code, np.array([0, 2]), between=between) == pytest.approx(0.5 * np.sqrt(9 + 16))


def test_shift_term_starts_at_053_and_ends_at_073() -> None:
    assert [shift_se_pct(auc) for auc in (0.5, 0.53, 0.63, 0.9)] == pytest.approx([0.0, 0.0, 1.75, 3.5])


def test_plain_cross_validation_gives_way_by_auc_or_by_unseen_rows() -> None:
    def share(auc: float, change: float, n: int = 10**6) -> float:
        return shift_share(auc, change, n_train=n, n_test=n)

    assert [share(auc, 0.0) for auc in (0.45, 0.53, 0.55, 0.6)] == pytest.approx([0.0, 0.0, 0.5, 1.0])
    assert [share(0.5, change) for change in (0.03, 0.055, -0.055, 0.2)] == pytest.approx([0.0, 0.5, 0.5, 1.0])
    assert share(0.55, 0.0, n=200) == 0.0
