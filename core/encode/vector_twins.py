"""Train and test products whose vectors are nearly the same: which, how near, and what a twin's price is worth.

Near by a model is not the same product: what one is worth is told by train products with a train twin, whose own price
is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.encode.nearest import Nearest
from core.metrics import smape_pct
from core.types import ID, PRICE, BoolArray, Catalog, FloatArray, SplitFrame

THRESHOLDS = (0.90, 0.95, 0.98, 0.99, 1.0)
_ROUNDING = 1e-5


@dataclass(frozen=True)
class TwinLevel:
    """How many products have a twin in train at one threshold.

    Attributes:
        least: Cosine from which two products count as twins.
        test_rows, train_rows: Products with such a train product beside themselves.
        test_pct: Of the test products with a vector, in percent; NaN without any.
        twin_smape_pct: Of the train rows with a twin, each foretold by the geometric mean of its twins' prices; NaN
            without any.
        median_smape_pct: The same rows foretold by the median price of all train rows, to compare with.
    """

    least: float
    test_rows: int
    test_pct: float
    train_rows: int
    twin_smape_pct: float
    median_smape_pct: float


def twin_levels(
    catalog: Catalog, near: Nearest, present: BoolArray, thresholds: Sequence[float] = THRESHOLDS
) -> list[TwinLevel]:
    """One :class:`TwinLevel` a threshold.

    Args:
        near: Of the vectors, see :func:`core.encode.vector_nearest`.
        present: Which products have a vector, train rows first.
    """
    n_train, n_test = catalog.n_train, int(present[catalog.n_train :].sum())
    price = catalog.price.to_numpy(dtype=np.float64)
    levels = []
    for least in thresholds:
        is_twin = _twins(near, least)
        has: BoolArray = np.asarray(is_twin.any(axis=1))
        train = np.flatnonzero(has[:n_train])
        foretold = _geometric_mean(price, near, is_twin)[train]
        test_rows = int(has[n_train:].sum())
        levels.append(
            TwinLevel(
                least=least,
                test_rows=test_rows,
                test_pct=100.0 * test_rows / n_test if n_test else float("nan"),
                train_rows=len(train),
                twin_smape_pct=smape_pct(price[train], foretold) if len(train) else float("nan"),
                median_smape_pct=smape_pct(price[train], np.full(len(train), np.median(price)))
                if len(train)
                else float("nan"),
            )
        )
    return levels


def twin_table(catalog: Catalog, near: Nearest, contents: SplitFrame, least: float) -> pd.DataFrame:
    """The test products with a train twin, the nearest first.

    Args:
        contents: Column ``content``, the hash of what each vector was made from; twins that share it are the same
            photo or text.

    Returns:
        ``row`` and ``twin_row`` (positions, train rows first), ``sample_id`` and ``twin_id`` (of the nearest twin),
        ``cosine``, ``same`` (the nearest is the same photo or text), ``twins`` (how many of those that were looked
        for), ``price`` (of the nearest), ``low_price`` and ``high_price`` (of all of them), dollars.
    """
    n_train = catalog.n_train
    is_twin = _twins(near, least)
    rows = n_train + np.flatnonzero(is_twin[n_train:].any(axis=1))
    first = near.rows[rows, 0].astype(np.int64)
    price = catalog.price.to_numpy(dtype=np.float64)
    prices = np.where(is_twin[rows], price[near.rows[rows]], np.nan)
    content = [side["content"].to_numpy(dtype=object) for side in (contents.train, contents.test)]
    table = pd.DataFrame(
        {
            "row": rows,
            "twin_row": first,
            ID: pd.array(catalog.items.test.index[rows - n_train].tolist(), dtype="str"),
            "twin_id": pd.array(catalog.items.train.index[first].tolist(), dtype="str"),
            "cosine": near.similarity[rows, 0].astype(np.float64),
            "same": content[1][rows - n_train] == content[0][first],
            "twins": is_twin[rows].sum(axis=1),
            PRICE: price[first],
            "low_price": np.nanmin(prices, axis=1) if len(rows) else np.empty(0),
            "high_price": np.nanmax(prices, axis=1) if len(rows) else np.empty(0),
        }
    )
    return table.sort_values("cosine", ascending=False, kind="stable", ignore_index=True)


def twins_of(near: Nearest, row: int, least: float) -> tuple[list[int], list[float]]:
    """Positions in train of one product's twins, nearest first, and their cosines."""
    is_twin = _twins(Nearest(near.rows[row : row + 1], near.similarity[row : row + 1]), least)[0]
    return near.rows[row, is_twin].tolist(), near.similarity[row, is_twin].tolist()


def _twins(near: Nearest, least: float) -> BoolArray:
    """Shape (n_products, depth). Equal vectors miss a cosine of one by rounding."""
    found: BoolArray = (near.rows >= 0) & (near.similarity >= least - _ROUNDING)
    return found


def _geometric_mean(price: FloatArray, near: Nearest, is_twin: BoolArray) -> FloatArray:
    """Of every product's twins; NaN without any."""
    log_price = np.where(is_twin, np.log(price)[near.rows], 0.0)
    count = is_twin.sum(axis=1)
    mean: FloatArray = np.divide(log_price.sum(axis=1), count, out=np.full(len(count), np.nan), where=count > 0)
    return np.asarray(np.exp(mean), dtype=np.float64)
