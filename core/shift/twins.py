"""Twins of every kind: how many, how far their prices lie apart, and what that says of the error nobody can avoid.

Only rows that say the same (words and photo, or the same words for whoever reads words alone) set a floor for a model.
Rows of the same title, or near ones, differ in something that a model may read, first of all in pack and size; so
for each kind the rows of the same pack and size stand apart from the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from core.features import parsed_catalog
from core.metrics import log_smape_pct, to_log_price
from core.shift.duplicates import exact_keys, numbered
from core.shift.near import NearTwins
from core.shift.noise_floor import NoiseFloor, noise_floor
from core.shift.products import whole_offer
from core.store import ArtifactStore
from core.types import BoolArray, Catalog, FloatArray, IntArray, JsonDict, SplitFrame

SAME = "same text and photo"
TWIN_KINDS: Mapping[str, str] = MappingProxyType(
    {
        SAME: "the same words and the same photo link: whoever reads these two cannot tell the rows apart",
        "same text": "the same words, whatever the photo: whoever reads words alone cannot tell the rows apart",
        "same title": "the same title; bullets, description or size may differ",
        "same photo": "the same photo link; the words may differ",
        "near title": "titles that share most of their words, as a pack of 2 and a pack of 6 do",
        "near text": "titles, bullets and descriptions that share most of their words",
    }
)
"""Each kind and what its rows share."""


@dataclass(frozen=True)
class Twins:
    """One kind of twins.

    Attributes:
        kind: One of :data:`TWIN_KINDS`.
        n_train_rows, n_train_groups: Train rows with a twin in train, and the groups that they form.
        n_test_rows, n_across_groups: Test rows with a twin in train, and the groups that hold rows of both files.
        floor: Of the train rows with a twin, whatever their sizes; None without any.
        same_size: Of those whose twin has the same pack and size.
        n_other_size: Train rows with a twin of another pack or size.
        other_size_smape_pct: SMAPE of predicting such a row by the geometric mean of those twins' prices.
        other_size_unit_smape_pct: The same by their price per gram, millilitre or piece (rows that have one).
        median_price, other_median_price: Train rows with a twin, and those without; dollars, NaN without rows.
    """

    kind: str
    n_train_rows: int
    n_train_groups: int
    n_test_rows: int
    n_across_groups: int
    floor: NoiseFloor | None
    same_size: NoiseFloor | None
    n_other_size: int
    other_size_smape_pct: float
    other_size_unit_smape_pct: float
    median_price: float
    other_median_price: float

    def to_json(self) -> JsonDict:
        """A line of the ``twins`` of ``report.json``."""
        floor = self.same_size
        return {
            "kind": self.kind,
            "train_rows": self.n_train_rows,
            "train_groups": self.n_train_groups,
            "test_rows": self.n_test_rows,
            "same_size_rows": floor.n_rows if floor else 0,
            "floor_lower_pct": floor.lower.smape_pct if floor else None,
            "floor_centre_pct": floor.centre.smape_pct if floor else None,
            "floor_upper_pct": floor.upper.smape_pct if floor else None,
        }


def twin_keys(
    catalog: Catalog, *, store: ArtifactStore, near: Mapping[str, NearTwins] | None = None, least: float = 0.9
) -> dict[str, SplitFrame]:
    """For each kind the number of every product's group (column ``key``; −1 where there is nothing to compare).

    Args:
        near: Of :func:`core.shift.catalog_near`; without it the near kinds are left out.
        least: Similarity from which two products are near.
    """
    exact = exact_keys(catalog)
    title = parsed_catalog(catalog, store=store).value
    titles = (side["title"].str.casefold() for side in (title.train, title.test))
    text, photo = exact["text"].stacked(), exact["photo"].stacked()
    both = pd.DataFrame({"key": _both(text["key"], photo["key"])}, index=text.index)
    keys = {
        SAME: SplitFrame.unstacked(both, catalog.n_train),
        "same text": exact["text"],
        "same title": numbered(*titles),
        "same photo": exact["photo"],
    }
    return keys | {kind: twins.groups(least) for kind, twins in (near or {}).items()}


def catalog_twins(catalog: Catalog, keys: Mapping[str, SplitFrame], held: SplitFrame) -> dict[str, Twins]:
    """Every kind of :func:`twin_keys` counted and measured."""
    return {kind: twins_of(kind, groups, held, catalog.price) for kind, groups in keys.items()}


def twins_of(kind: str, keys: SplitFrame, held: SplitFrame, price: pd.Series) -> Twins:
    """Count one kind's twins and measure their prices.

    Args:
        keys: One of :func:`twin_keys`.
        held: As :func:`offers` gives them.
        price: Train prices in dollars.
    """
    group = keys.train["key"].to_numpy(dtype=np.int64)
    test = keys.test["key"].to_numpy(dtype=np.int64)
    log_price = to_log_price(price)
    size = held.train["code"].to_numpy(dtype=np.int64)
    total = held.train["total"].to_numpy(dtype=np.float64)
    twin = _has_twin(group)
    across = np.intersect1d(group[group >= 0], test[test >= 0])
    dollars = price.to_numpy(dtype=np.float64)
    n_other, error, unit_error = _other_size(group, size, log_price, total)
    return Twins(
        kind=kind,
        n_train_rows=int(twin.sum()),
        n_train_groups=len(np.unique(group[twin])),
        n_test_rows=int(np.isin(test, across).sum()),
        n_across_groups=len(across),
        floor=noise_floor(group, log_price),
        same_size=noise_floor(_both(pd.Series(group), pd.Series(size)), log_price),
        n_other_size=n_other,
        other_size_smape_pct=error,
        other_size_unit_smape_pct=unit_error,
        median_price=float(np.median(dollars[twin])) if twin.any() else float("nan"),
        other_median_price=float(np.median(dollars[~twin])) if not twin.all() else float("nan"),
    )


def twin_groups(keys: SplitFrame, held: SplitFrame, price: pd.Series, titles: SplitFrame) -> pd.DataFrame:
    """The groups of one kind that hold a train row and another row, the widest spread of prices first.

    Args:
        held: As :func:`offers` gives them.
        titles: Column ``title``.

    Returns:
        Indexed by the group's number: ``title`` (of its first row), ``train_rows``, ``test_rows``, ``low_price`` and
        ``high_price`` (train, dollars), ``ratio`` (highest over lowest), ``same_size`` (all rows alike).
    """
    both = keys.stacked()["key"].to_numpy(dtype=np.int64)
    is_train = np.arange(len(both)) < len(keys.train)
    dollars = np.concatenate([price.to_numpy(dtype=np.float64), np.full(len(keys.test), np.nan)])
    table = pd.DataFrame(
        {
            "group": both,
            "title": titles.stacked()["title"].to_numpy(),
            "train_rows": is_train.astype(np.int64),
            "test_rows": (~is_train).astype(np.int64),
            "low_price": dollars,
            "high_price": dollars,
            "size": held.stacked()["code"].to_numpy(dtype=np.int64),
        }
    )
    table = table[_has_twin(both)]
    rules = {"title": "first", "train_rows": "sum", "test_rows": "sum", "low_price": "min", "high_price": "max"}
    groups = table.groupby("group", sort=True).agg({**rules, "size": "nunique"})
    groups = groups[groups["train_rows"] > 0]
    groups = groups.assign(ratio=groups["high_price"] / groups["low_price"], same_size=groups["size"] == 1)
    return groups.drop(columns="size").sort_values(["ratio", "train_rows"], ascending=False, kind="stable")


def offers(sizes: SplitFrame) -> SplitFrame:
    """What tells one size from another, made once for all kinds.

    Args:
        sizes: As :func:`core.features.size_table` gives them.

    Returns:
        Columns ``total`` (the whole offer in g, ml or pieces; NaN unknown) and ``code``, equal where pack and whole
        offer (to three digits) are equal; unknown equals unknown.
    """
    both = sizes.stacked()
    total = whole_offer(both)
    columns = (both["unit_kind"].tolist(), total.tolist(), both["pack_count"].tolist())
    names = [f"{kind}|{amount:.3g}|{pack:g}" for kind, amount, pack in zip(*columns, strict=True)]
    code, _ = pd.factorize(pd.Series(names, dtype="object"))
    table = pd.DataFrame({"total": total.to_numpy(dtype=np.float64), "code": code}, index=both.index)
    return SplitFrame.unstacked(table, len(sizes.train))


def _both(first: pd.Series, second: pd.Series) -> IntArray:
    """One number for each pair of numbers; −1 where either is."""
    a, b = first.to_numpy(dtype=np.int64), second.to_numpy(dtype=np.int64)
    _, code = np.unique(a * (b.max(initial=0) + 2) + b, return_inverse=True)
    return np.where((a >= 0) & (b >= 0), code, -1).astype(np.int64)


def _has_twin(group: IntArray) -> BoolArray:
    counts = np.bincount(group[group >= 0], minlength=1)
    twin: BoolArray = (group >= 0) & (counts[np.maximum(group, 0)] > 1)
    return twin


def _other_size(group: IntArray, size: IntArray, log_price: FloatArray, total: FloatArray) -> tuple[int, float, float]:
    """Rows with a twin of another size, and the SMAPE of predicting them by those: by price, and by price a unit."""
    known = group >= 0
    mixed = _both(pd.Series(group), pd.Series(size))
    n_rows, error = _leave_size_out(group, mixed, log_price, known)
    unit = known & (total > 0)
    log_total = np.log(np.where(total > 0, total, 1.0))
    _, unit_error = _leave_size_out(group, mixed, log_price - log_total, unit)
    return n_rows, error, unit_error


def _leave_size_out(group: IntArray, mixed: IntArray, value: FloatArray, use: BoolArray) -> tuple[int, float]:
    table = pd.DataFrame({"group": group[use], "mixed": mixed[use], "value": value[use]})
    whole, own = (table.groupby(name)["value"] for name in ("group", "mixed"))
    others = (whole.transform("size") - own.transform("size")).to_numpy(dtype=np.float64)
    rest = (whole.transform("sum") - own.transform("sum")).to_numpy(dtype=np.float64)
    has = others > 0
    if not has.any():
        return 0, float("nan")
    guess = rest[has] / others[has]
    actual = table["value"].to_numpy(dtype=np.float64)[has]
    # SMAPE looks at the ratio alone, so a price a gram is as good as a price.
    return int(has.sum()), log_smape_pct(actual, guess)
