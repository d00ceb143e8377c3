"""Who a product belongs to, as codes: its brand, its title's first word, its title's first two words."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.features import brands, parsed_catalog
from core.store import ArtifactStore
from core.types import Catalog, IntArray

KEYS = {"brand": "the brand", "opening1": "the title's first word", "opening2": "the title's first two words"}
"""The openings group private labels and product lines that no brand list knows."""


def brand_codes(catalog: Catalog, *, store: ArtifactStore) -> IntArray:
    """Code of each product's keys, train rows first; shape (n_products, 3), −1 where there is none."""
    return np.stack([pd.factorize(key)[0] for key in brand_keys(catalog, store=store)], axis=1).astype(np.int64)


def brand_keys(catalog: Catalog, *, store: ArtifactStore) -> list[pd.Series]:
    """The keys themselves, in the order of :data:`KEYS`; NaN where there is none."""
    named = brands(catalog, store=store).value.stacked()["brand_key"]
    return keys_of(named, parsed_catalog(catalog, store=store).value.stacked()["title"])


def keys_of(brand_key: pd.Series, title: pd.Series) -> list[pd.Series]:
    """The keys of products by their brand's key and their title; NaN where there is none."""
    words = title.str.casefold().str.findall(r"\w+")
    keys = (brand_key.astype(object), words.str[0], words.str[:2].str.join(" "))
    return [key.mask(key.isna() | (key == "")) for key in keys]
