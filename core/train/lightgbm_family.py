"""LightGBM on ``log_price``, stopped early on the true SMAPE of the validation rows whatever the loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.config import settings
from core.metrics import log_smape_pct
from core.train.family import Family, Fit, FoldData, FoldModel, RoundFn
from core.train.losses import CORE, CURVATURES
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray

VERSION = 1


@dataclass(frozen=True)
class LightGBMModel:
    """A fitted booster."""

    booster: Any

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` by the first ``rounds`` rounds."""
        predicted: FloatArray = self.booster.predict(x, num_iteration=rounds, num_threads=settings().threads)
        return predicted

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """SHAP values and, last, the base value."""
        values: FloatArray = self.booster.predict(
            x, num_iteration=rounds, pred_contrib=True, num_threads=settings().threads
        )
        return values

    def to_bytes(self) -> bytes:
        """LightGBM's text format, with every round."""
        text: str = self.booster.model_to_string(num_iteration=-1)
        return text.encode()


def load(data: bytes) -> FoldModel:
    """Read LightGBM's text format."""
    import lightgbm

    return LightGBMModel(lightgbm.Booster(model_str=data.decode()))


def fit(data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
    """Fit one fold; see :class:`core.train.family.Family`."""
    import lightgbm

    try:
        return _fit(data, spec, on_round, threads=threads)
    except lightgbm.basic.LightGBMError:
        if spec.loss != "smape":
            raise
        # Where no column can be split the library refuses losses that are not its own; L1 gives the same constant.
        return _fit(data, replace(spec, loss="l1"), on_round, threads=threads)


def _fit(data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
    import lightgbm

    fit_set = _dataset(data.x_fit, data.log_price_fit, data, threads)
    valid_set = _dataset(data.x_valid, data.log_price_valid, data, threads, reference=fit_set)
    curve: list[float] = []
    # The library starts its own losses from a constant; with a loss of ours it starts from 0, so we shift.
    base = float(np.median(data.log_price_fit)) if spec.loss == "smape" else 0.0

    def smape(predicted: np.ndarray, _set: Any) -> tuple[str, float, bool]:
        return "smape_pct", log_smape_pct(data.log_price_valid, predicted + base), False

    def watch(environment: Any) -> None:
        curve.append(environment.evaluation_result_list[0][2])
        on_round(len(curve), curve[-1])
        if len(curve) - int(np.argmin(curve)) > spec.patience:
            raise lightgbm.callback.EarlyStopException(environment.iteration, environment.evaluation_result_list)

    booster = lightgbm.train(
        {**_parameters(spec, threads), **_loss(spec, data.log_price_fit - base)},
        fit_set,
        num_boost_round=spec.max_rounds,
        valid_sets=[valid_set],
        feval=smape,
        callbacks=[watch],
        keep_training_booster=False,
    )
    if base:
        _raise_first_tree(booster, base)
    return Fit(LightGBMModel(booster), np.asarray(curve))


def _loss(spec: TrainSpec, log_price: FloatArray) -> dict[str, Any]:
    """The library's own loss by name, or a function that gives slope and curvature at each fitted row."""
    if spec.loss == "huber":
        return {"objective": "huber", "alpha": CORE}
    if spec.loss == "quantile":
        return {"objective": "quantile", "alpha": spec.quantile}
    if spec.loss == "l1":
        return {"objective": "l1"}
    curvature = CURVATURES[spec.loss]

    def steps(predicted: np.ndarray, _set: Any) -> tuple[np.ndarray, np.ndarray]:
        residual = predicted - log_price
        bent = curvature(residual)
        return bent * residual, bent

    return {"objective": steps}


def _raise_first_tree(booster: Any, base: float) -> None:
    """Put the constant into the first tree, as LightGBM does with its own: predictions and SHAP values of the saved
    text hold it."""
    for leaf in range(booster.dump_model(num_iteration=1)["tree_info"][0]["num_leaves"]):
        booster.set_leaf_output(0, leaf, booster.get_leaf_output(0, leaf) + base)


def _dataset(x: Float32Array, label: FloatArray, data: FoldData, threads: int, *, reference: Any = None) -> Any:
    import lightgbm

    return lightgbm.Dataset(
        x,
        label=label,
        reference=reference,
        feature_name=[f"c{i}" for i in range(len(data.columns))],
        categorical_feature=data.categorical,
        params={"max_bin": 255, "verbosity": -1, "num_threads": threads},
    )


def _parameters(spec: TrainSpec, threads: int) -> dict[str, Any]:
    return {
        "metric": "None",
        "learning_rate": spec.learning_rate,
        "num_leaves": spec.leaves,
        "min_data_in_leaf": spec.min_leaf_rows,
        "feature_fraction": spec.column_share,
        "bagging_fraction": spec.row_share,
        "bagging_freq": 1,
        "lambda_l2": spec.l2,
        "cat_smooth": 20.0,
        "seed": spec.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": threads,
        "verbosity": -1,
    }


LIGHTGBM = Family("lightgbm", "LightGBM", VERSION, fit, load)
