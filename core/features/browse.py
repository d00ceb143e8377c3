"""Finding products by their words and by what was read in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core.errors import InputError
from core.features.registry import brands, compute_block
from core.store import ArtifactStore
from core.types import ID, TEXT, BoolArray, Catalog

MAX_WORDS = 8


@dataclass(frozen=True)
class RowQuery:
    """Which products to browse.

    Attributes:
        words: Words that the text must all hold, case ignored; or a ``sample_id``. ``""`` for every product.
        split: ``"train"``, ``"test"`` or ``"both"``.
        no_brand: Only products whose brand is unknown.
        contradiction: Only products whose title and fields contradict each other.
        low_confidence: Only products whose brand was read with a confidence below 0.5.
        corrected: Only products in which the user has put something right.

    Raises:
        InputError: Too many words, or a split of another name.
    """

    words: str = ""
    split: Literal["train", "test", "both"] = "both"
    no_brand: bool = False
    contradiction: bool = False
    low_confidence: bool = False
    corrected: bool = False

    def __post_init__(self) -> None:
        if len(self.words.split()) > MAX_WORDS:
            raise InputError(f"the search has more than {MAX_WORDS} words.", "Use fewer.")
        if self.split not in ("train", "test", "both"):
            raise InputError(f"there is no part {self.split!r}.", "Choose train, test or both.")


LOW_CONFIDENCE = 0.5


def find_rows(catalog: Catalog, query: RowQuery, *, store: ArtifactStore) -> pd.DataFrame:
    """The products that a query finds, in the files' order.

    Returns:
        Columns ``split`` and ``sample_id`` (``str``).
    """
    items = catalog.items.stacked()
    split = np.repeat(["train", "test"], [catalog.n_train, catalog.n_test])
    keep: BoolArray = np.ones(len(items), dtype=np.bool_) if query.split == "both" else split == query.split
    if query.no_brand or query.low_confidence:
        brand = brands(catalog, store=store).value.stacked()
        blank = (brand["brand_key"] == "").to_numpy(dtype=np.bool_)
        unsure = (brand["brand_confidence"] < LOW_CONFIDENCE).to_numpy(dtype=np.bool_)
        if query.no_brand:
            keep &= blank
        if query.low_confidence:
            keep &= unsure & ~blank
    if query.contradiction:
        size = compute_block(catalog, "size", store=store).frame.stacked()
        keep &= (size["contradiction"] == 1).to_numpy(dtype=np.bool_)
    if query.corrected:
        there = {(line.split, line.sample_id) for line in catalog.overrides.lines}
        keep &= np.array([place in there for place in zip(split.tolist(), items.index.tolist(), strict=True)])
    if query.words.strip():
        keep &= _holds(items, query.words)
    ids = items.index[keep].tolist()
    return pd.DataFrame({"split": pd.array(split[keep], dtype="str"), ID: pd.array(ids, dtype="str")})


def _holds(items: pd.DataFrame, words: str) -> BoolArray:
    found: BoolArray = np.ones(len(items), dtype=np.bool_)
    for word in words.split():
        found &= items[TEXT].str.contains(word, case=False, regex=False).to_numpy(dtype=np.bool_)
    return found | (items.index == words.strip())
