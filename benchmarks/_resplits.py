"""Re-splits of the real train rows: which of them play the test file, by kind and seed.

Whatever is drawn, the rows that are not test are train, so that the truth of the forecast is known. Brands come from
the attributes file, which no part of the product has read, categories from the product's own shelves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog import read_catalog
from core.features import compute_block
from core.store import ArtifactStore
from core.types import Catalog, SplitFrame

TEST_ROWS = 1620
LARGE_BRAND = 0.04
"""Share of the test rows from which a brand is not held out whole but by the kind ``dominant``."""


@dataclass(frozen=True)
class Rows:
    """The real train rows with what the draws look at.

    Attributes:
        catalog: The real files.
        brand: Brand by the attributes file, letters and digits only; ``""`` where it is blank.
        shelf: ``category_top`` of the product's own block; ``""`` where no word points to one.
    """

    catalog: Catalog
    brand: np.ndarray
    shelf: np.ndarray

    @property
    def n(self) -> int:
        """Rows to split."""
        return self.catalog.n_train


@dataclass(frozen=True)
class Resplit:
    """One re-split: a catalogue whose test prices are known.

    Attributes:
        truth: Prices of the test rows in dollars, indexed by ``sample_id``.
        note: What was drawn.
    """

    kind: str
    seed: int
    catalog: Catalog
    truth: pd.Series
    note: str


Draw = Callable[[Rows, np.random.Generator, int], tuple[np.ndarray, str]]
"""Rows, generator and seed to the positions of the test rows and a note."""


def real_rows(folder: Path, store: ArtifactStore) -> Rows:
    """Read the challenge's rows and the attributes beside them."""
    catalog = read_catalog(folder / "train.csv", folder / "test.csv", name="challenge")
    ids = catalog.items.train.index
    said = pd.read_csv(folder / "attributes_train.csv", dtype=str).set_index("sample_id")["brand_name"].reindex(ids)
    brand = said.fillna("").str.lower().str.replace(r"[^a-z0-9]", "", regex=True).to_numpy(dtype=object)
    shelf = compute_block(catalog, "category", store=store).frame.train["category_top"]
    return Rows(catalog, brand, shelf.astype(object).fillna("").to_numpy(dtype=object))


def resplit(rows: Rows, kind: str, seed: int) -> Resplit:
    """Draw one; the same kind and seed give the same rows."""
    test, note = DRAWS[kind](rows, np.random.default_rng([seed, *kind.encode()]), seed)
    is_test = np.zeros(rows.n, dtype=bool)
    is_test[test] = True
    items, price = rows.catalog.items.train, rows.catalog.price
    key = hashlib.sha256(rows.catalog.key.encode() + is_test.tobytes()).hexdigest()
    catalog = Catalog(f"{kind}-{seed}", SplitFrame(items[~is_test], items[is_test]), price[~is_test], key)
    return Resplit(kind, seed, catalog, price[is_test], note)


