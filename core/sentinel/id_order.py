"""Neither the ids nor the order of the rows tell the price, the fold, or the file.

The price: by the rank correlation of what the out-of-fold predictions leave of ``log_price`` with the position, and
with its mean over the ten rows around. Judged is what is left, because ids that were given out by brand or shelf go
with the price as brand and shelf do, which is no leak; what the price itself does stands beside it. The fold: by the
share of the positions' variance between folds. The file: by how well the id tells test from train.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.folds import FoldPlan
from core.sentinel.lab import log_prices
from core.sentinel.statistic import rank_correlation
from core.sentinel.verdict import Finding, VerdictName, worst
from core.types import Catalog, FloatArray, IntArray

PRICE_LOOK, PRICE_FAIL = 0.1, 0.25
"""Rank correlation with what predictions leave of the price, from which to look, and from which the order gives the
price away. The challenge's rows have 0.03 (and 0.23 with the price itself, by the ids of neighbours)."""
FOLD_SHARE = 0.02
"""Share of the positions' variance that may lie between folds."""
FOLD_CHANCE = 1e-7
"""And of few rows the share that chance exceeds no more often than this: a fold plan is one draw among many tried."""
FILE_AUC = 0.05
"""How far from one half the id's AUC between the files may lie."""
SPANS = 5.0
"""Standard errors of chance that are let pass too."""
REACH = 5
"""Rows on either side that count as neighbours."""


@dataclass(frozen=True)
class Reading:
    """One measurement, e.g. of the ids against the price, and what is let pass."""

    kind: str
    value: float
    limit: float
    verdict: VerdictName
    text: str


def id_order(catalog: Catalog, plan: FoldPlan, oof_log_price: pd.Series) -> Finding:
    """Judge the ids as numbers, where they hold any, and the order of the train rows.

    Args:
        oof_log_price: Out-of-fold predictions, indexed by ``sample_id``.
    """
    log_price = log_prices(catalog.price)
    orders = {"row order": np.arange(catalog.n_train, dtype=np.float64)}
    ids, test_ids = (id_numbers(side.index) for side in (catalog.items.train, catalog.items.test))
    if ids is not None:
        orders["the id"] = ids
    folds = plan.fold_of.to_numpy().astype(np.int64)
    residual = log_price - oof_log_price.to_numpy(dtype=np.float64)
    told = [_price(name, position, log_price, residual) for name, position in orders.items()]
    told += [_fold(name, position, folds) for name, position in orders.items()]
    if ids is not None and test_ids is not None and ids.size and test_ids.size:
        told.append(_file(ids, test_ids))
    return judged(told)


def judged(readings: Sequence[Reading]) -> Finding:
    """The gravest verdict, with every reading beyond its limit, or else the closest of each kind."""
    bad = [reading for reading in readings if reading.verdict != "pass"]
    closest = {reading.kind: reading for reading in sorted(readings, key=lambda reading: reading.value / reading.limit)}
    sentence = "; ".join(reading.text for reading in bad or closest.values())
    return Finding(worst([reading.verdict for reading in readings]), f"{sentence[0].upper()}{sentence[1:]}.")


def id_numbers(index: pd.Index) -> FloatArray | None:
    """Ids as numbers: whole, or by the digits at their end; None when one has none."""
    text = pd.Series(index.astype(str), dtype="str")
    numbers = pd.to_numeric(text.str.extract(r"(\d{1,15})\s*$")[0], errors="coerce").to_numpy(dtype=np.float64)
    return numbers if np.isfinite(numbers).all() else None


def order_correlations(position: FloatArray, values: FloatArray) -> tuple[float, float]:
    """Rank correlation of the values with the position, and with the mean of the rows around in that order."""
    ordered = values[np.argsort(position, kind="stable")]
    around = neighbour_means(ordered, reach=REACH)
    return abs(rank_correlation(position, values)), abs(rank_correlation(around, ordered))


def neighbour_means(values: FloatArray, *, reach: int) -> FloatArray:
    """Mean of the up to ``reach`` values on either side of each, itself left out."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    place = np.arange(values.size)
    low, high = np.maximum(place - reach, 0), np.minimum(place + reach + 1, values.size)
    mean: FloatArray = (sums[high] - sums[low] - values) / np.maximum(high - low - 1, 1)
    return mean


def between_share(position: FloatArray, fold: IntArray) -> float:
    """Share of the variance of the positions' ranks that lies between folds, 0 to 1."""
    rank = pd.Series(position).rank().to_numpy(dtype=np.float64)
    means = pd.Series(rank).groupby(fold).transform("mean").to_numpy(dtype=np.float64)
    total = float(rank.var())
    return float(means.var()) / total if total > 0 else 0.0


def _price(name: str, position: FloatArray, log_price: FloatArray, residual: FloatArray) -> Reading:
    plain, beyond = (max(order_correlations(position, values)) for values in (log_price, residual))
    limit = max(PRICE_LOOK, SPANS / float(np.sqrt(max(1, log_price.size))))
    verdict: VerdictName = "pass" if beyond <= limit else "warn" if beyond <= max(limit, PRICE_FAIL) else "fail"
    text = (
        f"{name} goes with the price by a rank correlation of {plain:.3f} and with what predictions leave of it by"
        f" {beyond:.3f} ({limit:.2f} is let pass)"
    )
    return Reading("price", beyond, limit, verdict, text)


def _fold(name: str, position: FloatArray, fold: IntArray) -> Reading:
    from scipy.stats import chi2

    share = between_share(position, fold)
    # Under chance n times the share is about chi-squared, as in the test of Kruskal and Wallis.
    limit = max(FOLD_SHARE, float(chi2.isf(FOLD_CHANCE, max(1, int(fold.max(initial=0))))) / max(1, fold.size))
    text = f"{100.0 * share:.2f} % of the variance of {name} lies between folds ({100.0 * limit:.0f} % is let pass)"
    return Reading("fold", share, limit, "pass" if share <= limit else "warn", text)


def _file(train: FloatArray, test: FloatArray) -> Reading:
    auc = above_auc(train, test)
    error = float(np.sqrt((train.size + test.size + 1) / (12.0 * train.size * test.size)))
    limit = max(FILE_AUC, SPANS * error)
    text = f"the id tells test from train with an AUC of {auc:.3f} (0.5 is not at all, ±{limit:.2f} is let pass)"
    return Reading("file", abs(auc - 0.5), limit, "pass" if abs(auc - 0.5) <= limit else "warn", text)


def above_auc(train: FloatArray, test: FloatArray) -> float:
    """How often a test value is above a train value; a tie counts half."""
    rank = pd.Series(np.concatenate([train, test])).rank().to_numpy(dtype=np.float64)
    return (float(rank[train.size :].mean()) - (test.size + 1) / 2.0) / train.size
