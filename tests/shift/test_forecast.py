from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import AlignmentError, InputError
from core.shift import ErrorRows, ForecastInput, TestRows, forecast

UNSEEN_ERROR, SEEN_ERROR = 80.0, 40.0


def rows(n: int = 400, *, unseen: float = 0.25, seed: int = 0) -> ErrorRows:
    """A quarter of the rows unseen, with errors about 80; the others well shown, about 40. One column: unseen."""
    rng = np.random.default_rng(seed)
    is_unseen = np.arange(n) < n * unseen
    error = np.where(is_unseen, UNSEEN_ERROR, SEEN_ERROR) + rng.uniform(-10, 10, n)
    brand = np.array([f"b{i}" if new else f"big{i % 40}" for i, new in enumerate(is_unseen)], dtype=object)
    return ErrorRows(error, is_unseen[:, None].astype(np.float64), np.ones(n), brand)


def spec(plain: ErrorRows, *, test_unseen: float = 0.25, n_test: int = 200, auc: float = 0.5) -> ForecastInput:
    is_unseen = np.arange(n_test) < n_test * test_unseen
    brand = np.array([f"new{i}" if new else f"big{i % 40}" for i, new in enumerate(is_unseen)], dtype=object)
    test = TestRows(np.array([is_unseen.mean()]), np.where(is_unseen, 0.0, 20.0), brand)
    change = float(is_unseen.mean() - plain.columns[:, 0].mean())
    return ForecastInput(plain, test, np.zeros(len(plain.error_pct)), auc=auc, unseen_change=change)


def half(found: ForecastInput) -> float:
    done = forecast(found)
    return (done.high_pct - done.low_pct) / 2.0


def test_without_shift_or_correction_it_is_the_plain_mean_whatever_the_columns_say() -> None:
    plain = rows()
    crooked = replace(plain, weight=np.where(plain.error_pct > 60, 3.0, 1.0))
    for one in (plain, crooked):
        found = forecast(spec(one))
        assert found.smape_pct == pytest.approx(plain.error_pct.mean())
        assert found.low_pct < found.smape_pct < found.high_pct
        assert [found.parts[name] for name in ("mix", "ensemble", "se_shift", "se_doubt")] == pytest.approx([0] * 4)


def test_more_unseen_rows_in_test_take_the_unseen_rows_error() -> None:
    plain = rows(4000)
    found = forecast(spec(plain, test_unseen=0.75))
    assert found.smape_pct == pytest.approx(0.75 * UNSEEN_ERROR + 0.25 * SEEN_ERROR, rel=0.06)
    assert found.parts["mix"] == pytest.approx(found.smape_pct - plain.error_pct.mean())


def test_brand_grouped_rows_teach_what_unseen_costs() -> None:
    plain = rows(4000)
    grouped = replace(plain, error_pct=np.full(4000, 120.0), columns=np.ones((4000, 1)))
    base = spec(plain, test_unseen=0.9)
    assert (
        forecast(replace(base, grouped=grouped, grouped_position=np.arange(4000))).smape_pct
        > forecast(base).smape_pct + 20
    )
    few = np.arange(0, 4000, 4)
    part = ErrorRows(np.full(1000, 120.0), np.ones((1000, 1)), np.full(1000, 16.0), plain.brand[few])
    some, every = (
        forecast(replace(base, grouped=rows, grouped_position=at)).smape_pct
        for rows, at in ((part, few), (grouped, np.arange(4000)))
    )
    assert some == pytest.approx(every, abs=0.5)


def test_the_gain_of_averaging_is_taken_away() -> None:
    base = spec(rows())
    gaining = replace(base, row_gain_pct=np.linspace(0.0, 2.0, 400))
    found = forecast(gaining)
    assert found.smape_pct == pytest.approx(forecast(base).smape_pct - 1.0)
    assert found.parts["ensemble"] == pytest.approx(-1.0)
    assert found.parts["corrected"] == pytest.approx(found.smape_pct)


def test_under_shift_the_gain_is_that_of_rows_like_test() -> None:
    plain = replace(rows(), weight=np.where(np.arange(400) < 100, 16.0, 1.0))
    gaining = replace(spec(plain, auc=0.8), row_gain_pct=np.where(np.arange(400) < 100, 2.0, 0.0))
    found = forecast(gaining)
    # Weights to the power one half: 4 · 100 rows against 300 rows of weight one.
    assert found.parts["ensemble"] == pytest.approx(-2.0 * 400 / 700)
    assert found.parts["corrected"] == pytest.approx(plain.error_pct.mean() - 0.5)


def test_the_interval_widens_with_shift_with_fewer_rows_and_with_doubt() -> None:
    base = spec(rows())
    assert half(replace(base, auc=0.7)) > 1.5 * half(base)
    assert half(spec(rows(), n_test=50)) > half(base)
    assert half(replace(base, level=0.99)) > half(base)
    assert half(spec(rows(100))) > half(spec(rows(1000)))


def test_a_price_selection_widens_and_never_moves() -> None:
    base = spec(rows())
    sure, doubted = forecast(base), forecast(replace(base, price_divergence=0.5))
    assert doubted.smape_pct == sure.smape_pct
    assert doubted.high_pct - doubted.low_pct > 3 * (sure.high_pct - sure.low_pct)
    assert sure.warnings == ()
    assert len(doubted.warnings) == 1


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Errors with brand effects; train and test are drawn from the same brands' distribution."""
    held, widths = 0, []
    for seed in range(80):
        rng = np.random.default_rng(seed)
        effect = rng.normal(0, 15, 300)
        brand = rng.integers(0, 300, 900)
        error = np.clip(50 + effect[brand] + rng.normal(0, 20, 900), 0, 200)
        name = np.array([f"b{i}" for i in brand], dtype=object)
        plain = ErrorRows(error[:600], np.ones((600, 1)), np.ones(600), name[:600])
        test = TestRows(np.ones(1), np.full(300, 9.0), name[600:])
        found = forecast(ForecastInput(plain, test, np.zeros(600)))
        held += found.low_pct <= error[600:].mean() <= found.high_pct
        widths.append(found.high_pct - found.low_pct)
    assert 68 <= held <= 80
    assert np.mean(widths) / 2 == pytest.approx(1.645 * 25 * np.sqrt(1 / 600 + 1 / 300), rel=0.15)


def test_bad_input_is_told() -> None:
    plain = rows()
    base = spec(plain)
    with pytest.raises(AlignmentError, match="3 gains"):
        replace(base, row_gain_pct=np.zeros(3))
    with pytest.raises(AlignmentError, match="error columns"):
        replace(base, test=replace(base.test, column_mean=np.zeros(2)))
    with pytest.raises(AlignmentError, match="other brands"):
        replace(base, grouped=replace(plain, brand=plain.brand[::-1]), grouped_position=np.arange(400))
    with pytest.raises(InputError, match="test has no rows"):
        TestRows(np.zeros(1), np.zeros(0), np.zeros(0, dtype=object))
    with pytest.raises(AlignmentError):
        TestRows(np.zeros(1), np.zeros(3), np.zeros(2, dtype=object))
    with pytest.raises(AlignmentError, match="bool, not row counts"):
        TestRows(np.zeros(1), np.zeros(2, dtype=np.bool_), np.zeros(2, dtype=object))
    with pytest.raises(InputError, match="level"):
        replace(base, level=1.5)
