"""Catalogues that differ in their prices only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.types import BoolArray, Catalog


def repriced(catalog: Catalog, rows: BoolArray, *, factor: float) -> Catalog:
    """The marked rows' prices times ``factor``, under a key of its own."""
    price = catalog.price.where(~rows, catalog.price * factor)
    return replace(catalog, price=price, key=f"{catalog.key}-{np.flatnonzero(rows).tolist()}-{factor}")


def shuffled(catalog: Catalog, *, seed: int) -> Catalog:
    """The same prices on other rows: nothing is left to learn."""
    values = np.random.default_rng(seed).permutation(catalog.price.to_numpy())
    return replace(catalog, price=catalog.price * 0 + values, key=f"{catalog.key}-shuffled-{seed}")
