"""XGBoost on ``log_price``, stopped early on true SMAPE of the validation rows whatever the loss; CUDA when there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.config import settings
from core.metrics import log_smape_pct
from core.train.family import Family, Fit, FoldData, FoldModel, RoundFn
from core.train.losses import CURVATURES
from core.train.spec import TrainSpec
from core.types import Float32Array, FloatArray

VERSION = 1


@functools.lru_cache(maxsize=1)
def device() -> str:
    """``"cuda"`` when this XGBoost was built for it and a card answers, else ``"cpu"``."""
    import xgboost

    if not xgboost.build_info().get("USE_CUDA"):
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


@dataclass(frozen=True)
class XGBoostModel:
    """A fitted booster and which of its columns hold categories."""

    booster: Any

    def predict(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """``log_price`` by the first ``rounds`` rounds."""
        return self._predict(x, rounds=rounds, contributions=False)

    def contributions(self, x: Float32Array, *, rounds: int) -> FloatArray:
        """SHAP values and, last, the base value."""
        return self._predict(x, rounds=rounds, contributions=True)

    def to_bytes(self) -> bytes:
        """XGBoost's UBJSON format, with every round."""
        return bytes(self.booster.save_raw("ubj"))

    def _predict(self, x: Float32Array, *, rounds: int, contributions: bool) -> FloatArray:
        matrix = _matrix(x, None, list(self.booster.feature_names), list(self.booster.feature_types))
        values = self.booster.predict(matrix, iteration_range=(0, rounds), pred_contribs=contributions)
        return np.asarray(values, dtype=np.float64)


def load(data: bytes) -> FoldModel:
    """Read XGBoost's UBJSON format."""
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(bytearray(data))
    booster.set_param({"nthread": settings().threads})
    return XGBoostModel(booster)


def fit(data: FoldData, spec: TrainSpec, on_round: RoundFn, *, threads: int) -> Fit:
    """Fit one fold; see :class:`core.train.family.Family`."""
    import xgboost

    names = [f"c{i}" for i in range(len(data.columns))]
    types = ["c" if i in set(data.categorical) else "float" for i in range(len(names))]
    fit_set = _quantile_matrix(data.x_fit, data.log_price_fit, names, types, threads)
    valid_set = _quantile_matrix(data.x_valid, data.log_price_valid, names, types, threads, reference=fit_set)
    curve: list[float] = []

    def smape(predicted: np.ndarray, _set: Any) -> tuple[str, float]:
        return "smape_pct", log_smape_pct(data.log_price_valid, np.asarray(predicted, dtype=np.float64))

    class Watch(xgboost.callback.TrainingCallback):
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            curve.append(float(evals_log["valid"]["smape_pct"][-1]))
            on_round(len(curve), curve[-1])
            return len(curve) - int(np.argmin(curve)) > spec.patience

    booster = xgboost.train(
        {**_parameters(spec, threads), **_loss(spec, data.log_price_fit)},
        fit_set,
        num_boost_round=spec.max_rounds,
        evals=[(valid_set, "valid")],
        obj=_steps(spec, data.log_price_fit),
        custom_metric=smape,
        callbacks=[Watch()],
        verbose_eval=False,
    )
    return Fit(XGBoostModel(booster), np.asarray(curve))


def _loss(spec: TrainSpec, log_price: FloatArray) -> dict[str, Any]:
    """The loss by name; one of ours starts from the median, which the saved model holds."""
    if spec.loss in CURVATURES:
        return {"objective": "reg:squarederror", "base_score": float(np.median(log_price))}
    if spec.loss == "quantile":
        return {"objective": "reg:quantileerror", "quantile_alpha": spec.quantile}
    return {"objective": "reg:absoluteerror"}


def _steps(spec: TrainSpec, log_price: FloatArray) -> Callable[[np.ndarray, Any], tuple[np.ndarray, np.ndarray]] | None:
    """Slope and curvature at each fitted row, or None for a loss of the library's own."""
    curvature = CURVATURES.get(spec.loss)
    if curvature is None:
        return None

    def steps(predicted: np.ndarray, _set: Any) -> tuple[np.ndarray, np.ndarray]:
        residual = predicted.astype(np.float64) - log_price
        bent = curvature(residual)
        return bent * residual, bent

    return steps


def _matrix(x: Float32Array, label: FloatArray | None, names: list[str], types: list[str]) -> Any:
    import xgboost

    return xgboost.DMatrix(
        x,
        label=label,
        feature_names=names,
        feature_types=types,
        enable_categorical=True,
        nthread=settings().threads,
    )


def _quantile_matrix(
    x: Float32Array, label: FloatArray, names: list[str], types: list[str], threads: int, *, reference: Any = None
) -> Any:
    import xgboost

    return xgboost.QuantileDMatrix(
        x,
        label=label,
        ref=reference,
        feature_names=names,
        feature_types=types,
        enable_categorical=True,
        max_bin=256,
        nthread=threads,
    )


def _parameters(spec: TrainSpec, threads: int) -> dict[str, Any]:
    return {
        "disable_default_eval_metric": True,
        "tree_method": "hist",
        "device": device(),
        "eta": spec.learning_rate,
        "max_depth": max(2, int(np.ceil(np.log2(spec.leaves)))) + 1,
        "min_child_weight": spec.min_leaf_rows / 2,
        "subsample": spec.row_share,
        "colsample_bytree": spec.column_share,
        "lambda": spec.l2,
        "max_cat_to_onehot": 8,
        "seed": spec.seed,
        "nthread": threads,
        "verbosity": 0,
    }


XGBOOST = Family("xgboost", "XGBoost", VERSION, fit, load, lambda: device() == "cpu")
