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
from core.types import ID, BoolArray, Catalog, IntArray

VERSION = 1
PlanKind = Literal["random", "brand_grouped", "twins_together", "test_like"]


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
    check_enough(catalog, n_folds)
    ids = catalog.items.train.index
    order = np.argsort(np.asarray(ids, dtype=object), kind="stable")
    shuffled = np.random.default_rng(seed).permutation(len(ids))
    fold = np.empty(len(ids), dtype=np.int8)
    fold[order] = (shuffled % n_folds).astype(np.int8)
    return make_plan(catalog, "random", n_folds, seed, fold)


def grouped_plan(catalog: Catalog, groups: pd.Series, *, n_folds: int = 5, seed: int = 0) -> FoldPlan:
    """Folds that keep each group whole, e.g. a brand: every validation row's group is unseen in its fold.

    Args:
        groups: Group name of each train row, indexed by ``sample_id``; a blank name is a group of its own.
    """
    check_enough(catalog, n_folds)
    fold = _whole_groups(group_codes(groups, catalog), n_folds=n_folds, seed=seed)
    return make_plan(catalog, "brand_grouped", n_folds, seed, fold)


def together_plan(catalog: Catalog, groups: pd.Series, *, n_folds: int = 5, seed: int = 0) -> FoldPlan:
    """:func:`random_plan` with each group of duplicates moved, whole, into the fold of its first id.

    Nothing else moves, so the two plans' scores differ by the duplicates alone. Where that would leave a fold with
    less than half of its share, the groups are dealt out by size instead, as by :func:`grouped_plan`.

    Args:
        groups: Group name of each train row, indexed by ``sample_id``; a blank name is a group of its own.
    """
    plain = random_plan(catalog, n_folds=n_folds, seed=seed).fold_of.to_numpy()
    code = group_codes(groups, catalog)
    order = np.argsort(np.asarray(groups.index, dtype=object), kind="stable")
    _, first = np.unique(code[order], return_index=True)
    fold = plain[order[first]][code]
    if np.bincount(fold, minlength=n_folds).min() < len(fold) / (2 * n_folds):
        fold = _whole_groups(code, n_folds=n_folds, seed=seed)
    return make_plan(catalog, "twins_together", n_folds, seed, fold)


def group_codes(groups: pd.Series, catalog: Catalog) -> IntArray:
    """A number from 0 for each train row's group; a blank name is a group of its own.

    Raises:
        AlignmentError: ``groups`` names other rows.
    """
    ids = catalog.items.train.index
    if not groups.index.equals(ids):
        raise AlignmentError("groups and train rows name different ids")
    names = np.asarray(groups.fillna("").astype(str), dtype=object)
    names = np.where(names == "", [f"\0{i}" for i in ids], names)
    code: IntArray = np.unique(names.astype(str), return_inverse=True)[1].astype(np.int64)
    return code


def _whole_groups(code: IntArray, *, n_folds: int, seed: int) -> np.ndarray:
    """Fold of each row: the largest group first, each into the fold with the fewest rows."""
    size = np.bincount(code)
    order = np.lexsort((np.random.default_rng(seed).permutation(len(size)), -size))
    load = np.zeros(n_folds, dtype=np.int64)
    fold_of_group = np.empty(len(size), dtype=np.int8)
    for group in order:
        fold_of_group[group] = lightest = int(load.argmin())
        load[lightest] += size[group]
    return fold_of_group[code]


def check_enough(catalog: Catalog, n_folds: int) -> None:
    """Raise :class:`InputError` for fewer than 2 folds or fewer than 10 train rows a fold."""
    if n_folds < 2:
        raise InputError(f"{n_folds} folds asked for.", "Ask for at least 2.")
    if catalog.n_train < 10 * n_folds:
        raise InputError(
            f"train has {catalog.n_train} usable rows, too few for {n_folds} folds.",
            f"Bring at least {10 * n_folds} rows with a price.",
        )


def make_plan(catalog: Catalog, kind: PlanKind, n_folds: int, seed: int, fold: np.ndarray) -> FoldPlan:
    """The plan of a drawn assignment: ``fold`` holds each train row's fold, in the train rows' order."""
    ids = catalog.items.train.index
    digest = cache_key("fold_assignment", VERSION, {"fold": fold.tobytes().hex()}, [catalog.key])
    key = cache_key("folds", VERSION, {"kind": kind, "n_folds": n_folds, "seed": seed}, [catalog.key, digest])
    return FoldPlan(kind, n_folds, seed, pd.Series(fold, index=pd.Index(ids, name=ID), name="fold"), key)
