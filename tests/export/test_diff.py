"""What moved, and what it can do to the score."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.export import Earlier, diff, earlier_of
from core.metrics import row_smape_pct, smape_pct
from core.types import ID, PRICE, Catalog


def _earlier(good: pd.DataFrame, factor: np.ndarray | float, **more: float) -> Earlier:
    price = good.set_index(ID)[PRICE]
    return Earlier("number 1", "", price / factor, **more)


def test_exact_numbers_on_four_rows():
    new = pd.DataFrame({ID: ["a", "b", "c", "d"], PRICE: [10.0, 20.0, 30.0, 44.0]})
    old = pd.Series([10.0, 20.0, 60.0, 40.0, 9.0], index=pd.Index(["a", "b", "c", "d", "gone"], name=ID))
    found = diff(new, Earlier("first", "", old), np.zeros(5))
    assert found.rows[ID].tolist()[:2] == ["c", "d"]
    assert found.rows["change_pct"].tolist()[:2] == pytest.approx([-50.0, 10.0])
    assert found.moved_pct == 25.0
    assert found.median_change_pct == 0.0
    assert (found.only_new, found.only_earlier) == (0, 1)
    assert found.log_correlation == pytest.approx(np.corrcoef(np.log(new[PRICE]), np.log(old[:4]))[0, 1])
    between = float(row_smape_pct(old[:4], new[PRICE]).mean())
    # Residuals of 0: the file that is right has an error of 0 and the other one the whole distance.
    assert found.score.bound_pct == pytest.approx(between)
    assert found.score.if_new_right_pct == pytest.approx(-between)
    assert found.score.if_earlier_right_pct == pytest.approx(between)
    assert found.score.foretold_pct is None


def test_no_truth_moves_the_score_beyond_the_bound(good: pd.DataFrame):
    rng = np.random.default_rng(1)
    earlier = _earlier(good, np.exp(rng.normal(0, 0.3, len(good))))
    residual = rng.normal(0, 0.6, 2000)
    score = diff(good, earlier, residual).score
    assert -score.bound_pct <= score.if_new_right_pct < 0 < score.if_earlier_right_pct <= score.bound_pct
    for seed in range(20):
        truth = np.exp(np.random.default_rng(seed).normal(2.5, 1.0, len(good)))
        change = smape_pct(truth, good[PRICE]) - smape_pct(truth, earlier.price)
        assert abs(change) <= score.bound_pct


def test_the_expected_change_is_what_a_right_new_file_gains(good: pd.DataFrame):
    rng = np.random.default_rng(2)
    earlier = _earlier(good, np.exp(rng.normal(0, 0.5, len(good))))
    residual = rng.normal(0, 0.6, 4000)
    expected = diff(good, earlier, residual).score.if_new_right_pct
    gains = []
    for _ in range(200):
        truth = good[PRICE].to_numpy() * np.exp(rng.choice(residual, len(good)))
        gains.append(smape_pct(truth, good[PRICE]) - smape_pct(truth, earlier.price))
    assert np.mean(gains) == pytest.approx(expected, abs=0.15)


def test_forecasts_differ_with_an_interval_that_has_the_draws_width(good: pd.DataFrame):
    rng = np.random.default_rng(3)
    earlier = _earlier(good, np.exp(rng.normal(0, 0.3, len(good))), forecast_smape_pct=46.0)
    residual = rng.normal(0, 0.6, 4000)
    score = diff(good, earlier, residual, forecast_smape_pct=45.5).score
    assert score.foretold_pct == -0.5
    assert score.low_pct is not None
    assert score.high_pct is not None
    changes = []
    for _ in range(300):
        truth = good[PRICE].to_numpy() * np.exp(rng.choice(residual, len(good)))
        changes.append(smape_pct(truth, good[PRICE]) - smape_pct(truth, earlier.price))
    assert (score.high_pct - score.low_pct) / 2 == pytest.approx(1.645 * np.std(changes), rel=0.25)
    far = _earlier(good, 1.0001, forecast_smape_pct=60.0)
    clipped = diff(good, far, residual, forecast_smape_pct=40.0).score
    assert clipped.foretold_pct == pytest.approx(-clipped.bound_pct)


def test_titles_and_other_files(good: pd.DataFrame, tiny_catalog: Catalog):
    earlier = _earlier(good, np.where(np.arange(len(good)) == 7, 3.0, 1.0))
    found = diff(good, earlier, np.zeros(3))
    first = found.moved_most(tiny_catalog).iloc[0]
    assert first[ID] == good[ID][7]
    assert first["title"]
    assert first["change_pct"] == pytest.approx(200.0)
    assert found.to_json()["rows"] == 300
    with pytest.raises(InputError, match="no row of this test file"):
        diff(good, Earlier("other", "", pd.Series([1.0], index=["elsewhere"])), np.zeros(3))


def test_an_uploaded_file_is_an_earlier_one(tmp_path):  # type: ignore[no-untyped-def]
    from core.catalog import read_submitted

    (tmp_path / "old.csv").write_text("sample_id,price\n7,1.50\n8,free\n7,2.0\n9,4\n")
    found = earlier_of(read_submitted(tmp_path / "old.csv"))
    assert found.price.to_dict() == {"7": 1.5, "9": 4.0}
    (tmp_path / "odd.csv").write_text("id,price\n7,1.50\n")
    with pytest.raises(InputError, match=r"odd\.csv: columns are id,price"):
        earlier_of(read_submitted(tmp_path / "odd.csv"))
