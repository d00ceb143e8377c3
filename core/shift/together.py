"""Duplicates as groups that a fold plan can keep together: rows that share their text or their photo link."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.folds import FoldPlan
from core.shift.duplicates import exact_keys
from core.types import Catalog

MOST_SHARED = 50
"""Train rows above which a shared text or link is taken for boilerplate ("no photo") and groups nobody."""


def duplicate_groups(catalog: Catalog) -> pd.Series:
    """Group name of each train row, indexed by ``sample_id``; ``""`` for a row without a duplicate.

    Two rows are of one group when they share the text (spaces and case aside) or the photo link, or both share with a
    third. A blank text or link is shared with nobody.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    items = catalog.items.train
    row, key, n_keys = [], [], 0
    for pair in exact_keys(catalog).values():
        number = pair.train["key"].to_numpy()
        size = np.bincount(number + 1)[number + 1]
        shared = np.flatnonzero((number >= 0) & (size > 1) & (size <= MOST_SHARED))
        code, found = pd.factorize(number[shared])
        row.append(shared)
        key.append(len(items) + n_keys + code)
        n_keys += len(found)
    rows, keys = np.concatenate(row), np.concatenate(key)
    nodes = len(items) + n_keys
    graph = coo_array((np.ones(len(rows), dtype=np.int8), (rows, keys)), shape=(nodes, nodes))
    component = connected_components(graph, directed=False)[1][: len(items)]
    alone = np.bincount(component, minlength=1)[component] == 1
    return pd.Series(np.where(alone, "", component.astype(str)), index=items.index, dtype="object", name="group")


def apart_share(groups: pd.Series, plan: FoldPlan) -> float:
    """Share of the validation rows with a duplicate in their fold's training part, 0..1."""
    plan.check_rows(groups.index)
    fold = plan.fold_of.to_numpy()
    table = pd.DataFrame({"group": groups.to_numpy(dtype=object), "fold": fold})
    table = table[table["group"] != ""]
    outside = table.groupby("group")["fold"].transform("size") - table.groupby(["group", "fold"])["fold"].transform(
        "size"
    )
    return float((outside > 0).sum() / len(groups))
