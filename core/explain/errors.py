"""Where a run errs: its out-of-fold error by slices of the train rows, and how true its predictions are on average."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from core.errors import AlignmentError
from core.features import brands, compute_block
from core.folds import FoldPlan
from core.metrics import clustered_se, row_smape_pct, to_log_price, to_price
from core.store import ArtifactStore
from core.train import Run
from core.types import ID, Catalog, IntArray

LEVEL: Final = 0.9
_PRICE_EDGES: Final = (0.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, np.inf)
_SUPPORT: Final = (
    (0, "no other train row"),
    (1, "1"),
    (2, "2 to 4"),
    (5, "5 to 9"),
    (10, "10 to 29"),
    (30, "30 and more"),
)
_BANDS: Final = 10

SLICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "price_band": "True price",
        "predicted_band": "Predicted price",
        "brand_support": "Other train rows of the brand",
        "seen_brand": "Brand seen by the fold's model",
        "category": "Category",
        "confidence": "Confidence of the brand",
        "doubt": "Doubts in the size",
    }
)
"""What the train rows are sliced by, and what a screen calls it."""


def error_rows(run: Run, catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> pd.DataFrame:
    """Every train row with its out-of-fold error and the slice that it belongs to.

    Returns:
        Indexed by ``sample_id``: ``price`` and ``predicted`` (dollars), ``residual`` (predicted less true
        ``log_price``), ``smape_pct`` (0 to 200), ``cluster`` (rows of one brand share it), and a categorical column
        with ordered labels for each of :data:`SLICES`.

    Raises:
        AlignmentError: The run predicts other rows.
    """
    if not run.oof_log_price.index.equals(catalog.price.index):
        raise AlignmentError(f"run {run.run_id} and the catalogue name different rows")
    predicted = to_price(run.oof_log_price)
    brand = brands(catalog, store=store).value.train
    code = _brand_codes(brand["brand_key"])
    blocks = {name: compute_block(catalog, name, store=store).frame.train for name in ("category", "size")}
    support = _others(code)
    table = pd.DataFrame(
        {
            "price": catalog.price.to_numpy(dtype=np.float64),
            "predicted": predicted,
            "residual": run.oof_log_price.to_numpy(dtype=np.float64) - to_log_price(catalog.price),
            "smape_pct": row_smape_pct(catalog.price, predicted),
            "cluster": code,
        },
        index=pd.Index(catalog.price.index, name=ID),
    )
    known = (brand["brand_key"] != "").to_numpy(dtype=np.bool_)
    return table.assign(
        price_band=_price_band(table["price"]),
        predicted_band=_predicted_band(table["predicted"]),
        brand_support=_support_band(support, known),
        seen_brand=_seen(code, plan, known),
        category=blocks["category"]["category_top"].astype(object).fillna("unknown").astype("category").to_numpy(),
        confidence=_confidence_band(brand["brand_confidence"], known),
        doubt=_doubts(blocks["size"]),
    )


def row_slices(catalog: Catalog, plan: FoldPlan, *, store: ArtifactStore) -> pd.DataFrame:
    """The slices of the train rows that no run is needed for: ``price_band`` and ``seen_brand``, as in
    :func:`error_rows`, indexed by ``sample_id``."""
    key = brands(catalog, store=store).value.train["brand_key"]
    known = (key != "").to_numpy(dtype=np.bool_)
    return pd.DataFrame(
        {"price_band": _price_band(catalog.price), "seen_brand": _seen(_brand_codes(key), plan, known)},
        index=pd.Index(catalog.price.index, name=ID),
    )


def slice_errors(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The error of each slice, with intervals that know that rows of one brand err alike.

    Args:
        rows: Of :func:`error_rows`.
        by: One of :data:`SLICES`.

    Returns:
        ``label``, ``rows``, ``smape_pct`` with ``low_pct`` and ``high_pct`` (90 %), ``share_pct`` (of the whole error),
        ``bias`` (mean ``residual``) with ``bias_low`` and ``bias_high``; in the labels' order, empty slices left out.
    """
    from scipy.stats import norm

    reach = float(norm.ppf(0.5 + LEVEL / 2.0))
    whole = float(rows["smape_pct"].sum())
    lines = []
    for label, part in rows.groupby(by, observed=True, sort=True):
        cluster = part["cluster"].to_numpy()
        smape, bias = part["smape_pct"].to_numpy(), part["residual"].to_numpy()
        half, half_bias = (reach * clustered_se(values, cluster) for values in (smape, bias))
        lines.append(
            {
                "label": str(label),
                "rows": len(part),
                "smape_pct": float(smape.mean()),
                "low_pct": float(smape.mean() - half),
                "high_pct": float(smape.mean() + half),
                "share_pct": 100.0 * float(smape.sum()) / whole if whole > 0 else 0.0,
                "bias": float(bias.mean()),
                "bias_low": float(bias.mean() - half_bias),
                "bias_high": float(bias.mean() + half_bias),
            }
        )
    return pd.DataFrame(lines)


