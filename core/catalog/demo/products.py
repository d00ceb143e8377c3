"""The products behind a demo catalogue and their prices, as arrays; the texts are written from these.

Log price = level of the shelf and of the noun + brand + 0.45 · log(size) + 0.52 · log(pack) + quality words + noise.
The noise is what no model can know: with everything else known SMAPE stays near 39 %.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalog.demo.names import brand_names
from core.catalog.demo.shelves import QUALITY, SHELVES
from core.catalog.demo.spec import DemoSpec
from core.types import FloatArray, IntArray

BASE_LOG_PRICE = 2.12
BRAND_SD, NOUN_SD = 0.45, 0.40
SIZE_POWER, PACK_POWER = 0.45, 0.52
# Two normal noises, so that a few prices are far off, as in life.
NOISE_SD, WIDE_SD, WIDE_SHARE = 0.45, 0.85, 0.12
PACKS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24, 36, 48])
_PACK_SHARE = np.array([58, 9, 6, 4.5, 1.5, 8, 2, 1, 6, 0.7, 2.3, 0.6, 0.4])
_ZIPF_POWER, _ZIPF_SHIFT = 0.75, 3.0
_BRANDS_PER_ROW_POWER, _BRANDS_FACTOR = 0.9, 2.2
_DUPLICATE_SHARE, _VARIANT_SHARE = 0.015, 0.025


@dataclass(frozen=True)
class Brands:
    """Names, log-price effects and home shelves of all brands; the first ``n_shared`` may stand in train."""

    names: list[str]
    effect: FloatArray
    home: IntArray
    n_shared: int


def make_brands(spec: DemoSpec, rng: np.random.Generator) -> Brands:
    """As many brands as the rows call for: those that train may show, then those that only test shows."""
    n_shared = _pool(spec.rows)
    n_all = n_shared + (_pool(spec.n_unseen) if spec.n_unseen else 0)
    names = brand_names(n_all, random.Random(f"{spec.seed} brands"))
    effect = rng.normal(0.0, BRAND_SD, n_all)
    home = rng.integers(0, len(SHELVES), (n_all, 2))
    return Brands(names, effect, home, n_shared)


def _pool(rows: int) -> int:
    return max(8, int(_BRANDS_FACTOR * rows**_BRANDS_PER_ROW_POWER))


def _zipf(rng: np.random.Generator, brands: IntArray, size: int) -> IntArray:
    """``size`` draws with a long tail: the weight falls with the rank, which is the brand's own number."""
    weight = 1.0 / (brands - brands.min() + _ZIPF_SHIFT) ** _ZIPF_POWER
    drawn: IntArray = rng.choice(brands, size=size, p=weight / weight.sum())
    return drawn


def make_products(spec: DemoSpec, brands: Brands, rng: np.random.Generator) -> pd.DataFrame:
    """One row a catalogue row: train, then test, whose last :attr:`DemoSpec.n_unseen` rows have unseen brands.

    Columns: ``brand``, ``shelf``, ``noun``, ``flavour`` (codes), ``size``, ``pack``, ``quality`` (bits), ``photo``
    and ``text`` (a product's number; rows with the same one have the same photo, the same text).
    """
    n_seen = spec.rows - spec.n_unseen
    train = _part(brands, np.arange(brands.n_shared), spec.rows, 0, rng)
    shown = np.unique(train["brand"].to_numpy())
    seen = _part(brands, shown, n_seen, spec.rows, rng)
    only_test = np.arange(brands.n_shared, len(brands.names))
    unseen = _part(brands, only_test, spec.n_unseen, spec.rows + n_seen, rng)
    rows = pd.concat([train, seen, unseen], ignore_index=True)
    every = np.arange(len(rows))
    return _duplicated(rows, every[spec.rows : spec.rows + n_seen], every[: spec.rows], _DUPLICATE_SHARE / 2, rng)


def _part(brands: Brands, pool: IntArray, size: int, first: int, rng: np.random.Generator) -> pd.DataFrame:
    """``size`` rows of the brands in ``pool``; their products are numbered from ``first``."""
    if size == 0:
        return _draw(brands, np.zeros(0, dtype=np.int64), first, rng)
    rows = _draw(brands, _zipf(rng, pool, size), first, rng)
    every = np.arange(size)
    return _duplicated(_with_variants(rows, rng), every, every, _DUPLICATE_SHARE, rng)


