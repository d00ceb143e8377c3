"""The losses' steps: parabolas that touch from above, slopes that are slopes, models that hold their constant."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.metrics import log_smape_pct, row_smape_pct
from core.train import FAMILIES, LOSSES, FoldData, TrainSpec, model_title
from core.train.losses import CORE, huber_curvature, smape_curvature

FAR = np.array([-3.0, -1.2, -CORE, CORE, 0.7, 1.0, 2.5])


def _smape(residual: np.ndarray) -> np.ndarray:
    return row_smape_pct(np.ones_like(residual), np.exp(residual))


def test_slope_of_the_smape_loss_is_that_of_smape():
    step = 1e-6
    slope = (_smape(FAR + step) - _smape(FAR - step)) / (2 * step)
    assert np.allclose(100.0 / CORE * smape_curvature(FAR) * FAR, slope, atol=1e-3)


def test_parabolas_touch_smape_and_lie_above_it():
    everywhere = np.linspace(-6, 6, 2401)
    for at in FAR:
        curvature = 100.0 / CORE * float(smape_curvature(np.array([at]))[0])
        parabola = _smape(np.array([at]))[0] + 0.5 * curvature * (everywhere**2 - at**2)
        assert (parabola >= _smape(everywhere) - 1e-9).all()
    narrower = _smape(np.array([1.0]))[0] + 0.45 * 100.0 / CORE * smape_curvature(np.array([1.0]))[0] * (
        everywhere**2 - 1.0
    )
    assert (narrower < _smape(everywhere) - 1e-6).any()


def test_curvatures_are_one_within_the_core_and_even():
    assert huber_curvature(np.array([0.0, CORE, -2 * CORE])).tolist() == [1.0, 1.0, 0.5]
    assert smape_curvature(np.array([0.0]))[0] == 1.0
    assert np.array_equal(smape_curvature(FAR), smape_curvature(-FAR))


def test_l1_keeps_the_settings_that_it_had_and_old_records_read_as_l1():
    plain = TrainSpec("lightgbm", ("size",))
    assert set(plain.to_json()) == {
        "family",
        "blocks",
        "seed",
        "learning_rate",
        "leaves",
        "min_leaf_rows",
        "max_rounds",
        "patience",
    }
    for loss in LOSSES:
        spec = TrainSpec("xgboost", ("size",), loss=loss, quantile=0.4)
        again = TrainSpec.from_json(spec.to_json())
        assert (again.loss, again.quantile) == (loss, 0.4 if loss == "quantile" else 0.5)
    with pytest.raises(InputError, match="loss"):
        TrainSpec("lightgbm", ("size",), loss="l3")
    with pytest.raises(InputError, match="quantile"):
        TrainSpec("lightgbm", ("size",), loss="quantile", quantile=1.0)


def test_a_model_is_called_by_its_loss_unless_that_is_l1():
    assert model_title("lightgbm", "l1") == "LightGBM"
    assert model_title("linear", "smape") == "Linear, SMAPE loss"


@pytest.fixture(scope="module")
def data() -> FoldData:
    """Prices around 20 dollars with a heavy side: one in five is a pack of ten that nothing tells."""
    rng = np.random.default_rng(3)
    x = rng.normal(size=(900, 4)).astype(np.float32)
    x[:, 3] = rng.integers(0, 5, size=900)
    x[rng.random(900) < 0.2, 1] = np.nan
    log_price = 3.0 + 0.6 * x[:, 0] + 0.3 * (x[:, 3] == 2) + rng.normal(scale=0.2, size=900)
    log_price = log_price + np.log(10.0) * (rng.random(900) < 0.2)
    return FoldData(x[:700], x[700:], log_price[:700], log_price[700:], list("abcd"), [3])


def _spec(family: str, loss: str) -> TrainSpec:
    return TrainSpec(family, ("size",), loss=loss, max_rounds=60, learning_rate=0.1, leaves=7)


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_loaded_model_predicts_the_same_and_its_reasons_add_up(family: str, loss: str, data: FoldData):
    told: list[float] = []
    fit = FAMILIES[family].fit(data, _spec(family, loss), lambda _n, score: told.append(score), threads=1)
    assert told == fit.curve.tolist()
    loaded = FAMILIES[family].load(fit.model.to_bytes())
    for rounds in (1, len(fit.curve)):
        predicted = loaded.predict(data.x_valid, rounds=rounds)
        assert np.array_equal(predicted, fit.model.predict(data.x_valid, rounds=rounds))
        # Early stopping watched what the saved model says, its constant included.
        assert log_smape_pct(data.log_price_valid, predicted) == pytest.approx(fit.curve[rounds - 1], abs=1e-4)
        reasons = loaded.contributions(data.x_valid, rounds=rounds)
        assert reasons.shape == (200, 5)
        assert np.allclose(reasons.sum(axis=1), predicted, atol=1e-5)
    constant = log_smape_pct(data.log_price_valid, np.full(200, np.median(data.log_price_fit)))
    assert fit.curve.min() < constant - 5


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_quantile_has_its_share_of_prices_below(family: str, data: FoldData):
    share = {}
    for quantile in (0.25, 0.75):
        spec = replace(_spec(family, "quantile"), quantile=quantile)
        fit = FAMILIES[family].fit(data, spec, lambda _n, _s: None, threads=1)
        share[quantile] = float((data.log_price_fit < fit.model.predict(data.x_fit, rounds=len(fit.curve))).mean())
    assert share[0.25] == pytest.approx(0.25, abs=0.08)
    assert share[0.75] == pytest.approx(0.75, abs=0.08)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_smape_loss_leaves_the_hopeless_rows_alone(family: str, data: FoldData):
    fitted = {loss: FAMILIES[family].fit(data, _spec(family, loss), lambda _n, _s: None, threads=1) for loss in LOSSES}
    mean = {loss: float(fit.model.predict(data.x_fit, rounds=len(fit.curve)).mean()) for loss, fit in fitted.items()}
    # Packs of ten pull the mean up; Huber follows them furthest, SMAPE least.
    assert mean["smape"] < mean["huber"] - 0.02


@pytest.mark.parametrize("family", list(FAMILIES))
def test_columns_that_cannot_be_split_leave_the_median(family: str):
    log_price = np.array([1.0] * 5 + [2.0] * 15 + [4.0] * 4)
    empty = np.full((24, 1), np.nan, dtype=np.float32)
    data = FoldData(empty, empty, log_price, log_price, ["a"], [])
    fit = FAMILIES[family].fit(
        data, TrainSpec(family, ("size",), loss="smape", max_rounds=3), lambda *_: None, threads=1
    )
    assert fit.model.predict(empty, rounds=1) == pytest.approx(2.0, abs=0.15)
