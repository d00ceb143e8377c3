"""The test score to expect, with its interval, before anything is submitted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import AlignmentError, InputError
from core.shift.calibrate import WEIGHT_POWER, ErrorRows, RowWeights, blended, calibrated, joined
from core.shift.doubts import Doubt, doubts
from core.shift.spread import brand_codes, brand_spread, brands_se, rows_se, shift_se_pct, shift_share
from core.types import FloatArray, IntArray, JsonDict


@dataclass(frozen=True)
class TestRows:
    """What the forecast reads of the test rows.

    Attributes:
        column_mean: Shape (n_columns,), means of the columns of :class:`core.shift.ErrorRows`.
        support: Shape (n_test,), rows of the row's brand that one fold model learned from; NaN where it is unknown.
        brand: Brand key; ``""`` where unknown.
    """

    __test__ = False  # pytest collects classes by their name.

    column_mean: FloatArray
    support: FloatArray
    brand: npt.NDArray[np.object_]

    def __post_init__(self) -> None:
        if len(self.brand) != len(self.support):
            raise AlignmentError(f"{len(self.brand)} test brands, {len(self.support)} test rows")
        if self.support.dtype != np.float64:
            raise AlignmentError(f"test supports are {self.support.dtype}, not row counts")
        if not len(self.brand):
            raise InputError("test has no rows.", "Bring a test file with rows to forecast.")


@dataclass(frozen=True)
class ForecastInput:
    """Everything that the forecast reads; no model and no file.

    Attributes:
        plain: Rows of the ordinary folds.
        test: The rows to forecast.
        grouped: Some or all of the same rows by brand-grouped folds, where every brand is unseen; they teach what an
            unseen brand costs.
        grouped_position: Position among the plain rows of each of them.
        row_gain_pct: :func:`core.shift.row_gain_pct` of each plain row; zeros = one model, no correction.
        auc: Adversarial AUC of all columns.
        unseen_change: Unseen share of test minus that of the validation rows.
        price_divergence: :func:`core.shift.price_divergence`; 0 = no sign of a selection by price.
        level: Level of the interval.
    """

    plain: ErrorRows
    test: TestRows
    row_gain_pct: FloatArray
    grouped: ErrorRows | None = None
    grouped_position: IntArray | None = None
    auc: float = 0.5
    unseen_change: float = 0.0
    price_divergence: float = 0.0
    level: float = 0.9

    def __post_init__(self) -> None:
        if len(self.row_gain_pct) != len(self.plain.error_pct):
            raise AlignmentError(f"{len(self.row_gain_pct)} gains, {len(self.plain.error_pct)} errors")
        if self.grouped is not None and (
            self.grouped_position is None
            or not np.array_equal(self.plain.brand[self.grouped_position], self.grouped.brand)
        ):
            raise AlignmentError("the plain and the brand-grouped rows have other brands")
        for rows in (self.plain, self.grouped):
            if rows is not None and rows.columns.shape[1] != len(self.test.column_mean):
                raise AlignmentError(f"{rows.columns.shape[1]} error columns, {len(self.test.column_mean)} of test")
        if not 0 < self.level < 1:
            raise InputError(f"the level {self.level} is no probability.", "Give one between 0 and 1, e.g. 0.9.")


@dataclass(frozen=True)
class Forecast:
    """Expected SMAPE on the test file.

    Attributes:
        smape_pct, low_pct, high_pct: Expectation and interval, 0 to 200.
        level: Level of the interval.
        parts: How it came about, in percent: ``out_of_fold`` (the plain mean), ``corrected`` (the plain mean less
            what averaging the fold models gains on rows like train's), ``mix`` (what carrying it over to test's mix
            adds), ``ensemble`` (what averaging takes away there, negative), and the standard errors ``se_rows``
            (sampling of train and test rows), ``se_brands`` (of their brands), ``se_shift``, ``se_doubt``.
        warnings: Why the score cannot be forecast from features, where there is a sign of it.
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

    The errors of the ordinary folds, and where there are some those of brand-grouped folds, are weighted so that
    words, sizes, brand support and predictions have test's means (:func:`core.shift.calibrate.calibrated`). As far as
    train and test are alike this gives way to the plain mean, which then has the least noise. What averaging the fold
    models gains is taken away. The interval holds the sampling of rows and of brands in train and test, a term
    that grows with the adversarial AUC, and one for each doubt.

    Limits: what no feature shows cannot be forecast. A test file selected by price, one dominated by a brand that
    train never shows, or a category at a new price level can lie 5 to 30 points off. ``warnings`` names the first two
    and widens the interval, without moving its centre; the AUC term widens it for the third.

    Source of the method: doubly robust estimation (Robins, Rotnitzky and Zhao 1994) under covariate shift
    (Shimodaira 2000).
    """
    from scipy.stats import norm

    rows = spec.plain if spec.grouped is None else joined([spec.plain, spec.grouped])
    share = shift_share(spec.auc, spec.unseen_change, n_train=len(spec.plain.error_pct), n_test=len(spec.test.brand))
    weights = blended(calibrated(rows, spec.test.column_mean), len(spec.plain.error_pct), rows.error_pct, share=share)
    plain_pct = float(spec.plain.error_pct.mean())
    expected = float(weights.omega @ rows.error_pct)
    gain = _gain_pct(spec, share)
    found = doubts(spec.test.brand, spec.test.support, spec.price_divergence, auc=spec.auc)
    errors = _standard_errors(spec, rows, weights, found)
    smape = float(np.clip(expected - gain, 0.0, 200.0))
    half = float(norm.ppf(0.5 + spec.level / 2.0)) * float(np.sqrt(sum(se**2 for se in errors.values())))
    alike = _gain_pct(spec, 0.0)
    parts = {
        "out_of_fold": plain_pct,
        "corrected": plain_pct - alike,
        "mix": expected - plain_pct,
        "ensemble": -gain,
        **errors,
    }
    warnings = tuple(doubt.message for doubt in found)
    return Forecast(smape, max(0.0, smape - half), min(200.0, smape + half), spec.level, parts, warnings)


def _gain_pct(spec: ForecastInput, share: float) -> float:
    """The rows' gains, weighted towards test's mix as far as the errors are."""
    weight = spec.plain.weight**WEIGHT_POWER
    towards = share * weight / weight.sum() + (1.0 - share) / len(weight)
    return max(0.0, float(towards @ spec.row_gain_pct))


def _standard_errors(
    spec: ForecastInput, rows: ErrorRows, weights: RowWeights, found: tuple[Doubt, ...]
) -> dict[str, float]:
    n_plain = len(spec.plain.error_pct)
    code, test_code = brand_codes(spec.plain.brand, spec.test.brand)
    residual = rows.error_pct - weights.fitted_pct
    seen = unseen = brand_spread(residual[:n_plain], code)
    omega = weights.omega[:n_plain]
    if spec.grouped is not None and spec.grouped_position is not None:
        # The same rows, scored twice: what one row adds by chance it adds through both weights.
        unseen = brand_spread(residual[n_plain:], code[spec.grouped_position])
        omega = omega.copy()
        omega[spec.grouped_position] += weights.omega[n_plain:]
    between = np.full(1 + int(max(code.max(), test_code.max())), seen.between)
    between[test_code[spec.test.support == 0]] = unseen.between
    return {
        "se_rows": rows_se(omega, len(test_code), within=max(seen.within, unseen.within)),
        "se_brands": brands_se(omega, code, test_code, between=between),
        "se_shift": shift_se_pct(spec.auc),
        "se_doubt": float(np.sqrt(sum(doubt.se_pct**2 for doubt in found))),
    }
