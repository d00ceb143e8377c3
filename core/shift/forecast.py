"""The test score to expect, with its interval, before anything is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import AlignmentError, InputError
from core.shift.ensemble import variance_gain_pct
from core.shift.overlap import RARE_BELOW
from core.shift.spread import brand_codes, brand_spread, clustered_se, shift_se_pct, test_variance
from core.shift.strata import UNSEEN, ErrorRows, RowWeights, row_weights
from core.shift.support import level_codes
from core.types import BoolArray, FloatArray, JsonDict

DOMINANT_BRAND = 0.05
FEW_BRANDS = 60


@dataclass(frozen=True)
class ForecastInput:
    """Everything that the forecast reads; no model and no file.

    Attributes:
        plain: Rows of the ordinary folds.
        log_residual: Their out-of-fold ``log_price`` residuals, same rows.
        test_support: Support of each test row as one fold model sees it (:func:`core.shift.fold_support`).
        test_brand: Brand key of each test row; ``""`` where unknown.
        grouped: Rows of brand-grouped folds, where every brand is unseen; they speak for unseen test rows as far
            as test has more of them than the plain folds. None: the plain folds' unseen rows speak for all.
        fold_variance: Mean variance between the fold models' ``log_price`` on test; 0 = one model, no correction.
        repeat_gain_pct: :func:`core.shift.repeat_gain_pct` where the folds were drawn twice; averaged with the
            correction from ``fold_variance``.
        auc: Adversarial AUC of all columns; widens the interval above 0.53.
        rare_below: Train rows from which a brand counts as shown well.
        level: Level of the interval.
    """

    plain: ErrorRows
    log_residual: FloatArray
    test_support: FloatArray
    test_brand: npt.NDArray[np.object_]
    grouped: ErrorRows | None = None
    fold_variance: float = 0.0
    repeat_gain_pct: float | None = None
    auc: float = 0.5
    rare_below: int = RARE_BELOW
    level: float = 0.9

    def __post_init__(self) -> None:
        if len(self.log_residual) != len(self.plain.error_pct):
            raise AlignmentError(f"{len(self.log_residual)} residuals, {len(self.plain.error_pct)} errors")
        if len(self.test_brand) != len(self.test_support):
            raise AlignmentError(f"{len(self.test_brand)} test brands, {len(self.test_support)} test supports")
        if not len(self.test_support):
            raise InputError("test has no rows.", "Bring a test file with rows to forecast.")
        if not 0 < self.level < 1:
            raise InputError(f"the level {self.level} is no probability.", "Give one between 0 and 1, e.g. 0.9.")
        if not self.fold_variance >= 0:
            raise InputError(f"the variance {self.fold_variance} is negative.", "Give 0 for a single model.")


@dataclass(frozen=True)
class Forecast:
    """Expected SMAPE on the test file.

    Attributes:
        smape_pct, low_pct, high_pct: Expectation and interval, 0 to 200.
        level: Level of the interval.
        parts: How it came about, in percent: ``out_of_fold`` (the plain mean), ``brand_mix`` and ``other_mix``
            (what the reweighting adds), ``ensemble`` (what averaging the fold models takes away, negative),
            and the standard errors ``se_train``, ``se_test``, ``se_shift``.
        warnings: Conditions under which the interval is known to be too narrow.
    """

    smape_pct: float
    low_pct: float
    high_pct: float
    level: float
    parts: Mapping[str, float]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> JsonDict:
        """The ``forecast`` part of ``report.json``."""
        return {
            "smape_pct": self.smape_pct,
            "low_pct": self.low_pct,
            "high_pct": self.high_pct,
            "level": self.level,
            "parts": dict(self.parts),
            "warnings": list(self.warnings),
        }


def forecast(spec: ForecastInput) -> Forecast:
    """Expected test SMAPE from out-of-fold errors carried over to test's mix.

    Each test row expects the mean out-of-fold error of its support stratum (brand unseen, rare, well shown,
    unknown); the propensity-weighted residuals add what the strata miss; averaging the fold models takes its
    gain away. With all weights one, the folds' mix in test and no correction this is the plain mean.
    The interval holds the sampling of train rows and of test rows, both by brand, and a term that grows with the
    adversarial AUC.

    Limits: what no feature shows cannot be forecast. A test file selected by price, one dominated by a single
    unseen brand, or a category at a new price level can lie 5 to 20 points off; ``warnings`` names the second,
    the AUC term widens for the third, nothing here sees the first.

    Source of the method: doubly robust estimation (Robins, Rotnitzky and Zhao 1994) under covariate shift
    (Shimodaira 2000).
    """
    from scipy.stats import norm

    weights = row_weights(spec.plain, spec.test_support, rare_below=spec.rare_below, grouped=spec.grouped)
    expected = _weighted(spec, weights)
    plain_pct = float(spec.plain.error_pct.mean())
    gain = _ensemble_gain_pct(spec)
    errors = _standard_errors(spec, weights)
    smape = float(np.clip(expected - gain, 0.0, 200.0))
    half = float(norm.ppf(0.5 + spec.level / 2.0)) * float(np.sqrt(sum(se**2 for se in errors.values())))
    mixed = _weighted(spec, _unweighted(spec))
    parts = {
        "out_of_fold": plain_pct,
        "brand_mix": mixed - plain_pct,
        "other_mix": expected - mixed,
        "ensemble": -gain,
        **errors,
    }
    return Forecast(smape, max(0.0, smape - half), min(200.0, smape + half), spec.level, parts, _warnings(spec))


def _weighted(spec: ForecastInput, weights: RowWeights) -> float:
    total = float(weights.plain @ spec.plain.error_pct)
    return total if spec.grouped is None else total + float(weights.grouped @ spec.grouped.error_pct)


def _unweighted(spec: ForecastInput) -> RowWeights:
    """The same without propensity: what the brand mix alone says."""

    def even(rows: ErrorRows) -> ErrorRows:
        return ErrorRows(rows.error_pct, rows.support, np.ones(len(rows.weight)), rows.brand)

    grouped = None if spec.grouped is None else even(spec.grouped)
    return row_weights(even(spec.plain), spec.test_support, rare_below=spec.rare_below, grouped=grouped)


def _ensemble_gain_pct(spec: ForecastInput) -> float:
    by_variance = variance_gain_pct(spec.log_residual, spec.fold_variance)
    return by_variance if spec.repeat_gain_pct is None else (by_variance + spec.repeat_gain_pct) / 2.0


def _standard_errors(spec: ForecastInput, weights: RowWeights) -> dict[str, float]:
    others = np.zeros(0, dtype=object) if spec.grouped is None else spec.grouped.brand
    plain_code, grouped_code, test_code = brand_codes(spec.plain.brand, others, spec.test_brand)
    residual = spec.plain.error_pct - weights.plain_mean_pct
    influence, code = weights.plain * residual, plain_code
    seen = unseen = brand_spread(residual, plain_code)
    if spec.grouped is not None:
        apart = spec.grouped.error_pct - weights.grouped_mean_pct
        unseen = brand_spread(apart, grouped_code)
        influence = np.concatenate([influence, weights.grouped * apart])
        code = np.concatenate([code, grouped_code])
    variance = test_variance(test_code, _unseen(spec), seen_spread=seen, unseen_spread=unseen)
    return {
        "se_train": clustered_se(influence, code),
        "se_test": float(np.sqrt(variance)),
        "se_shift": shift_se_pct(spec.auc),
    }


def _unseen(spec: ForecastInput) -> BoolArray:
    unseen: BoolArray = level_codes(spec.test_support, rare_below=spec.rare_below) == UNSEEN
    return unseen


def _warnings(spec: ForecastInput) -> tuple[str, ...]:
    known = spec.test_brand.astype(str)
    names, rows = np.unique(known[_unseen(spec) & (known != "")], return_counts=True)
    found = []
    n_test = len(known)
    if rows.size and rows.max() > DOMINANT_BRAND * n_test:
        share = 100.0 * rows.max() / n_test
        found.append(f"{names[rows.argmax()]!r}, a brand that train never shows, holds {share:.1f} % of the test rows")
    (code,) = brand_codes(spec.test_brand)
    effective = n_test**2 / float(np.square(np.unique(code, return_counts=True)[1]).sum())
    if effective < min(FEW_BRANDS, n_test):
        found.append(f"the test rows are spread over as few as {effective:.0f} brands in effect")
    return tuple(found)
