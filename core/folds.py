"""Fold plans: which validation rows are scored by a model that never saw them.

One plan is shared by every member of a blend; its key is part of every run made with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import AlignmentError, InputError
from core.store import cache_key
from core.types import ID, BoolArray, Catalog

VERSION = 1
PlanKind = Literal["random", "brand_grouped"]


@dataclass(frozen=True)
class FoldPlan:
    """Which fold each train row is validated in.

    Attributes:
        kind: How the folds were drawn.
        fold_of: ``int8``, 0 to ``n_folds − 1``, indexed by ``sample_id`` in the train rows' order.
        key: Hash of the catalogue's key and of all that decided the draw.
    """

    kind: PlanKind
    n_folds: int
    seed: int
    fold_of: pd.Series
    key: str

    def validation_mask(self, fold: int) -> BoolArray:
        """True for the rows that fold ``fold`` validates, in the train rows' order."""
        mask: BoolArray = self.fold_of.to_numpy() == fold
        return mask

    def check_rows(self, index: pd.Index) -> None:
        """Raise :class:`AlignmentError` unless the plan names exactly these rows in this order."""
        if not self.fold_of.index.equals(index):
            raise AlignmentError("the fold plan and the train rows name different ids")


def random_plan(catalog: Catalog, *, n_folds: int = 5, seed: int = 0) -> FoldPlan:
    """Folds of equal size drawn at random; a row's fold depends on its id and the seed, not on its position."""
    _check_enough(catalog, n_folds)
    ids = catalog.items.train.index
    order = np.argsort(np.asarray(ids, dtype=object), kind="stable")
    shuffled = np.random.default_rng(seed).permutation(len(ids))
    fold = np.empty(len(ids), dtype=np.int8)
    fold[order] = (shuffled % n_folds).astype(np.int8)
    return _plan(catalog, "random", n_folds, seed, fold)


def grouped_plan(catalog: Catalog, groups: pd.Series, *, n_folds: int = 5, seed: int = 0) -> FoldPlan:
    """Folds that keep each group whole, e.g. a brand: every validation row's group is unseen in its fold.

    Args:
        groups: Group name of each train row, indexed by ``sample_id``; a blank name is a group of its own.
    """
    _check_enough(catalog, n_folds)
    ids = catalog.items.train.index
    if not groups.index.equals(ids):
        raise AlignmentError("groups and train rows name different ids")
    names = np.asarray(groups.fillna("").astype(str), dtype=object)
    names = np.where(names == "", [f"\0{i}" for i in ids], names)
    unique, code, size = np.unique(names.astype(str), return_inverse=True, return_counts=True)
    rng = np.random.default_rng(seed)
    order = np.lexsort((rng.permutation(len(unique)), -size))
    load = np.zeros(n_folds, dtype=np.int64)
    fold_of_group = np.empty(len(unique), dtype=np.int8)
    for group in order:
        fold_of_group[group] = lightest = int(load.argmin())
        load[lightest] += size[group]
    return _plan(catalog, "brand_grouped", n_folds, seed, fold_of_group[code])


def _check_enough(catalog: Catalog, n_folds: int) -> None:
    if n_folds < 2:
        raise InputError(f"{n_folds} folds asked for.", "Ask for at least 2.")
    if catalog.n_train < 10 * n_folds:
        raise InputError(
            f"train has {catalog.n_train} usable rows, too few for {n_folds} folds.",
            f"Bring at least {10 * n_folds} rows with a price.",
        )


def _plan(catalog: Catalog, kind: PlanKind, n_folds: int, seed: int, fold: np.ndarray) -> FoldPlan:
    ids = catalog.items.train.index
    digest = cache_key("fold_assignment", VERSION, {"fold": fold.tobytes().hex()}, [catalog.key])
    key = cache_key("folds", VERSION, {"kind": kind, "n_folds": n_folds, "seed": seed}, [catalog.key, digest])
    return FoldPlan(kind, n_folds, seed, pd.Series(fold, index=pd.Index(ids, name=ID), name="fold"), key)
