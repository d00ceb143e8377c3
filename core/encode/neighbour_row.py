"""Block ``neighbours`` of one product: its nearest rows, looked up anew where its text is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.encode.changed import ChangedProduct
from core.encode.nearest import SPACES, Int32Array, Nearest, Space, find_nearest_to, nearest_rows
from core.encode.neighbours import NeighbourInputs, first_usable, statistics_of
from core.encode.tfidf import FieldMatrix, TextFields
from core.encode.vector_neighbours import prepare
from core.features import compute_block
from core.store import ArtifactStore
from core.types import BoolArray, Catalog, Float32Array, FloatArray, IntArray, Tower


@dataclass(frozen=True)
class NeighbourRow:
    """Texts of the train rows, and what is known of all products.

    Attributes:
        nearest: Of all products, by space.
        train: Train rows of unit length, by space.
        occurrences: Train rows that hold each term, by space.
        log_total: Shape (n_products,).
        usable: Shape (n_train + 1, n_folds); the last line, for no row, is False.
    """

    nearest: Mapping[Space, Nearest]
    train: Mapping[Space, FieldMatrix]
    occurrences: Mapping[Space, IntArray]
    log_total: FloatArray
    log_price: FloatArray
    usable: BoolArray

    @classmethod
    def of(
        cls, catalog: Catalog, fields: TextFields, log_price: FloatArray, fit_masks: BoolArray, *, store: ArtifactStore
    ) -> NeighbourRow:
        """``fit_masks`` has shape (n_train, n_folds)."""
        from sklearn.preprocessing import normalize

        train = {space: normalize(fields.weighted(SPACES[space])[: catalog.n_train]).tocsr() for space in SPACES}
        sizes = compute_block(catalog, "size", store=store).frame.stacked()
        return cls(
            nearest={space: nearest_rows(catalog, space, store=store) for space in SPACES},
            train=train,
            occurrences={space: np.bincount(one.indices, minlength=one.shape[1]) for space, one in train.items()},
            log_total=sizes["log_total"].to_numpy(dtype=np.float64),
            log_price=log_price,
            usable=_with_nobody(fit_masks),
        )

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """See :class:`core.encode.changed.OneRowEncoder`."""
        own = product.sizes["log_total"].to_numpy(dtype=np.float64)
        columns = []
        for space in self.train:
            near = self._near(space, product)
            found = (first_usable(near, np.array([0]), self.usable[:, fold]) for fold in folds)
            columns.append(_statistics(found, own, self.log_total, self.log_price))
        return np.concatenate(columns, axis=1)

    def _near(self, space: Space, product: ChangedProduct) -> Nearest:
        if not product.text_is_new:
            one = slice(product.position, product.position + 1)
            return Nearest(self.nearest[space].rows[one], self.nearest[space].similarity[one])
        return self.search(space, product)

    def search(self, space: Space, product: ChangedProduct) -> Nearest:
        """The nearest rows of the product's text as it is now."""
        from sklearn.preprocessing import normalize

        row = normalize(product.fields.weighted(SPACES[space])).tocsr()
        return find_nearest_to(row, self.train[space], self.occurrences[space], product=product.position)


@dataclass(frozen=True)
class VectorNeighbourRow:
    """The neighbours by vector of one product, which may have another product's photo.

    Attributes:
        usable: As in :class:`NeighbourRow`.
    """

    inputs: NeighbourInputs
    tower: Tower
    log_price: FloatArray
    usable: BoolArray

    @classmethod
    def of(
        cls,
        catalog: Catalog,
        tower: Tower,
        model: str,
        log_price: FloatArray,
        fit_masks: BoolArray,
        *,
        store: ArtifactStore,
    ) -> VectorNeighbourRow:
        """``fit_masks`` has shape (n_train, n_folds)."""
        return cls(prepare(catalog, store, tower, model), tower, log_price, _with_nobody(fit_masks))

    def rows(self, folds: Sequence[int], product: ChangedProduct) -> FloatArray:
        """See :class:`core.encode.changed.OneRowEncoder`. The product that the photo comes from is no neighbour."""
        subject = product.photo if self.tower == "image" else product.position
        if subject is None:
            return np.full((len(folds), len(self.inputs.columns)), np.nan)
        own = product.sizes["log_total"].to_numpy(dtype=np.float64)
        columns = []
        for near in self.inputs.nearest.values():
            found = (first_usable(near, np.array([subject]), self.usable[:, fold]) for fold in folds)
            columns.append(_statistics(found, own, self.inputs.log_total, self.log_price))
        return np.concatenate(columns, axis=1)


def _statistics(
    found: Iterable[tuple[Int32Array, Float32Array]],
    own_log_total: FloatArray,
    log_total: FloatArray,
    log_price: FloatArray,
) -> FloatArray:
    """A line for each fold's neighbours of the one product."""
    lines = [statistics_of(*one, own_log_total, log_total=log_total, log_price=log_price) for one in found]
    return np.concatenate(lines)


def _with_nobody(fit_masks: BoolArray) -> BoolArray:
    """One line more, for position −1, which nobody may use."""
    return np.vstack([fit_masks, np.zeros((1, fit_masks.shape[1]), dtype=np.bool_)])
