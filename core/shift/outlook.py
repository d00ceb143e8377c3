"""The forecast of a run or a blend on a catalogue's test rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import AlignmentError, InputError
from core.features import brands
from core.folds import FoldPlan
from core.metrics import row_smape_pct, to_log_price, to_price
from core.shift.apart import BrandsApart
from core.shift.calibrate import WEIGHT_POWER, ErrorRows
from core.shift.columns import shift_columns
from core.shift.ensemble import row_gain_pct
from core.shift.error_columns import FixedColumns, error_columns, fixed_columns
from core.shift.forecast import Forecast, ForecastInput, TestRows, forecast
from core.shift.measured import catalog_adversarial
from core.shift.price_mix import price_divergence
from core.shift.support import fold_support
from core.shift.verdict import unseen_change
from core.store import ArtifactStore
from core.types import Catalog, FloatArray, IntArray, ProgressFn, no_progress


@dataclass(frozen=True)
class Predictions:
    """What a run or a blend predicts, as the forecast needs it.

    Attributes:
        oof_log_price: Each train row by models that did not see it, indexed by ``sample_id``.
        test_fold_log_price: Test rows by each fold's model (or blend of that fold's models), one column a fold.
    """

    oof_log_price: pd.Series
    test_fold_log_price: pd.DataFrame


def catalog_forecast(
    catalog: Catalog,
    plan: FoldPlan,
    predictions: Predictions,
    *,
    store: ArtifactStore,
    apart: BrandsApart | None = None,
    seed: int = 0,
    report: ProgressFn = no_progress,
) -> Forecast:
    """:func:`core.shift.forecast` of a run or a blend on the catalogue's test rows.

    Args:
        plan: The plan that the predictions were made with.
        apart: Brand-grouped predictions of a model like the one forecast (:func:`core.shift.brands_apart`); they
            matter when test has more unseen brands than the folds.

    Raises:
        AlignmentError: Predictions and catalogue name different rows.
        InputError: Test has no rows.
    """
    _check_rows(catalog, predictions)
    named = brands(catalog, store=store).value
    found = catalog_adversarial(catalog, plan, store=store, seed=seed, report=report)
    fixed = fixed_columns(shift_columns(catalog, plan, store=store, seed=seed).value, named)
    fixed = fixed if apart is not None else fixed.without_brand_rows()
    support = fold_support(named, "brand_key", plan, seed=seed)
    told = predictions.oof_log_price.to_numpy(dtype=np.float64)
    centre = float(told.mean())
    weight = found.weights().to_numpy(dtype=np.float64)
    plain_support = support.train["support"].to_numpy(dtype=np.float64)
    columns = error_columns(fixed.train, plain_support, fixed.train_brand_rows, told, centre=centre)
    plain = ErrorRows(
        row_smape_pct(catalog.price, to_price(told)), columns, weight, named.train["brand_key"].to_numpy(dtype=object)
    )
    test_support = support.test["support"].to_numpy(dtype=np.float64)
    one = one_fold(predictions.test_fold_log_price, seed=seed)
    test_columns = error_columns(fixed.test, test_support, fixed.test_brand_rows, one, centre=centre)
    log_price = to_log_price(catalog.price)
    by_fold = predictions.test_fold_log_price.to_numpy(dtype=np.float64)
    return forecast(
        ForecastInput(
            plain=plain,
            test=TestRows(test_columns.mean(axis=0), test_support, named.test["brand_key"].to_numpy(dtype=object)),
            row_gain_pct=row_gain_pct(log_price - told, columns, test_columns, by_fold),
            grouped=None if apart is None else _grouped_rows(catalog, apart, plain, fixed, centre=centre),
            grouped_position=None if apart is None else _positions(catalog, apart),
            auc=found.auc,
            unseen_change=unseen_change(named, plan, seed=seed),
            price_divergence=price_divergence(log_price, told, one),
        )
    )


def one_fold(test_fold_log_price: pd.DataFrame, *, seed: int) -> FloatArray:
    """Each test row by one fold model drawn at random, as each train row is predicted by one.

    The mean of the folds would be smoother than any out-of-fold prediction and so tell the files apart.
    """
    by_fold = test_fold_log_price.to_numpy(dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, by_fold.shape[1], len(by_fold))
    chosen: FloatArray = by_fold[np.arange(len(by_fold)), drawn]
    return chosen


def _check_rows(catalog: Catalog, predictions: Predictions) -> None:
    if not predictions.oof_log_price.index.equals(catalog.price.index):
        raise AlignmentError("prices and out-of-fold predictions name different train rows")
    if not predictions.test_fold_log_price.index.equals(catalog.items.test.index):
        raise AlignmentError("the test file and its predictions name different rows")
    if not catalog.n_test:
        raise InputError("test has no rows.", "Bring a test file with rows to forecast.")


def _positions(catalog: Catalog, apart: BrandsApart) -> IntArray:
    """Position among the train rows of each row that was held apart."""
    ids = apart.oof_log_price.index
    position = catalog.price.index.get_indexer(ids)
    if (position < 0).any() or not apart.ordinary_oof_log_price.index.equals(ids):
        raise AlignmentError("prices and brand-grouped predictions name different train rows")
    return np.asarray(position, dtype=np.int64)


def _grouped_rows(
    catalog: Catalog, apart: BrandsApart, plain: ErrorRows, fixed: FixedColumns, *, centre: float
) -> ErrorRows:
    """Brand-grouped errors, scaled to the level of the predictions that are forecast.

    However few rows were held apart, together they weigh what the plain rows weigh.
    """
    at = _positions(catalog, apart)
    price, brand = catalog.price.iloc[at], plain.brand[at]
    told = apart.oof_log_price.to_numpy(dtype=np.float64)
    ordinary = float(row_smape_pct(price, to_price(apart.ordinary_oof_log_price)).mean())
    level = float(plain.error_pct[at].mean()) / ordinary if ordinary > 0 else 1.0
    error = np.minimum(200.0, level * row_smape_pct(price, to_price(told)))
    support = np.where(brand == "", np.nan, 0.0)
    columns = error_columns(fixed.train[at], support, fixed.train_brand_rows[at], told, centre=centre)
    return ErrorRows(error, columns, plain.weight[at] * (len(plain.weight) / len(at)) ** (1.0 / WEIGHT_POWER), brand)
