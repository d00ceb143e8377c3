"""The forecast of a run or a blend on a catalogue's test rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.errors import AlignmentError
from core.features import brands
from core.folds import FoldPlan
from core.metrics import row_smape_pct, to_log_price, to_price
from core.shift.apart import BrandsApart
from core.shift.ensemble import fold_variance
from core.shift.forecast import Forecast, ForecastInput, forecast
from core.shift.measured import catalog_adversarial
from core.shift.overlap import RARE_BELOW
from core.shift.strata import ErrorRows
from core.shift.support import fold_support
from core.store import ArtifactStore
from core.types import Catalog, ProgressFn, SplitFrame, no_progress


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
    rare_below: int = RARE_BELOW,
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
    named = brands(catalog, store=store).value
    found = catalog_adversarial(catalog, plan, store=store, seed=seed, report=report)
    weight = found.weights()
    support = fold_support(named, "brand_key", plan, seed=seed)
    plain = error_rows(catalog.price, predictions.oof_log_price, support.train["support"], weight, named)
    others = None if apart is None else _grouped_rows(catalog.price, apart, plain, named)
    return forecast(
        ForecastInput(
            plain=plain,
            log_residual=to_log_price(catalog.price) - predictions.oof_log_price.to_numpy(dtype=np.float64),
            test_support=support.test["support"].to_numpy(dtype=np.float64),
            test_brand=named.test["brand_key"].to_numpy(dtype=object),
            grouped=others,
            fold_variance=fold_variance(predictions.test_fold_log_price.to_numpy(dtype=np.float64)),
            auc=found.auc,
            rare_below=rare_below,
        )
    )


def error_rows(
    price: pd.Series, oof_log_price: pd.Series, support: pd.Series, weight: pd.Series, named: SplitFrame
) -> ErrorRows:
    """Join the out-of-fold errors with what is known of each row; all indexed by ``sample_id``."""
    for other in (oof_log_price, support, weight, named.train):
        if not other.index.equals(price.index):
            raise AlignmentError("prices, predictions and brands name different train rows")
    return ErrorRows(
        error_pct=row_smape_pct(price, to_price(oof_log_price)),
        support=support.to_numpy(dtype=np.float64),
        weight=weight.to_numpy(dtype=np.float64),
        brand=named.train["brand_key"].to_numpy(dtype=object),
    )


def _grouped_rows(price: pd.Series, apart: BrandsApart, plain: ErrorRows, named: SplitFrame) -> ErrorRows:
    """Brand-grouped errors, scaled to the level of the predictions that are forecast."""
    support = fold_support(named, "brand_key", apart.plan).train["support"]
    weight = pd.Series(plain.weight, index=price.index)
    rows = error_rows(price, apart.oof_log_price, support, weight, named)
    ordinary = row_smape_pct(price, to_price(apart.ordinary_oof_log_price)).mean()
    level = float(plain.error_pct.mean() / ordinary) if ordinary > 0 else 1.0
    return replace(rows, error_pct=np.minimum(200.0, level * rows.error_pct))
