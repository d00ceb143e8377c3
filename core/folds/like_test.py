"""Folds whose validation rows stand to their training part as the test file stands to train.

Every train row is validated once. Within such a partition a row's brand is unseen exactly when all rows of the brand
lie in its fold, so each brand is either held whole (unseen) or spread over two folds or more (seen), and a brand of one
row is unseen whatever is done. Brands are held until the rows of unseen brands have test's share; they are taken from
where the folds would show more than test does, so that the rest comes near test's mix of rarely and well shown brands.

Limits. Fewer unseen rows than there are single-row brands cannot be had: then those rows weigh less in the score
(:attr:`MatchedPlan.row_weight`), and :attr:`MatchedPlan.note` says so. The bands of the rest are met as far as the
train file's brands allow: no draw makes large brands out of small ones. Words and categories are not matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.folds.plan import FoldPlan, check_enough, group_codes, make_plan
from core.types import BoolArray, Catalog, FloatArray, IntArray

SUPPORT_BANDS: Mapping[str, int] = {"unseen": 0, "1–2": 1, "3–4": 3, "5–9": 5, "10–29": 10, "30 or more": 30}
"""Fewest train rows of a row's brand, by the name of the band."""
BIG_BRAND = 0.35
"""Share of a fold's unseen rows above which a brand is held only when smaller ones do not reach the target: one brand
would speak for the fold."""
TOLERANCE = 0.01
"""Miss of the target share that is not worth a note."""


@dataclass(frozen=True)
class MatchedPlan:
    """A plan, and how near it comes to test.

    Attributes:
        plan: Validates every train row once.
        target_pct: Share of the test rows whose brand is known, by :data:`SUPPORT_BANDS`, in percent.
        reached_pct: The same of the validation rows, each seen from its fold's training part.
        row_weight: Weight of each train row in a score, mean 1, indexed by ``sample_id``; it makes up what the folds
            could not, and is 1 everywhere where they met the unseen share.
    """

    plan: FoldPlan
    target_pct: Mapping[str, float]
    reached_pct: Mapping[str, float]
    row_weight: pd.Series

    @property
    def note(self) -> str:
        """What the folds could not meet, or nothing."""
        target, reached = self.target_pct["unseen"], self.reached_pct["unseen"]
        if abs(target - reached) <= 100.0 * TOLERANCE:
            return ""
        scored = "" if self.row_weight.min() > 0 else "; those of unseen brands do not count at all"
        return (
            f"{target:.1f} % of the test rows have an unseen brand, {reached:.1f} % of these validation rows: whole"
            f" brands come no nearer, so the rows are weighted to test's share{scored}"
        )


def like_test_plan(
    catalog: Catalog,
    brand_key: pd.Series,
    test_support: FloatArray,
    *,
    groups: pd.Series | None = None,
    n_folds: int = 5,
    seed: int = 0,
) -> MatchedPlan:
    """Draw the folds.

    Args:
        brand_key: Brand of each train row, indexed by ``sample_id``; blank where unknown.
        test_support: Train rows of each test row's brand, shape (n_test,); NaN where the brand is unknown.
        groups: Duplicates to keep in one fold, as for :func:`core.folds.together_plan`; None lets them be apart.

    Raises:
        InputError: Too few train rows, or no test row whose brand is known.
        AlignmentError: ``brand_key`` or ``groups`` name other rows.
    """
    check_enough(catalog, n_folds)
    known_support = test_support[np.isfinite(test_support)]
    if not known_support.size:
        raise InputError("no test row has a readable brand.", "Test-like folds need brands in both files.")
    target = band_shares(known_support)
    ids = np.asarray(catalog.items.train.index, dtype=object)
    blank = pd.Series("", index=catalog.items.train.index)
    order = np.argsort(ids, kind="stable")
    brand = group_codes(brand_key, catalog)[order]
    known = (brand_key.fillna("").astype(str) != "").to_numpy()[order]
    unit = group_codes(blank if groups is None else groups, catalog)[order]
    rng = np.random.default_rng(seed)
    fold = np.empty(len(ids), dtype=np.int8)
    fold[order] = _Draw(brand, known, unit, n_folds, rng).assigned(target)
    plan = make_plan(catalog, "test_like", n_folds, seed, fold)
    support = fold_support_counts(brand, fold[order])
    reached = band_shares(support[known])
    weight = np.empty(len(ids))
    weight[order] = _weights(support == 0, known, float(target[0]))
    return MatchedPlan(
        plan, _percent(target), _percent(reached), pd.Series(weight, index=plan.fold_of.index, name="weight")
    )


def band_shares(support: FloatArray) -> FloatArray:
    """Share of the rows in each of :data:`SUPPORT_BANDS`, shape (n_bands,)."""
    shares: FloatArray = np.bincount(_band(support), minlength=len(SUPPORT_BANDS)) / max(1, support.size)
    return shares


def fold_support_counts(brand: IntArray, fold: np.ndarray) -> FloatArray:
    """Rows of each row's brand outside the row's own fold."""
    inside = pd.Series(1, index=range(len(brand))).groupby([brand, fold]).transform("size").to_numpy()
    support: FloatArray = (np.bincount(brand)[brand] - inside).astype(np.float64)
    return support


