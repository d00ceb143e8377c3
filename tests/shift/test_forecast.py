from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import AlignmentError, InputError
from core.metrics import log_smape_pct
from core.shift import ErrorRows, ForecastInput, fold_variance, forecast, variance_gain_pct
from core.shift.ensemble import density_at_zero
from core.shift.spread import brand_codes, brand_spread, clustered_se, shift_se_pct
from core.shift.strata import row_weights

UNSEEN_ERROR, SEEN_ERROR = 80.0, 40.0


def rows(n: int = 400, *, unseen: float = 0.25, seed: int = 0) -> ErrorRows:
    """A quarter of the rows unseen, with errors about 80; the others well shown, about 40."""
    rng = np.random.default_rng(seed)
    is_unseen = np.arange(n) < n * unseen
    error = np.where(is_unseen, UNSEEN_ERROR, SEEN_ERROR) + rng.uniform(-10, 10, n)
    brand = np.array([f"b{i}" if new else f"big{i % 40}" for i, new in enumerate(is_unseen)], dtype=object)
    return ErrorRows(error, np.where(is_unseen, 0.0, 20.0), np.ones(n), brand)


def spec(plain: ErrorRows, *, test_unseen: float = 0.25, n_test: int = 200) -> ForecastInput:
    is_unseen = np.arange(n_test) < n_test * test_unseen
    brand = np.array([f"new{i}" if new else f"big{i % 40}" for i, new in enumerate(is_unseen)], dtype=object)
    return ForecastInput(plain, np.zeros(len(plain.error_pct)), np.where(is_unseen, 0.0, 20.0), brand)


def test_without_shift_weights_or_correction_it_is_the_plain_mean() -> None:
    plain = rows()
    found = forecast(spec(plain))
    assert found.smape_pct == pytest.approx(plain.error_pct.mean())
    assert found.low_pct < found.smape_pct < found.high_pct
    assert [found.parts[name] for name in ("brand_mix", "other_mix", "ensemble")] == pytest.approx([0, 0, 0])


def test_more_unseen_rows_in_test_take_the_unseen_rows_error() -> None:
    plain = rows()
    unseen, seen = plain.error_pct[:100].mean(), plain.error_pct[100:].mean()
    found = forecast(spec(plain, test_unseen=0.75))
    assert found.smape_pct == pytest.approx(0.75 * unseen + 0.25 * seen)
    assert found.parts["brand_mix"] == pytest.approx(found.smape_pct - plain.error_pct.mean())


def test_propensity_weights_add_what_the_strata_miss() -> None:
    plain = rows()
    heavy = replace(plain, weight=np.where(plain.error_pct > np.median(plain.error_pct[100:]), 2.0, 1.0))
    found = forecast(spec(heavy))
    assert found.smape_pct > plain.error_pct.mean() + 1
    assert found.parts["brand_mix"] == pytest.approx(0.0)
    assert found.parts["other_mix"] > 1


def test_row_weights_sum_to_one_and_give_each_stratum_its_test_share() -> None:
    plain = replace(rows(), weight=np.random.default_rng(2).uniform(0.5, 2, 400))
    weights = row_weights(plain, spec(plain, test_unseen=0.6).test_support, rare_below=5)
    assert weights.plain.sum() == pytest.approx(1.0)
    assert weights.plain[:100].sum() == pytest.approx(0.6)


def test_brand_grouped_rows_speak_for_unseen_rows_as_test_has_more_of_them() -> None:
    grouped = ErrorRows(np.full(400, 100.0), np.zeros(400), np.ones(400), rows().brand)
    same = replace(spec(rows()), grouped=grouped)
    assert forecast(same).smape_pct == pytest.approx(rows().error_pct.mean())
    more = replace(spec(rows(), test_unseen=0.5), grouped=grouped)
    assert forecast(more).smape_pct == pytest.approx(0.5 * 100.0 + 0.5 * rows().error_pct[100:].mean())


def test_a_stratum_that_train_hardly_has_takes_the_mean_of_all_rows() -> None:
    plain = rows(unseen=0.0)
    assert forecast(spec(plain, test_unseen=1.0)).smape_pct == pytest.approx(plain.error_pct.mean())


