from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import AlignmentError, InputError
from core.shift.calibrate import ErrorRows, RowWeights, blended, calibrated, joined


def rows() -> ErrorRows:
    error = np.array([10.0, 20.0, 30.0, 40.0])
    column = np.array([[0.0], [0.0], [1.0], [1.0]])
    return ErrorRows(error, column, np.ones(4), np.array(["a", "b", "c", ""], dtype=object))


def test_without_penalty_the_columns_take_tests_means() -> None:
    found = calibrated(rows(), np.array([0.75]), penalty=0.0)
    assert found.omega.tolist() == pytest.approx([0.125, 0.125, 0.375, 0.375])
    assert found.fitted_pct.tolist() == pytest.approx([15, 15, 35, 35])


def test_a_penalty_of_as_many_rows_goes_half_the_way() -> None:
    found = calibrated(rows(), np.array([0.75]), penalty=4.0)
    assert found.omega.tolist() == pytest.approx([0.1875, 0.1875, 0.3125, 0.3125])
    assert found.omega @ rows().error_pct == pytest.approx(27.5)


def test_weights_count_by_their_root_and_omega_sums_to_one() -> None:
    heavy = replace(rows(), weight=np.array([9.0, 1.0, 1.0, 1.0]))
    assert calibrated(heavy, np.array([0.5]), penalty=1e12).omega.tolist() == pytest.approx(
        [3 / 6, 1 / 6, 1 / 6, 1 / 6]
    )
    assert calibrated(heavy, np.array([2.0])).omega.sum() == pytest.approx(1.0)


def test_omega_times_error_is_what_the_ridge_expects_of_the_mean_test_row() -> None:
    rng = np.random.default_rng(0)
    many = ErrorRows(
        rng.uniform(0, 200, 90), rng.normal(size=(90, 5)), rng.uniform(0.1, 3, 90), np.full(90, "", object)
    )
    at_train = calibrated(many, many.columns.mean(axis=0))
    assert at_train.omega @ many.error_pct == pytest.approx(at_train.fitted_pct.mean())


def test_a_constant_column_says_nothing() -> None:
    flat = replace(rows(), columns=np.column_stack([rows().columns, np.full(4, 7.0)]))
    with_flat = calibrated(flat, np.array([0.75, 9.0]), penalty=4.0)
    assert with_flat.omega.tolist() == pytest.approx(calibrated(rows(), np.array([0.75]), penalty=4.0).omega.tolist())


def test_blended_goes_from_plain_cross_validation_to_the_calibrated_weights() -> None:
    both = joined([rows(), rows()])
    assert both.error_pct.tolist() == [10, 20, 30, 40] * 2
    weights = RowWeights(np.full(8, 0.125), np.full(8, 30.0))
    plain = blended(weights, 4, both.error_pct, share=0.0)
    assert plain.omega.tolist() == [0.25] * 4 + [0.0] * 4
    assert plain.fitted_pct.tolist() == [25.0] * 8
    halfway = blended(weights, 4, both.error_pct, share=0.5)
    assert halfway.omega.tolist() == [0.1875] * 4 + [0.0625] * 4
    assert halfway.fitted_pct.tolist() == [27.5] * 8


def test_bad_rows_are_told() -> None:
    with pytest.raises(AlignmentError):
        replace(rows(), weight=np.ones(3))
    with pytest.raises(InputError, match="weights"):
        replace(rows(), weight=np.zeros(4))
    with pytest.raises(InputError, match="gaps"):
        replace(rows(), columns=np.full((4, 1), np.nan))
    with pytest.raises(InputError, match="two finite"):
        replace(rows(), error_pct=np.array([1.0, np.nan, 1.0, 1.0]))