def _random(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
    return rng.permutation(rows.n)[:TEST_ROWS], "a quarter of the rows"


def _held_brands(rows: Rows, rng: np.random.Generator, n_wanted: int) -> np.ndarray:
    """Rows of whole brands, drawn brand by brand until there are ``n_wanted``."""
    names, code, size = np.unique(rows.brand.astype(str), return_inverse=True, return_counts=True)
    usable = (names != "") & (size <= LARGE_BRAND * TEST_ROWS)
    # By rows, so that large brands and small ones are as frequent among the held rows as in the file.
    order = code[rng.permutation(rows.n)]
    held: list[int] = []
    total = 0
    for brand in dict.fromkeys(order.tolist()):
        if usable[brand] and total + size[brand] <= n_wanted:
            held.append(brand)
            total += int(size[brand])
    return np.flatnonzero(np.isin(code, held))


def _fill(rows: Rows, rng: np.random.Generator, taken: np.ndarray, n: int) -> np.ndarray:
    """``n`` further rows of brands that keep a row in train."""
    left = rng.permutation(np.setdiff1d(np.arange(rows.n), taken))
    brand = pd.Series(rows.brand[left])
    # The first row of each brand in the shuffled order stays in train.
    keeps = (brand.groupby(brand).cumcount() > 0).to_numpy() & (brand != "").to_numpy()
    return left[keeps][:n]


def _unseen(share: float) -> Draw:
    def draw(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
        held = _held_brands(rows, rng, round(share * TEST_ROWS))
        more = _fill(rows, rng, held, TEST_ROWS - len(held))
        return np.concatenate([held, more]), f"{len(held)} rows of brands held out whole"

    return draw


def _shelves(rows: Rows) -> list[str]:
    """Shelves small enough to be held back whole, largest first."""
    counts = pd.Series(rows.shelf[rows.shelf != ""]).value_counts()
    return [str(name) for name, n in counts.items() if 150 <= n <= 0.25 * rows.n]


def _category(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
    shelf = _shelves(rows)[seed % len(_shelves(rows))]
    held = np.flatnonzero(rows.shelf == shelf)
    rest = rng.permutation(np.flatnonzero(rows.shelf != shelf))[: min(len(held), TEST_ROWS)]
    return np.concatenate([held, rest]), f"shelf {shelf!r}, {len(held)} rows, and as many others"


def _combined(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
    """Brands held out, and a shelf three times as frequent among the rest as in the file."""
    shelf = _shelves(rows)[(seed + 1) % len(_shelves(rows))]
    held = _held_brands(rows, rng, TEST_ROWS // 2)
    rest = np.setdiff1d(np.arange(rows.n), held)
    chance = np.where(rows.shelf[rest] == shelf, 3.0, 1.0)
    more = rng.choice(rest, TEST_ROWS - len(held), replace=False, p=chance / chance.sum())
    return np.concatenate([held, more]), f"half held-out brands, the rest tilted to {shelf!r}"


BANDS: tuple[tuple[float, float], ...] = ((0.0, 0.3), (0.7, 1.0), (0.0, 0.5), (0.5, 1.0), (0.3, 0.7))


def _price(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
    """Rows of one price band only, or three rows in four of it."""
    low, high = BANDS[seed % len(BANDS)]
    rank = rows.catalog.price.rank(pct=True).to_numpy()
    inside = rng.permutation(np.flatnonzero((rank > low) & (rank <= high)))
    pure = seed < len(BANDS)
    held = inside[: TEST_ROWS * 2 // 3 if pure else TEST_ROWS // 2]
    others = rng.permutation(np.setdiff1d(np.arange(rows.n), held))[: 0 if pure else len(held) // 3]
    share = "all" if pure else "three in four"
    return np.concatenate([held, others]), f"{share} between the {low:.0%} and {high:.0%} quantiles of price"


def _dominant(rows: Rows, rng: np.random.Generator, seed: int) -> tuple[np.ndarray, str]:
    """The brand with the most rows after ``seed`` others, held out whole, holds 10, 20 or 40 % of test."""
    sizes = pd.Series(rows.brand[rows.brand != ""]).value_counts()
    share = (0.1, 0.2, 0.4)[seed % 3]
    held = np.flatnonzero(rows.brand == sizes.index[seed])
    rest = rng.permutation(np.flatnonzero(rows.brand != sizes.index[seed]))
    n_rest = min(TEST_ROWS, round(len(held) * (1.0 / share - 1.0)))
    return np.concatenate([held, rest[:n_rest]]), f"{len(held)} rows of one brand among {len(held) + n_rest}"


DRAWS: Mapping[str, Draw] = {
    "random": _random,
    "brand30": _unseen(0.30),
    "brand60": _unseen(0.60),
    "brand85": _unseen(0.85),
    "category": _category,
    "combined": _combined,
    "price": _price,
    "dominant": _dominant,
}
SEEDS: Mapping[str, int] = {
    "random": 20,
    "brand30": 4,
    "brand60": 4,
    "brand85": 4,
    "category": 6,
    "combined": 3,
    "price": 10,
    "dominant": 10,
}
"""Re-splits of a kind when none are asked for: 41 that can be forecast, 20 that cannot."""