def _draw(brands: Brands, brand: IntArray, first: int, rng: np.random.Generator) -> pd.DataFrame:
    n = len(brand)
    where = rng.random(n)
    shelf = np.where(where < 0.72, brands.home[brand, 0], brands.home[brand, 1])
    shelf = np.where(where > 0.95, rng.integers(0, len(SHELVES), n), shelf)
    noun = _one_of([len(one.nouns) for one in SHELVES], shelf, rng)
    flavour = _one_of([len(one.flavours) for one in SHELVES], shelf, rng)
    which = _one_of([len(one.sizes) for one in SHELVES], shelf, rng)
    size = np.array([SHELVES[s].sizes[i] for s, i in zip(shelf, which, strict=True)], dtype=np.float64)
    pack = rng.choice(PACKS, size=n, p=_PACK_SHARE / _PACK_SHARE.sum())
    share = np.array([s for _, s, _ in QUALITY])
    bits = (rng.random((n, len(QUALITY))) < share) @ (1 << np.arange(len(QUALITY)))
    columns = {"brand": brand, "shelf": shelf, "noun": noun, "flavour": flavour, "size": size, "pack": pack}
    return pd.DataFrame({**columns, "quality": bits, "photo": first + np.arange(n), "text": first + np.arange(n)})


def _one_of(counts: list[int], shelf: IntArray, rng: np.random.Generator) -> IntArray:
    """For each row a number below its shelf's count."""
    drawn: IntArray = (rng.random(len(shelf)) * np.array(counts)[shelf]).astype(np.int64)
    return drawn


def _with_variants(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Some rows become another pack of the product of another row, with the same photo."""
    n = int(_VARIANT_SHARE * len(rows))
    target, origin = rng.permutation(len(rows))[: 2 * n].reshape(2, n)
    take = np.arange(len(rows))
    take[target] = origin
    same = rows.iloc[take].reset_index(drop=True)
    own = ["pack", "text"]
    return same.assign(**{name: rows[name] for name in own})


def _duplicated(
    rows: pd.DataFrame, targets: IntArray, origins: IntArray, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """``share`` of the target rows become copies of origin rows, text and photo included."""
    n = int(share * len(targets))
    target, origin = rng.choice(targets, n, replace=False), rng.choice(origins, n, replace=False)
    apart = ~np.isin(target, origin)
    take = np.arange(len(rows))
    take[target[apart]] = origin[apart]
    return rows.iloc[take].reset_index(drop=True)


def log_prices(rows: pd.DataFrame, brands: Brands, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """Each row's expected log price and the one with its noise."""
    noun_effect = rng.normal(0.0, NOUN_SD, (len(SHELVES), max(len(shelf.nouns) for shelf in SHELVES)))
    shelf = rows["shelf"].to_numpy()
    usual = np.array([np.median(one.sizes) for one in SHELVES])
    quality = np.array([effect for _, _, effect in QUALITY], dtype=np.float64)
    bits = (rows["quality"].to_numpy()[:, None] >> np.arange(len(QUALITY))) & 1
    expected: FloatArray = (
        BASE_LOG_PRICE
        + np.array([one.level for one in SHELVES])[shelf]
        + noun_effect[shelf, rows["noun"].to_numpy()]
        + brands.effect[rows["brand"].to_numpy()]
        + SIZE_POWER * np.log(rows["size"].to_numpy() / usual[shelf])
        + PACK_POWER * np.log(rows["pack"].to_numpy())
        + bits @ quality
    )
    spread = np.where(rng.random(len(rows)) < WIDE_SHARE, WIDE_SD, NOISE_SD)
    return expected, expected + rng.normal(0.0, 1.0, len(rows)) * spread


def shelf_prices(log_price: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Dollars as shops write them: half of those above two dollars end in .99 or .49; none below 13 cents."""
    price = np.maximum(np.exp(log_price), 0.13)
    ending = rng.random(len(price))
    rounded = np.where(ending < 0.4, np.round(price) - 0.01, np.floor(price) + 0.49)
    written = np.where((price > 2.0) & (ending < 0.5), rounded, price)
    return np.asarray(np.round(written, 2), dtype=np.float64)
