"""What train teaches of test: how many train rows stand behind each test row's brand (or category, unit, pack).

Rows whose brand could not be read are a level of their own, ``unknown``: they are no evidence of a new brand.
Every share of rows is of all test rows, so unseen + rare + well + unknown = 100; shares of brands leave the
unknown out. ``rare`` does not include ``unseen``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.errors import AlignmentError, InputError
from core.shift.ratios import false_discovery, share_p_value, share_ratio
from core.shift.support import LEVELS, support_level, train_support
from core.types import JsonDict, SplitFrame

RARE_BELOW = 5
SURPRISING_Q = 0.05


@dataclass(frozen=True)
class Overlap:
    """How test's values of one column are covered by train.

    Attributes:
        column: What was compared, e.g. ``"brand"``.
        rare_below: Train rows from which a value counts as shown well.
        n_train, n_test: Rows of the two files.
        table: One row a value (index: key): ``label``, ``train_rows``, ``test_rows``, ``train_share_pct``,
            ``test_share_pct``, ``ratio`` (test share over train share) with ``ratio_low`` and ``ratio_high``
            (90 %), ``q_value``, ``surprising``, ``level`` (of test rows with this value), ``median_price``,
            ``low_price``, ``high_price`` (train, dollars). Most test rows first.
        test_support: Train rows of each test row's value, NaN where unknown; indexed by ``sample_id``.
        test_level: Level of each test row; indexed by ``sample_id``.
        keys: Column ``key``: the value of each row as text, ``""`` where unknown.
    """

    column: str
    rare_below: int
    n_train: int
    n_test: int
    table: pd.DataFrame
    test_support: pd.Series
    test_level: pd.Series
    keys: SplitFrame

    @property
    def rows_pct(self) -> dict[str, float]:
        """Share of test rows at each level, percent of all test rows."""
        return _shares_pct(self.test_level)

    @property
    def values_pct(self) -> dict[str, float]:
        """Share of test's distinct values at each level but ``unknown``, percent."""
        shares = _shares_pct(self.table["level"][self.table["test_rows"] > 0])
        return {level: share for level, share in shares.items() if level != "unknown"}

    @property
    def n_train_values(self) -> int:
        return int((self.table["train_rows"] > 0).sum())

    @property
    def n_test_values(self) -> int:
        return int((self.table["test_rows"] > 0).sum())

    def at(self, rare_below: int) -> Overlap:
        """The same with another threshold; cheap.

        Raises:
            InputError: ``rare_below`` is less than 1.
        """
        level = support_level(self.table["train_rows"].astype(np.float64), rare_below=rare_below)
        test_level = support_level(self.test_support, rare_below=rare_below)
        return replace(self, rare_below=rare_below, table=self.table.assign(level=level), test_level=test_level)

    def coverage(self) -> pd.DataFrame:
        """Test rows covered by values with at least ``min_train_rows`` train rows.

        Returns:
            Columns ``min_train_rows`` (0, 1, 2, … in about equal steps of the logarithm) and ``test_rows_pct``
            (of all test rows; at 0 the rows whose value is known).
        """
        support = np.sort(self.test_support.dropna().to_numpy(dtype=np.float64))
        most = max(1.0, float(support[-1]) if support.size else 1.0)
        steps = np.unique(np.round(np.geomspace(1, most, 60))).astype(np.int64)
        at_least = np.concatenate([[0], steps])
        covered = support.size - np.searchsorted(support, at_least, side="left")
        return pd.DataFrame({"min_train_rows": at_least, "test_rows_pct": 100.0 * covered / max(1, self.n_test)})

    def to_json(self) -> JsonDict:
        """The ``brand`` part of ``report.json``."""
        rows = self.rows_pct
        return {
            "test_rows_unseen_pct": rows["unseen"],
            "test_rows_rare_pct": rows["rare"],
            "test_rows_well_pct": rows["well"],
            "test_rows_unknown_pct": rows["unknown"],
            "n_train_brands": self.n_train_values,
            "n_test_brands": self.n_test_values,
            "test_brands_unseen_pct": self.values_pct["unseen"],
            "rare_below": self.rare_below,
        }


def brand_overlap(brands: SplitFrame, price: pd.Series, *, rare_below: int = RARE_BELOW) -> Overlap:
    """Coverage of test's brands by train.

    Args:
        brands: Columns ``brand`` (display name) and ``brand_key`` (folded; blank = unknown).
        price: Train prices in dollars, indexed like ``brands.train``.

    Raises:
        AlignmentError: Prices and train rows name different ids.
        InputError: ``rare_below`` is less than 1.
    """
    return value_overlap(brands, price, column="brand_key", label="brand", rare_below=rare_below)