def test_the_interval_widens_with_shift_with_fewer_rows_and_with_a_dominant_brand() -> None:
    base = spec(rows())
    half = lambda s: forecast(s).high_pct - forecast(s).smape_pct  # noqa: E731
    assert half(replace(base, auc=0.7)) > 1.5 * half(base)
    assert half(spec(rows(), n_test=50)) > half(base)
    assert half(replace(base, level=0.99)) > half(base)
    assert half(spec(rows(100))) > half(spec(rows(1000)))


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Errors with brand effects; train and test are drawn from the same brands' distribution."""
    held = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        effect = rng.normal(0, 15, 300)
        brand = rng.integers(0, 300, 900)
        error = np.clip(50 + effect[brand] + rng.normal(0, 20, 900), 0, 200)
        name = np.array([f"b{i}" for i in brand], dtype=object)
        plain = ErrorRows(error[:600], np.full(600, 9.0), np.ones(600), name[:600])
        found = forecast(ForecastInput(plain, np.zeros(600), np.full(300, 9.0), name[600:]))
        held += found.low_pct <= error[600:].mean() <= found.high_pct
    assert 50 <= held <= 60


def test_ensemble_gain_is_what_averaging_really_removes() -> None:
    rng = np.random.default_rng(0)
    truth, shared = rng.normal(0, 0.8, 200_000), rng.normal(0, 0.1, 200_000)
    models = shared[:, None] + rng.normal(0, 0.12, (200_000, 5))
    single = np.mean([log_smape_pct(truth, models[:, k]) for k in range(5)])
    gain = single - log_smape_pct(truth, models.mean(axis=1))
    estimated = variance_gain_pct(truth - models[:, 0], fold_variance(models))
    assert gain > 0.3
    assert estimated == pytest.approx(gain, rel=0.1)


def test_no_variance_no_gain_and_the_gain_is_taken_away() -> None:
    assert variance_gain_pct(np.array([0.1, -0.2, 0.4]), 0.0) == 0.0
    assert variance_gain_pct(np.zeros(5), 0.1) == 0.0
    base = replace(spec(rows()), log_residual=np.random.default_rng(0).normal(0, 0.6, 400))
    found = forecast(replace(base, fold_variance=0.02))
    assert found.smape_pct < forecast(base).smape_pct
    assert forecast(replace(base, repeat_gain_pct=2.0)).smape_pct == pytest.approx(forecast(base).smape_pct - 1.0)


def test_density_at_zero_of_a_bell_curve() -> None:
    assert density_at_zero(np.random.default_rng(0).normal(0, 1, 50_000)) == pytest.approx(0.399, rel=0.03)


def test_spread_tells_brands_from_rows() -> None:
    rng = np.random.default_rng(0)
    brand = np.repeat(np.arange(2000), 5)
    found = brand_spread(rng.normal(0, 3, 2000)[brand] + rng.normal(0, 4, 10_000), brand)
    assert found.between == pytest.approx(9.0, rel=0.15)
    assert found.within == pytest.approx(16.0, rel=0.1)
    assert brand_spread(np.array([1.0, -1.0]), np.array([0, 1])).between == 0.0


def test_clusters_move_together_and_unknown_rows_do_not() -> None:
    assert clustered_se(np.array([1.0, 1.0, -1.0]), np.array([4, 4, 9])) == pytest.approx(np.sqrt(5))
    train, test = brand_codes(np.array(["a", "", ""], dtype=object), np.array(["a", ""], dtype=object))
    assert train[0] == test[0]
    assert len({*train, *test}) == 4


def test_shift_term_starts_at_053_and_ends_at_073() -> None:
    assert [shift_se_pct(auc) for auc in (0.5, 0.53, 0.63, 0.9)] == pytest.approx([0.0, 0.0, 1.75, 3.5])


def test_a_dominant_unseen_brand_and_few_brands_are_flagged() -> None:
    base = spec(rows())
    assert forecast(base).warnings == ()
    brand = base.test_brand.copy()
    brand[:20] = "solo"
    assert "'solo'" in forecast(replace(base, test_brand=brand)).warnings[0]
    few = replace(base, test_brand=np.full(200, "one", dtype=object), test_support=np.full(200, 20.0))
    assert "1 brands in effect" in forecast(few).warnings[0]


def test_bad_input_is_told() -> None:
    plain = rows()
    with pytest.raises(AlignmentError):
        ForecastInput(plain, np.zeros(3), np.zeros(1), np.array(["a"], dtype=object))
    with pytest.raises(InputError, match="test has no rows"):
        ForecastInput(plain, np.zeros(400), np.zeros(0), np.zeros(0, dtype=object))
    with pytest.raises(InputError, match="level"):
        replace(spec(plain), level=1.5)
    with pytest.raises(InputError, match="weights"):
        replace(plain, weight=np.zeros(400))
    with pytest.raises(AlignmentError):
        replace(plain, weight=np.ones(3))
