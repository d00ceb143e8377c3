"""Overlap of a catalogue's brands, categories, units and packs; the rows behind one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features import artifact_key, brands, compute_block, parsed_catalog
from core.shift.overlap import RARE_BELOW, Overlap, overlap_from, value_table
from core.store import ArtifactStore, cache_key
from core.types import ID, TEXT, Catalog, SplitFrame

VERSION = 1
TEXT_LETTERS = 160
ORDERS: Mapping[str, tuple[str, bool]] = {
    "most test rows": ("test_rows", False),
    "most train rows": ("train_rows", False),
    "most surprising": ("q_value", True),
    "more frequent in test": ("ratio_low", False),
    "more frequent in train": ("ratio_high", True),
}
"""Ways to order the table of values, each with its column and whether it ascends."""


@dataclass(frozen=True)
class _Column:
    """Where a compared column comes from: block (or ``brands``, ``parse``), its column, its display column."""

    source: str
    column: str
    label: str | None = None


_COLUMNS: Mapping[str, _Column] = {
    "brand": _Column("brands", "brand_key", "brand"),
    "category": _Column("category", "category_top"),
    "subcategory": _Column("category", "category_sub"),
    "unit": _Column("parse", "unit"),
    "pack": _Column("size", "pack_count"),
}
COMPARED: tuple[str, ...] = tuple(_COLUMNS)
"""Names that :func:`catalog_overlap` takes."""


def catalog_overlap(
    catalog: Catalog, *, store: ArtifactStore, column: str = "brand", rare_below: int = RARE_BELOW
) -> Overlap:
    """:class:`Overlap` of one of :data:`COMPARED`, its table from the cache or computed and kept.

    Raises:
        InputError: No such column to compare.
    """
    if column not in _COLUMNS:
        raise InputError(f"{column!r} is not compared.", f"Choose among {', '.join(COMPARED)}.")
    chosen = _COLUMNS[column]
    values = _values(catalog, chosen.source, store)
    table = store.frame(
        cache_key("shift.overlap", VERSION, {"column": column}, [artifact_key(catalog, chosen.source), catalog.key]),
        lambda: value_table(values, catalog.price, column=chosen.column, label=chosen.label),
    )
    return overlap_from(table.value, values, column=chosen.column, name=column, rare_below=rare_below)


def find_values(overlap: Overlap, *, search: str = "", order: str = "most test rows", limit: int = 500) -> pd.DataFrame:
    """The first ``limit`` rows of the table whose key or label holds ``search``, in one of :data:`ORDERS`."""
    table = overlap.table
    wanted = search.strip().casefold()
    if wanted:
        label = table["label"].str.casefold()
        table = table[label.str.contains(wanted, regex=False) | table.index.str.contains(wanted, regex=False)]
    column, ascending = ORDERS[order]
    return table.sort_values([column, "test_rows"], ascending=[ascending, False], kind="stable").head(limit)


def brand_rows(catalog: Catalog, named: SplitFrame, brand_key: str) -> pd.DataFrame:
    """The products of one brand on both sides.

    Args:
        named: Column ``brand_key``.

    Returns:
        ``side`` (``"train"`` or ``"test"``), ``sample_id``, ``price`` (dollars; NaN in test), ``text`` (the
        beginning of the catalogue text on one line); train first.
    """
    parts = []
    for side, keys, items in (
        ("train", named.train["brand_key"], catalog.items.train),
        ("test", named.test["brand_key"], catalog.items.test),
    ):
        ids = keys.index[(keys == brand_key).to_numpy()]
        price = catalog.price[ids].to_numpy(dtype=np.float64) if side == "train" else np.full(len(ids), np.nan)
        text = [" ".join(text.split())[:TEXT_LETTERS] for text in items.loc[ids, TEXT]]
        parts.append(pd.DataFrame({"side": side, ID: ids.astype("str"), "price": price, "text": text}))
    return pd.concat(parts, ignore_index=True)


def _values(catalog: Catalog, source: str, store: ArtifactStore) -> SplitFrame:
    if source == "brands":
        return brands(catalog, store=store).value
    if source == "parse":
        return parsed_catalog(catalog, store=store).value
    return compute_block(catalog, source, store=store).frame