def value_overlap(
    values: SplitFrame, price: pd.Series, *, column: str, label: str | None = None, rare_below: int = RARE_BELOW
) -> Overlap:
    """:func:`brand_overlap` for any column: category, unit, pack.

    Args:
        column: The column compared; numbers are compared as written, missing and blank are unknown.
        label: Column with the display name; ``column`` itself when None.
    """
    table = value_table(values, price, column=column, label=label)
    return overlap_from(table, values, column=column, name=label or column, rare_below=rare_below)


def value_table(values: SplitFrame, price: pd.Series, *, column: str, label: str | None = None) -> pd.DataFrame:
    """:attr:`Overlap.table` without ``level``: what does not depend on the threshold, and costs the time."""
    if not price.index.equals(values.train.index):
        raise AlignmentError("prices and train rows name different ids")
    for name in (column, label or column):
        if name not in values.columns:
            raise InputError(f"no column {name!r} to compare.", f"There are: {', '.join(values.columns)}.")
    keys = _keys(values, column)
    shown = keys if label is None else values
    return _table(keys, _first_label(keys, shown, label or "key"), price)


def overlap_from(
    table: pd.DataFrame, values: SplitFrame, *, column: str, name: str, rare_below: int = RARE_BELOW
) -> Overlap:
    """The overlap from a :func:`value_table` of the same values, called ``name``."""
    keys = _keys(values, column)
    support = train_support(keys, "key")
    plain = Overlap(
        column=name,
        rare_below=rare_below,
        n_train=len(values.train),
        n_test=len(values.test),
        table=table,
        test_support=support,
        test_level=support_level(support, rare_below=rare_below),
        keys=keys,
    )
    return plain.at(rare_below)


def _keys(values: SplitFrame, column: str) -> SplitFrame:
    return SplitFrame(*(pd.DataFrame({"key": _as_text(side[column])}) for side in (values.train, values.test)))


def _as_text(values: pd.Series) -> pd.Series:
    """Values as text, ``""`` for the missing; a whole number loses its ``.0`` so that both files spell it alike."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        text = pd.Series([f"{v:g}" if np.isfinite(v) else "" for v in values.astype(np.float64)], index=values.index)
        return text.astype("str")
    return values.astype("object").where(values.notna(), "").astype("str")


def _table(keys: SplitFrame, labels: pd.Series, price: pd.Series) -> pd.DataFrame:
    known = {"train": keys.train["key"][keys.train["key"] != ""], "test": keys.test["key"][keys.test["key"] != ""]}
    counts = pd.DataFrame({f"{side}_rows": key.value_counts() for side, key in known.items()}).fillna(0).astype("int64")
    train, test = (counts[f"{side}_rows"].to_numpy(dtype=np.float64) for side in ("train", "test"))
    sizes = {"n_train": len(keys.train), "n_test": len(keys.test)}
    ratios = share_ratio(train, test, n_train=sizes["n_train"], n_test=sizes["n_test"])
    q_value = false_discovery(share_p_value(train, test, n_train=sizes["n_train"], n_test=sizes["n_test"]))
    prices = price[known["train"].index].groupby(known["train"].to_numpy(dtype=object))
    table = counts.assign(
        label=labels.reindex(counts.index),
        train_share_pct=100.0 * train / max(1, sizes["n_train"]),
        test_share_pct=100.0 * test / max(1, sizes["n_test"]),
        **{name: ratios[name].to_numpy() for name in ratios.columns},
        q_value=q_value,
        surprising=q_value < SURPRISING_Q,
        median_price=prices.median().reindex(counts.index),
        low_price=prices.min().reindex(counts.index),
        high_price=prices.max().reindex(counts.index),
    )
    order = table.rename_axis("key").reset_index()
    order = order.sort_values(["test_rows", "train_rows", "key"], ascending=[False, False, True])
    return order.set_index("key")


def _first_label(keys: SplitFrame, labels: SplitFrame, label: str) -> pd.Series:
    """The display name that a key has where it first occurs."""
    both = pd.DataFrame(
        {"key": keys.stacked()["key"].to_numpy(dtype=object), "label": labels.stacked()[label].to_numpy(dtype=object)}
    )
    return both.drop_duplicates("key").set_index("key")["label"].astype("str")


def _shares_pct(level: pd.Series) -> dict[str, float]:
    counts = level.value_counts()
    return {name: 100.0 * int(counts.get(name, 0)) / max(1, len(level)) for name in LEVELS}
