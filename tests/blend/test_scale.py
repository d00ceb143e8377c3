"""Dollars, log and log1p told apart by evidence, refused where the evidence does not decide."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.blend.scale import check_same_scale, log_prices, recognise
from core.errors import InputError


def _made(n_rows: int = 8000) -> tuple[pd.Series, pd.Series]:
    """True prices about what a model knows of them, and what it says."""
    rng = np.random.default_rng(0)
    ids = pd.Index([f"r{row}" for row in range(n_rows)], name="sample_id")
    known = rng.normal(2.6, 0.8, size=n_rows)
    price = np.exp(known + rng.normal(scale=0.6, size=n_rows))
    return pd.Series(price, index=ids), pd.Series(np.exp(known), index=ids)


@pytest.mark.parametrize(("scale", "written"), [("price", lambda p: p), ("log", np.log), ("log1p", np.log1p)])
def test_each_scale_is_told_and_brought_back(scale, written):
    price, predicted = _made()
    reading = recognise("m", written(predicted), price)
    assert reading.scale == scale
    assert reading.beyond > 3
    assert f"read as {scale}" in reading.evidence
    assert np.allclose(log_prices("m", written(predicted), reading.scale), np.log(predicted))


def test_what_two_scales_explain_alike_is_refused_until_the_user_says():
    price, predicted = _made(n_rows=60)
    dear = price * 500.0
    with pytest.raises(InputError, match=r"may be log.* or log.*--scale m="):
        recognise("m", np.log1p(predicted * 500.0), dear)
    said = recognise("m", np.log1p(predicted * 500.0), dear, said="log1p")
    assert said.scale == "log1p"
    assert "as you said" in said.evidence


def test_dollars_with_some_negative_ones_are_dollars_and_refused_with_their_count():
    price, predicted = _made()
    spoilt = predicted.copy()
    spoilt.iloc[[3, 5, 8]] = [-1.0, 0.0, -2.5]
    assert recognise("m", spoilt, price).scale == "price"
    with pytest.raises(InputError, match=r"'m', read as price.*3 zero or less \(first: r3, r5, r8\)"):
        log_prices("m", spoilt, "price")


def test_logs_taken_for_something_else_leave_no_infinite_price():
    _, predicted = _made(50)
    with pytest.raises(InputError, match="above 1,000,000 dollars"):
        log_prices("m", predicted * 10, "log")


def test_test_predictions_on_another_scale_are_refused():
    oof = pd.Series(np.log([10.0, 20.0, 30.0]))
    check_same_scale("m", oof, oof + 0.5)
    with pytest.raises(InputError, match=r"median of 3\.00 dollars in the test file and 20\.00 out of fold"):
        check_same_scale("m", oof, pd.Series(np.log([2.0, 3.0, 4.0])))


def test_a_decimal_logarithm_is_on_no_known_scale():
    price, predicted = _made()
    with pytest.raises(InputError, match=r"'m' is on no known scale: read as log .* times that of the prices"):
        recognise("m", np.log10(predicted), price)


def test_shrinkage_does_not_hide_the_scale():
    price, predicted = _made()
    shrunk = np.exp(2.6 + 0.5 * (np.log(predicted) - 2.6))
    assert recognise("m", np.log1p(shrunk), price).scale == "log1p"
    assert recognise("m", np.log(shrunk), price).scale == "log"
    assert recognise("m", shrunk, price).scale == "price"
