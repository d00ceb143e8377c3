"""Products as a table of rows: what each costs, how much it holds, and its price per unit of that."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.types import ID, TEXT, BoolArray, Catalog, SplitFrame

TEXT_LETTERS = 160
_UNITS = {"weight": ("g", 100.0, "100 g"), "volume": ("ml", 100.0, "100 ml"), "count": ("pieces", 1.0, "piece")}


def product_rows(
    catalog: Catalog, sizes: SplitFrame, *, train: BoolArray, test: BoolArray, limit: int | None = None
) -> pd.DataFrame:
    """The marked products of both files, train first.

    Args:
        sizes: As :func:`core.features.size_table` gives them.
        train, test: Shapes (n_train,) and (n_test,).
        limit: Most rows of each file; None for all.

    Returns:
        ``side`` (``"train"`` or ``"test"``), ``sample_id``, ``brand``, ``price`` (dollars; NaN in test), ``pack``
        (packages; NaN unknown), ``size`` (the whole offer in words, ``""`` unknown), ``unit_price`` (dollars for
        ``per``, which is ``100 g``, ``100 ml`` or ``piece``), ``text`` (the beginning of the catalogue text, one line).
    """
    price = catalog.price.to_numpy(dtype=np.float64)
    missing = np.full(catalog.n_test, np.nan)
    return pd.concat(
        [
            _side("train", catalog.items.train, sizes.train, price, np.flatnonzero(train)[:limit]),
            _side("test", catalog.items.test, sizes.test, missing, np.flatnonzero(test)[:limit]),
        ],
        ignore_index=True,
    )


def unit_prices(rows: pd.DataFrame) -> pd.DataFrame:
    """What the train rows of :func:`product_rows` ask for a unit, a line a unit, most rows first.

    Returns:
        ``kind`` (``weight``, ``volume`` or ``count``), ``per``, ``rows``, ``median``, ``low``, ``high`` (dollars).
    """
    known = rows[rows["unit_price"].notna()]
    table = known.groupby("per")["unit_price"].agg(rows="size", median="median", low="min", high="max").reset_index()
    kinds = {unit[2]: kind for kind, unit in _UNITS.items()}
    table.insert(0, "kind", table["per"].map(kinds))
    return table.sort_values(["rows", "per"], ascending=[False, True], ignore_index=True)


def whole_offer(sizes: pd.DataFrame) -> pd.Series:
    """How much each offer holds, in g, ml or pieces as its ``unit_kind`` has it; NaN where unknown."""
    kinds = (("weight", "total_weight_g"), ("volume", "total_volume_ml"), ("count", "total_count"))
    total = np.full(len(sizes), np.nan)
    for kind, column in kinds:
        mine = (sizes["unit_kind"] == kind).to_numpy(dtype=np.bool_)
        total[mine] = sizes[column].to_numpy(dtype=np.float64)[mine]
    return pd.Series(total, index=sizes.index)


def _side(side: str, items: pd.DataFrame, sizes: pd.DataFrame, price: np.ndarray, at: np.ndarray) -> pd.DataFrame:
    held = sizes.iloc[at]
    total = whole_offer(held).to_numpy(dtype=np.float64)
    units = [_UNITS.get(kind, ("", np.nan, "")) for kind in held["unit_kind"]]
    base = np.array([unit[1] for unit in units], dtype=np.float64)
    return pd.DataFrame(
        {
            "side": side,
            ID: items.index[at].astype("str"),
            "brand": held["brand"].to_numpy(),
            "price": price[at],
            "pack": held["pack_count"].to_numpy(dtype=np.float64),
            "size": [_amount(amount, unit[0]) for amount, unit in zip(total, units, strict=True)],
            "unit_price": np.divide(price[at] * base, total, out=np.full(len(at), np.nan), where=total > 0),
            "per": [unit[2] for unit in units],
            "text": [" ".join(text.split())[:TEXT_LETTERS] for text in items[TEXT].iloc[at]],
        }
    )


def _amount(amount: float, unit: str) -> str:
    if np.isnan(amount):
        return ""
    return f"{amount:,.0f} {unit}" if amount >= 10 else f"{amount:,.2f}".rstrip("0").rstrip(".") + f" {unit}"
