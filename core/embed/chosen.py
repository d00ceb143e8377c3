"""What products chosen on the map have in common: how many, their prices, their brands; their order in a gallery."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.types import Catalog, FloatArray, IntArray

Order: TypeAlias = Literal["file", "cheapest", "dearest"]
ORDERS: Final = MappingProxyType({"file": "As in the files", "cheapest": "Cheapest first", "dearest": "Dearest first"})
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Chosen:
    """A summary of some products.

    Attributes:
        n_train, n_test: How many of either file.
        price_quantiles: Of the train products, dollars, at :data:`QUANTILES`; NaN without one.
        rest_median: Median price of all other train products; NaN without one.
        brands: Largest first: ``brand``, ``products``, ``train`` (of them with a price) and ``median_price``.
        n_brands: How many brands in all.
        unbranded: Products without a readable brand.
    """

    n_train: int
    n_test: int
    price_quantiles: tuple[float, ...]
    rest_median: float
    brands: pd.DataFrame
    n_brands: int
    unbranded: int


def summarise(catalog: Catalog, rows: IntArray, brand: npt.NDArray[np.object_], *, top: int = 10) -> Chosen:
    """Count and measure the products at ``rows`` (train rows first).

    Args:
        brand: Of every product, shape (n_train + n_test,), train rows first; ``""`` where none was read.
    """
    price = row_prices(catalog, rows)
    outside = np.ones(catalog.n_train, dtype=bool)
    outside[rows[rows < catalog.n_train]] = False
    known = price[np.isfinite(price)]
    rest = catalog.price.to_numpy(dtype=np.float64)[outside]
    table = pd.DataFrame({"brand": pd.array(brand[rows], dtype="str"), "price": price})
    named = table[table["brand"].ne("")].groupby("brand", sort=True)["price"]
    lines = named.agg(products="size", train="count", median_price="median").reset_index()
    return Chosen(
        n_train=len(known),
        n_test=len(rows) - len(known),
        price_quantiles=tuple(float(value) for value in np.quantile(known, QUANTILES))
        if len(known)
        else (float("nan"),) * len(QUANTILES),
        rest_median=float(np.median(rest)) if len(rest) else float("nan"),
        brands=lines.sort_values("products", ascending=False, kind="stable", ignore_index=True).head(top),
        n_brands=len(lines),
        unbranded=int(table["brand"].eq("").sum()),
    )


def ordered(catalog: Catalog, rows: IntArray, order: Order) -> IntArray:
    """The same rows in the order of a gallery; test products, which have no price, come last in any order of price."""
    if order == "file":
        return rows
    price = row_prices(catalog, rows)
    return rows[np.argsort(price if order == "cheapest" else -price, kind="stable")]


def row_prices(catalog: Catalog, rows: IntArray) -> FloatArray:
    """Prices in dollars of the products at ``rows``, train rows first; NaN for a test product."""
    price = np.full(len(rows), np.nan)
    is_train = rows < catalog.n_train
    price[is_train] = catalog.price.to_numpy(dtype=np.float64)[rows[is_train]]
    return price
