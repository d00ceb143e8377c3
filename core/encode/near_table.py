"""A product's nearest train rows with what they cost, for the screens; it takes no heed of folds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.encode.nearest import Nearest, Space, nearest_is_cached, nearest_rows
from core.encode.neighbours import COUNT, SIZE_SLOPE, amount_gap
from core.errors import InputError
from core.features import compute_block
from core.metrics import to_log_price, to_price
from core.store import ArtifactStore
from core.types import ID, TEXT, Catalog, FloatArray


@dataclass(frozen=True)
class NearbyRows:
    """All that :func:`neighbour_table` reads, so that a page can hold it and look up one product after the other.

    Attributes:
        log_total: Shape (n_products,), train products first; NaN where unknown.
    """

    nearest: Nearest
    log_total: FloatArray


def nearby_is_cached(catalog: Catalog, space: Space = "title", *, store: ArtifactStore) -> bool:
    """True when :func:`nearby_rows` would have nothing to find."""
    return nearest_is_cached(catalog, space, store=store)


def nearby_rows(catalog: Catalog, space: Space = "title", *, store: ArtifactStore) -> NearbyRows:
    """Every product's nearest train rows and its amount; at full size a minute where they are not cached."""
    sizes = compute_block(catalog, "size", store=store).frame.stacked()
    return NearbyRows(nearest_rows(catalog, space, store=store), sizes["log_total"].to_numpy(dtype=np.float64))


def neighbour_table(
    catalog: Catalog,
    split: Literal["train", "test"],
    sample_id: str,
    *,
    nearby: NearbyRows,
    count: int = COUNT,
) -> pd.DataFrame:
    """A product's nearest train rows with what they cost.

    Returns:
        Nearest first, at most ``count`` rows: ``sample_id`` and ``text`` (``str``), ``similarity`` (cosine, 0 to 1),
        ``price`` and ``adjusted_price`` (US dollars, the second allowing for the difference in amount).

    Raises:
        InputError: No such product.
    """
    index = getattr(catalog.items, split).index
    if sample_id not in index:
        raise InputError(f"{split} has no product {sample_id!r}.", "Choose one that it has.")
    product = index.get_loc(sample_id) + (catalog.n_train if split == "test" else 0)
    there = nearby.nearest.rows[product] >= 0
    rows = nearby.nearest.rows[product][there][:count]
    price = catalog.price.to_numpy(dtype=np.float64)[rows]
    gap = amount_gap(nearby.log_total[product], nearby.log_total[rows])
    items = catalog.items.train
    return pd.DataFrame(
        {
            ID: pd.array(items.index[rows].tolist(), dtype="str"),
            "similarity": nearby.nearest.similarity[product][there][:count],
            "price": price,
            "adjusted_price": to_price(to_log_price(price) + SIZE_SLOPE * gap),
            TEXT: pd.array(items[TEXT].iloc[rows].tolist(), dtype="str"),
        }
    )