def _brand_codes(brand_key: pd.Series) -> IntArray:
    """A number a brand; a row without one is a cluster of its own."""
    keys = np.asarray(brand_key, dtype=object)
    own = np.array([f"\0{row}" for row in range(len(keys))], dtype=object)
    return np.asarray(pd.factorize(np.where(keys == "", own, keys))[0], dtype=np.int64)


def _others(code: IntArray) -> IntArray:
    counted: IntArray = np.bincount(code)[code].astype(np.int64) - 1
    return counted


def _ordered(labels: np.ndarray, order: list[str]) -> pd.Categorical:
    return pd.Categorical(labels, categories=order, ordered=True)


def _price_band(price: pd.Series) -> pd.Categorical:
    inner = [f"${low:,.0f} to ${high:,.0f}" for low, high in pairwise(_PRICE_EDGES[1:-1])]
    labels = [f"below ${_PRICE_EDGES[1]:,.0f}", *inner, f"${_PRICE_EDGES[-2]:,.0f} and more"]
    place = np.searchsorted(_PRICE_EDGES[1:-1], price.to_numpy(), side="right")
    return _ordered(np.array(labels, dtype=object)[place], labels)


def _predicted_band(predicted: pd.Series) -> pd.Categorical:
    """Tenths of the rows by predicted price."""
    values = predicted.to_numpy()
    edges = np.unique(np.quantile(values, np.linspace(0, 1, _BANDS + 1)))
    place = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, max(len(edges) - 2, 0))
    ends = list(edges) if len(edges) > 1 else [edges[0], edges[0]]
    labels = [f"${low:,.2f} to ${high:,.2f}" for low, high in pairwise(ends)]
    return _ordered(np.array(labels, dtype=object)[place], list(dict.fromkeys(labels)))


def _support_band(support: IntArray, known: np.ndarray) -> pd.Categorical:
    starts, labels = zip(*_SUPPORT, strict=True)
    band = np.array(labels, dtype=object)[np.searchsorted(starts, support, side="right") - 1]
    return _ordered(np.where(known, band, "no brand"), ["no brand", *labels])


def _seen(code: IntArray, plan: FoldPlan, known: np.ndarray) -> pd.Categorical:
    """Whether the model that predicts a row was fitted on another row of its brand."""
    fold = plan.fold_of.to_numpy().astype(np.int64)
    in_fold = np.zeros((int(code.max()) + 1, plan.n_folds), dtype=np.int64)
    np.add.at(in_fold, (code, fold), 1)
    elsewhere = in_fold.sum(axis=1)[code] - in_fold[code, fold]
    said = np.where(known, np.where(elsewhere > 0, "seen", "unseen"), "no brand")
    return _ordered(said, ["seen", "unseen", "no brand"])


def _confidence_band(confidence: pd.Series, known: np.ndarray) -> pd.Categorical:
    labels = ["below 50 %", "50 to 80 %", "80 to 95 %", "95 % and more"]
    band = np.array(labels, dtype=object)[np.searchsorted([0.5, 0.8, 0.95], confidence.to_numpy(), side="right")]
    return _ordered(np.where(known, band, "no brand"), ["no brand", *labels])


def _doubts(size: pd.DataFrame) -> pd.Categorical:
    labels = ["none", "title and fields disagree", "no weight or volume read"]
    said = np.where(size["contradiction"] == 1, labels[1], np.where(size["total_size"].isna(), labels[2], labels[0]))
    return _ordered(said, labels)