@dataclass(frozen=True)
class _Draw:
    """The rows in the order of their ids: brand, whether it is known, unit that stays whole, and the random draw."""

    brand: IntArray
    known: BoolArray
    unit: IntArray
    n_folds: int
    rng: np.random.Generator

    def assigned(self, target: FloatArray) -> np.ndarray:
        """Fold of each row."""
        unit, first, size = np.unique(self.unit, return_index=True, return_counts=True)
        # A unit has the brand of its first row, should its rows be read differently.
        unit_brand, unit_known = self.brand[first], self.known[first]
        units_of = np.bincount(unit_brand, minlength=int(self.brand.max()) + 1)
        rows_of = np.bincount(unit_brand, weights=size, minlength=len(units_of)).astype(np.int64)
        brand_known = np.zeros(len(units_of), dtype=bool)
        brand_known[unit_brand] = unit_known
        held = self._held(rows_of, units_of, brand_known, target)
        fold_of_unit = self._dealt(unit_brand, size, held | (brand_known & (units_of == 1)))
        return fold_of_unit[np.searchsorted(unit, self.unit)]

    def _held(self, rows: IntArray, units: IntArray, known: BoolArray, target: FloatArray) -> BoolArray:
        """Which brands of two units or more are held whole."""
        held = np.zeros(len(rows), dtype=bool)
        free = known & (units > 1)
        n_known = int(rows[known].sum())
        wanted = min(n_known, round(float(target[0]) * n_known))
        need = wanted - int(rows[known & (units == 1)].sum())
        if need <= 0:
            return held
        band = _band((rows - np.ceil(rows / self.n_folds)).astype(np.float64))
        here = np.bincount(band[free], weights=rows[free], minlength=len(SUPPORT_BANDS))
        seen = target[1:].sum()
        share = np.concatenate([[0.0], target[1:] / seen]) if seen else np.zeros(len(SUPPORT_BANDS))
        surplus = np.maximum(0.0, here - (n_known - wanted) * share)
        quota = surplus * (need / surplus.sum())
        order = self.rng.permutation(np.flatnonzero(free))
        small = order[rows[order] <= max(2.0, BIG_BRAND * wanted / self.n_folds)]
        taken, carried = 0, 0.0
        for place in reversed(range(len(SUPPORT_BANDS))):
            # What the larger brands of a band leave open is left to the next smaller ones.
            carried += quota[place]
            got = _fill(small[band[small] == place], rows, held, round(carried))
            taken, carried = taken + got, carried - got
        taken += _fill(small, rows, held, need - taken)
        largest_last = order[np.argsort(rows[order], kind="stable")]
        _fill(largest_last, rows, held, need - taken)
        return held

    def _dealt(self, unit_brand: IntArray, size: IntArray, whole: BoolArray) -> np.ndarray:
        """Fold of each unit: whole brands first, then the others' units, each into the lightest fold that it may."""
        fold = np.empty(len(size), dtype=np.int8)
        load = [0] * self.n_folds
        rows = np.bincount(unit_brand, weights=size)
        shuffled = self.rng.permutation(len(size))
        brand_of = unit_brand[shuffled]
        turn = np.lexsort((-size[shuffled], brand_of, -rows[brand_of], ~whole[brand_of]))
        brand_before, home, used = -1, 0, [0] * self.n_folds
        for position in shuffled[turn]:
            brand = int(unit_brand[position])
            if brand != brand_before:
                brand_before, used = brand, [0] * self.n_folds
                home = min(range(self.n_folds), key=load.__getitem__)
            if not whole[brand]:
                home = min(range(self.n_folds), key=lambda k: (used[k], load[k]))
            fold[position] = home
            used[home] += int(size[position])
            load[home] += int(size[position])
        return fold


def _fill(order: Iterable[int], rows: IntArray, held: BoolArray, quota: int) -> int:
    """Hold brands in this order, each that still fits; returns the rows held."""
    taken = 0
    for brand in order:
        if not held[brand] and taken + rows[brand] <= quota:
            held[brand] = True
            taken += int(rows[brand])
    return taken


def _weights(unseen: BoolArray, known: BoolArray, target: float) -> FloatArray:
    """Weights that give the unseen rows test's share among the rows of known brands; the others' stay at 1."""
    weight = np.ones(len(unseen))
    reached = float((unseen & known).sum() / max(1, known.sum()))
    if 0.0 < reached < 1.0:
        weight[known & unseen] = target / reached
        weight[known & ~unseen] = (1.0 - target) / (1.0 - reached)
    return weight


def _band(support: FloatArray) -> IntArray:
    bands: IntArray = np.digitize(support, list(SUPPORT_BANDS.values())[1:]).astype(np.int64)
    return bands


def _percent(shares: FloatArray) -> dict[str, float]:
    return {name: 100.0 * float(share) for name, share in zip(SUPPORT_BANDS, shares, strict=True)}
