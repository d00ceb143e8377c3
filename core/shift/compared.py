"""Overlap of a catalogue's brands, categories, units and packs, and the values worth a look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features import artifact_key, brands, compute_block, parsed_catalog
from core.shift.overlap import RARE_BELOW, Overlap, overlap_from, value_table
from core.store import ArtifactStore, cache_key
from core.types import Catalog, SplitFrame

VERSION = 1
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
    found = table.value
    if chosen.source == "category":
        found = found.assign(label=found["label"].str.replace("_", " "))
    return overlap_from(found, values, column=chosen.column, name=column, rare_below=rare_below)


def find_values(overlap: Overlap, *, search: str = "", order: str = "most test rows", limit: int = 500) -> pd.DataFrame:
    """The first ``limit`` rows of the table whose key or label holds ``search``, in one of :data:`ORDERS`."""
    table = overlap.table
    wanted = search.strip().casefold()
    if wanted:
        label = table["label"].str.casefold()
        table = table[label.str.contains(wanted, regex=False) | table.index.str.contains(wanted, regex=False)]
    column, ascending = ORDERS[order]
    return table.sort_values([column, "test_rows"], ascending=[ascending, False], kind="stable").head(limit)


def most_surprising(overlap: Overlap, *, limit: int = 8) -> pd.DataFrame:
    """The values whose frequency differs most for certain, farthest first; half of them on either side if there are.

    Ranked by the end of the ratio's interval that lies nearer to 1: a value with few rows may have a wild ratio, and
    stands behind one that is surely twice as frequent.
    """
    table = overlap.table[overlap.table["surprising"]]
    sure = np.maximum(np.log(table["ratio_low"]), -np.log(table["ratio_high"]))
    ranked = table.assign(sure=sure).sort_values("sure", ascending=False, kind="stable").drop(columns="sure")
    more = (ranked["ratio"] > 1).to_numpy(dtype=np.bool_)
    # Place among those of its own side, so that neither side takes all the room.
    place = np.where(more, np.cumsum(more), np.cumsum(~more))
    first = np.argsort(np.where(place <= limit // 2, 0, 1), kind="stable")[:limit]
    return ranked.iloc[np.sort(first)]


def _values(catalog: Catalog, source: str, store: ArtifactStore) -> SplitFrame:
    if source == "brands":
        return brands(catalog, store=store).value
    if source == "parse":
        return parsed_catalog(catalog, store=store).value
    return compute_block(catalog, source, store=store).frame
