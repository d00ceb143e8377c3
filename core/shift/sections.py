"""The overlap cut by another column: by category, and by price band of train."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.errors import AlignmentError
from core.shift.overlap import Overlap
from core.shift.support import LEVELS, support_level
from core.types import FloatArray, IntArray, SplitFrame


def overlap_by(overlap: Overlap, groups: SplitFrame, column: str) -> pd.DataFrame:
    """Levels of the test rows within each group, e.g. a category.

    Returns:
        One row a group, most test rows first: ``group``, ``train_rows``, ``test_rows``, ``train_share_pct``,
        ``test_share_pct``, and ``unseen_pct``, ``rare_pct``, ``well_pct``, ``unknown_pct`` of its test rows.
    """
    if not groups.test.index.equals(overlap.test_level.index):
        raise AlignmentError("groups and overlap name different test rows")
    train, test = (group_names(side[column]) for side in (groups.train, groups.test))
    table = _level_shares(test, overlap.test_level)
    table["test_rows"] = test.value_counts().reindex(table.index).fillna(0).astype("int64")
    only_train = [name for name in train.unique() if name not in table.index]
    table = table.reindex([*table.index, *only_train])
    table["test_rows"] = table["test_rows"].fillna(0).astype("int64")
    table["train_rows"] = train.value_counts().reindex(table.index).fillna(0).astype("int64")
    for side, size in (("train", len(train)), ("test", len(test))):
        table[f"{side}_share_pct"] = 100.0 * table[f"{side}_rows"] / max(1, size)
    table = table.rename_axis("group").reset_index().sort_values(["test_rows", "group"], ascending=[False, True])
    front = ["group", "train_rows", "test_rows", "train_share_pct", "test_share_pct"]
    return table[[*front, *(f"{level}_pct" for level in LEVELS)]].reset_index(drop=True)


def overlap_by_price(overlap: Overlap, price: pd.Series, *, n_bands: int = 8) -> pd.DataFrame:
    """Values by price band of train, bands of about equal train rows.

    Test has no prices, so a test row stands in the band of its brand's median train price; what a row left out
    of train would find of its own brand says where the unseen brands hurt.

    Args:
        price: Train prices in dollars.

    Returns:
        One row a band, cheapest first: ``band`` (text), ``low_price``, ``high_price``, ``train_rows``, then
        ``unseen_pct``, ``rare_pct``, ``well_pct``, ``unknown_pct`` of the band's train rows, each counted
        without itself, and ``test_rows``, the test rows whose brand's median train price lies in the band.
    """
    code, level, edges = price_band_rows(overlap, price, n_bands=n_bands)
    band = pd.Series(code, index=price.index)
    table = _level_shares(band, pd.Series(level, index=price.index))
    table = table.reindex(range(len(edges) - 1 or 1))
    median = overlap.keys.test["key"].map(overlap.table["median_price"]).dropna()
    table["train_rows"] = band.value_counts().reindex(table.index).fillna(0).astype("int64")
    table["test_rows"] = _band(median, edges).value_counts().reindex(table.index).fillna(0).astype("int64")
    low, high = (edges[:-1], edges[1:]) if len(edges) > 1 else (edges, edges)
    table = table.assign(low_price=low, high_price=high)
    table["band"] = [f"${a:,.2f} to ${b:,.2f}" for a, b in zip(low, high, strict=True)]
    front = ["band", "low_price", "high_price", "train_rows", "test_rows"]
    return table[[*front, *(f"{level}_pct" for level in LEVELS)]].reset_index(drop=True)


def group_names(values: pd.Series) -> pd.Series:
    """Groups as :func:`overlap_by` names them: text, ``"unknown"`` for a missing one."""
    return values.astype("object").where(values.notna(), "").astype("str").replace("", "unknown")


def price_band_rows(overlap: Overlap, price: pd.Series, *, n_bands: int = 8) -> tuple[IntArray, np.ndarray, FloatArray]:
    """For each train row the number of its price band and the level of its value when the row itself is left out.

    Returns:
        Band numbers and levels, shape (n_train,), and the bands' edges in dollars.
    """
    edges: FloatArray = np.unique(np.quantile(price.to_numpy(dtype=np.float64), np.linspace(0, 1, n_bands + 1)))
    key = overlap.keys.train["key"]
    others = (key.map(key.value_counts()) - 1).astype(np.float64).where(key != "", np.nan)
    level = support_level(others, rare_below=overlap.rare_below)
    return _band(price, edges).to_numpy(dtype=np.int64), level.to_numpy(dtype=object), edges


def _band(price: pd.Series, edges: np.ndarray) -> pd.Series:
    code = np.searchsorted(edges[1:-1], price.to_numpy(dtype=np.float64), side="right")
    return pd.Series(code, index=price.index)


def _level_shares(group: pd.Series, level: pd.Series) -> pd.DataFrame:
    counts = pd.crosstab(group.to_numpy(), level.to_numpy(dtype=object)).reindex(columns=list(LEVELS), fill_value=0)
    share = 100.0 * counts.div(counts.sum(axis=1), axis=0)
    share.columns = pd.Index([f"{name}_pct" for name in LEVELS])
    return share
