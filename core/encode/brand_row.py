"""Block ``brand_price`` of one product: its keys looked up among the means of each fold's training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.encode.brand_price import beyond_size, shrunk_means, size_matrix
from core.encode.changed import ChangedProduct
from core.encode.openings import brand_keys, keys_of
from core.store import ArtifactStore
from core.types import BoolArray, Catalog, FloatArray


@dataclass(frozen=True)
class BrandPriceRow:
    """Means by key.

    Attributes:
        codes: For each key the group of each of its values.
        tables: By fold and key, shape (n_groups + 1, 3): price, level, rows; the first line is of no group.
    """

    codes: Sequence[Mapping[str, int]]
    tables: Sequence[Sequence[FloatArray]]

    @classmethod
    def of(
        cls, catalog: Catalog, log_price: FloatArray, fit_masks: BoolArray, *, store: ArtifactStore
    ) -> BrandPriceRow:
        """From the fits' rows; ``fit_masks`` has shape (n_train, n_folds)."""
        coded = [pd.factorize(key) for key in brand_keys(catalog, store=store)]
        sizes = size_matrix(catalog, store=store)
        tables = []
        for fold in range(fit_masks.shape[1]):
            rows = np.flatnonzero(fit_masks[:, fold])
            prior = float(log_price[rows].mean())
            beyond = beyond_size(sizes[rows], log_price[rows])
            tables.append([_table(code[rows], log_price[rows], beyond, len(names), prior) for code, names in coded])
        return cls([{str(name): code for code, name in enumerate(names)} for _, names in coded], tables)

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """See :class:`core.encode.changed.OneRowEncoder`."""
        brand_key = pd.Series([product.brand_key], index=product.parsed.index)
        keys = [key.iloc[0] for key in keys_of(brand_key, product.parsed["title"])]
        lines = [codes.get(key, -1) + 1 for key, codes in zip(keys, self.codes, strict=True)]
        found = [[table[line] for table, line in zip(self.tables[fold], lines, strict=True)] for fold in folds]
        return np.stack([np.concatenate(one) for one in found])


def _table(codes: np.ndarray, log_price: FloatArray, beyond: FloatArray, n_groups: int, prior: float) -> FloatArray:
    groups = np.arange(-1, n_groups, dtype=np.int64)
    price, count = shrunk_means(codes, log_price, groups, prior=prior)
    level, _ = shrunk_means(codes, beyond, groups, prior=0.0)
    return np.stack([price, level, count], axis=1)
