"""Folds whose validation rows stand to their training part as the test file stands to train.

Every train row is validated once. Within such a partition a row's brand is unseen exactly when all rows of the brand
lie in its fold, so each brand is either held whole (unseen) or spread over two folds or more (seen), and a brand of one
row is unseen whatever is done. Not every unseen row is alike: on 6,480 real rows those of single-row brands score 63
SMAPE, held-out brands of ten rows and more 70. So rows fall into the cells of :data:`CELLS`: unseen ones by the rows
that their brand has in both files, seen ones by the train rows that teach their brand. Brands are held until each
unseen cell has test's share, and the rows are then weighted to test's share of every cell
(:attr:`MatchedPlan.row_weight`), because some shares cannot be drawn: single-row brands are always unseen, and no draw
makes large brands out of small ones.

Source of the weighting: post-stratification (Holt and Smith 1979). Words and categories are not matched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError
from core.folds.plan import FoldPlan, check_enough, group_codes, make_plan
from core.types import BoolArray, Catalog, FloatArray, IntArray

UNSEEN_FROM = (1, 2, 4, 10)
"""Fewest rows in both files of the brand of an unseen row, by its cell."""
SEEN_FROM = (1, 3, 5, 10, 30)
"""Fewest train rows that teach the brand of a seen row, by its cell."""
CELLS = (
    *("unseen, 1 row", "unseen, 2–3 rows", "unseen, 4–9 rows", "unseen, 10 or more"),
    *("seen, by 1–2", "seen, by 3–4", "seen, by 5–9", "seen, by 10–29", "seen, by 30 or more"),
)
N_UNSEEN = len(UNSEEN_FROM)
BIG_BRAND = 0.35
"""Share of a fold's unseen rows above which a brand is held only when smaller ones do not reach the target: one brand
would speak for the fold."""
MOST_WEIGHT = 5.0
"""Weight at which a cell's rows stop: a handful of rows may not speak for half of test."""
TOLERANCE_PCT = 2.0
"""Share of the test rows that the weighted folds may miss without a word."""


@dataclass(frozen=True)
class MatchedPlan:
    """A plan, and how near it comes to test.

    Attributes:
        plan: Validates every train row once.
        target_pct: Share of the test rows whose brand is known, by :data:`CELLS`, in percent.
        reached_pct: The same of the validation rows, each seen from its fold's training part.
        scored_pct: ``reached_pct`` with the rows' weights.
        row_weight: Weight of each train row in a score, mean 1, indexed by ``sample_id``; 1 where the brand is unknown.
    """

    plan: FoldPlan
    target_pct: Mapping[str, float]
    reached_pct: Mapping[str, float]
    scored_pct: Mapping[str, float]
    row_weight: pd.Series

    @property
    def note(self) -> str:
        """What the score stands on, and what the folds could not meet."""
        target, reached, scored = (unseen_pct(x) for x in (self.target_pct, self.reached_pct, self.scored_pct))
        said = (
            f"{target:.1f} % of the test rows with a readable brand have one that a fold's training part lacks,"
            f" {reached:.1f} % of these validation rows, {scored:.1f} % as they are weighted"
        )
        missed = sum(abs(self.target_pct[cell] - self.scored_pct[cell]) for cell in CELLS) / 2.0
        if missed <= TOLERANCE_PCT:
            return said
        return f"{said}; {missed:.0f} % of the test rows are of a kind that train's brands cannot play"


def unseen_pct(shares_pct: Mapping[str, float]) -> float:
    """Share of unseen rows, of the shares by :data:`CELLS`."""
    return sum(shares_pct[cell] for cell in CELLS[:N_UNSEEN])


