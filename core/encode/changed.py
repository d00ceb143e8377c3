"""What an encoder is told of one product that is not as it stands in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from core.encode.tfidf import TextFields
from core.types import FloatArray


@dataclass(frozen=True)
class ChangedProduct:
    """One product as edited.

    Attributes:
        position: Among all products, train rows first.
        parsed: One row, as :func:`core.features.parsed_catalog` has it.
        text_is_new: False where the text is the product's own.
        photo: Position of the product whose photo it has; None for no photo.
        brand_key: ``""`` where the brand is unknown.
        sizes: One row of the block ``size``.
        fields: TF-IDF of the text, each field of shape (1, n_terms).
    """

    position: int
    parsed: pd.DataFrame
    text_is_new: bool
    photo: int | None
    brand_key: str
    sizes: pd.DataFrame
    fields: TextFields


class OneRowEncoder(Protocol):
    """An encoder's fits on the training rows of each fold, ready to serve one product."""

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """The block's columns as each of the folds sees the product, shape (n_folds, n_columns); missing is NaN."""
