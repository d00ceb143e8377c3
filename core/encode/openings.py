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
    named = brands(catalog, store=store).value.stacked()["brand_key"].astype(object)
    words = parsed_catalog(catalog, store=store).value.stacked()["title"].str.casefold().str.findall(r"\w+")
    return np.stack([_codes(key) for key in (named, words.str[0], words.str[:2].str.join(" "))], axis=1)


def _codes(key: pd.Series) -> IntArray:
    blank = key.isna() | (key == "")
    return np.asarray(pd.factorize(key.mask(blank))[0], dtype=np.int64)