def like_test_plan(
    catalog: Catalog,
    brand_key: pd.Series,
    brand_rows: FloatArray,
    *,
    test_support: FloatArray,
    test_brand_rows: FloatArray,
    groups: pd.Series | None = None,
    n_folds: int = 5,
    seed: int = 0,
) -> MatchedPlan:
    """Draw the folds.

    Args:
        brand_key: Brand of each train row, indexed by ``sample_id``; blank where unknown.
        brand_rows: Rows that each train row's brand has in both files, shape (n_train,).
        test_support: Rows of each test row's brand that a fold's model is taught by, shape (n_test,), as
            :func:`core.shift.fold_support` counts them: counted in all of train, a test row would see a fifth more
            rows than any validation row can. NaN where the brand is unknown.
        test_brand_rows: ``brand_rows`` of each test row, shape (n_test,).
        groups: Duplicates to keep in one fold, as for :func:`core.folds.together_plan`; None lets them be apart.

    Raises:
        InputError: Too few train rows, or no test row whose brand is known.
        AlignmentError: ``brand_key`` or ``groups`` name other rows.
    """
    check_enough(catalog, n_folds)
    readable = np.isfinite(test_support)
    if not readable.any():
        raise InputError("no test row has a readable brand.", "Test-like folds need brands in both files.")
    ids = catalog.items.train.index
    order = np.argsort(np.asarray(ids, dtype=object), kind="stable")
    brand = group_codes(brand_key, catalog)[order]
    known = (brand_key.fillna("").astype(str) != "").to_numpy()[order]
    unit = group_codes(pd.Series("", index=ids) if groups is None else groups, catalog)[order]
    both = brand_rows[order]
    target = _shares(_cell(test_support[readable], test_brand_rows[readable]))
    fold = np.empty(len(ids), dtype=np.int8)
    fold[order] = _Draw(brand, known, unit, both, n_folds, np.random.default_rng(seed)).assigned(target)
    plan = make_plan(catalog, "test_like", n_folds, seed, fold)
    cell = _cell(_fold_support(brand, fold[order]), both)
    weight = np.empty(len(ids))
    weight[order] = _weights(cell, known, target)
    in_order = weight[order][known]
    return MatchedPlan(
        plan,
        _percent(target),
        _percent(_shares(cell[known])),
        _percent(_shares(cell[known], in_order)),
        pd.Series(weight, index=plan.fold_of.index, name="weight"),
    )


def _cell(support: FloatArray, both: FloatArray) -> IntArray:
    """Position in :data:`CELLS` of rows by the rows that teach their brand and its rows in both files."""
    unseen = np.digitize(both, UNSEEN_FROM[1:])
    seen = N_UNSEEN + np.digitize(support, SEEN_FROM[1:])
    cells: IntArray = np.where(support < 1, unseen, seen).astype(np.int64)
    return cells


def _shares(cell: IntArray, weight: FloatArray | None = None) -> FloatArray:
    counts = np.bincount(cell, weights=weight, minlength=len(CELLS)).astype(np.float64)
    shares: FloatArray = counts / max(1.0, counts.sum())
    return shares


def _fold_support(brand: IntArray, fold: np.ndarray) -> FloatArray:
    """Rows of each row's brand outside the row's own fold."""
    inside = pd.Series(1, index=range(len(brand))).groupby([brand, fold]).transform("size").to_numpy()
    support: FloatArray = (np.bincount(brand)[brand] - inside).astype(np.float64)
    return support


@dataclass(frozen=True)
class _Draw:
    """The rows in the order of their ids.

    Attributes:
        known: False where the brand is unknown.
        unit: Rows of one unit stay together.
        both: Rows of the row's brand in both files.
    """

    brand: IntArray
    known: BoolArray
    unit: IntArray
    both: FloatArray
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
        size_class = np.zeros(len(units_of), dtype=np.int64)
        size_class[unit_brand] = np.digitize(self.both[first], UNSEEN_FROM[1:])
        held = self._held(rows_of, units_of, brand_known, size_class, target)
        fold_of_unit = self._dealt(unit_brand, size, held | (brand_known & (units_of == 1)))
        return fold_of_unit[np.searchsorted(unit, self.unit)]

    def _held(
        self, rows: IntArray, units: IntArray, known: BoolArray, size_class: IntArray, target: FloatArray
    ) -> BoolArray:
        """Which brands of two units or more are held whole, so that each unseen cell has test's share."""
        held = np.zeros(len(rows), dtype=bool)
        n_known = int(rows[known].sum())
        wanted = target[:N_UNSEEN] * n_known
        alone = known & (units == 1)
        need = wanted - np.bincount(size_class[alone], weights=rows[alone], minlength=N_UNSEEN)
        order = self.rng.permutation(np.flatnonzero(known & (units > 1)))
        order = order[np.argsort(rows[order] > max(2.0, BIG_BRAND * wanted.sum() / self.n_folds), kind="stable")]
        carried = 0.0
        for place in reversed(range(N_UNSEEN)):
            # What the larger brands leave open is left to the next smaller ones.
            carried += max(0.0, float(need[place]))
            carried -= _fill(order[size_class[order] == place], rows, held, round(carried))
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


def _weights(cell: IntArray, known: BoolArray, target: FloatArray) -> FloatArray:
    """Weights that give every cell test's share among the rows of known brands; those of unknown ones are 1."""
    reached = _shares(cell[known])
    by_cell = np.minimum(MOST_WEIGHT, np.divide(target, reached, out=np.zeros(len(CELLS)), where=reached > 0))
    weight = np.ones(len(cell))
    told = by_cell[cell[known]]
    # Where no row is of a kind that test has, an unweighted score is all there is; the note says what it misses.
    if told.sum() > 0:
        weight[known] = told / told.mean()
    return weight


def _percent(shares: FloatArray) -> dict[str, float]:
    return {name: 100.0 * float(share) for name, share in zip(CELLS, shares, strict=True)}
